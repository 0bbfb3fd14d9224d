#include "words/stopwords.h"

#include "base/check.h"

int main() {
  CHECK(words::IsStopword("the"));
  CHECK(!words::IsStopword("hermetic"));
}
