#include "text/join.h"

#include "base/check.h"

int main() {
  CHECK(text::Join({"a", "b"}, ", ") == "a, b");
  CHECK(text::Join({}, ", ").empty());
}
