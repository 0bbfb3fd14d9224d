#ifndef WORDS_STOPWORDS_H_
#define WORDS_STOPWORDS_H_

#include <string>

namespace words {

// Whether `word` says too little to be counted.
bool IsStopword(const std::string& word);

}  // namespace words

#endif  // WORDS_STOPWORDS_H_
