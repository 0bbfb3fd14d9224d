#include "text/pad.h"

#include "base/check.h"

int main() {
  CHECK(text::Pad("a", 3) == "a  ");
  CHECK(text::Pad("abcd", 3) == "abcd");
}
