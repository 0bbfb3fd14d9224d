#include "plugin/tally.h"

#include "base/check.h"

int main() {
  CHECK(tally_top_count("The cat and the other cat") == 2);
  CHECK(tally_top_count("the") == 0);
}
