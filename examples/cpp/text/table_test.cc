#include "text/table.h"

#include "base/check.h"

int main() {
  CHECK(text::Table({{"a", "1"}, {"bb", "2"}}) == "a  1\nbb 2");
}
