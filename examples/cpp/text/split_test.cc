#include "text/split.h"

#include "base/check.h"

int main() {
  CHECK(text::Words("it's 2 words").size() == 3);
  CHECK(text::Words("").empty());
}
