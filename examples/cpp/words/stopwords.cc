#include "words/stopwords.h"

#include <algorithm>

namespace words {
namespace {

const char* const kStopwords[] = {
#include "words/stopwords.inc"
};

}  // namespace

bool IsStopword(const std::string& word) {
  return std::find(std::begin(kStopwords), std::end(kStopwords), word) !=
         std::end(kStopwords);
}

}  // namespace words
