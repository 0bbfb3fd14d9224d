#include "stats/counter.h"

#include "base/check.h"

int main() {
  CHECK(stats::Count({"a", "b", "a"})["a"] == 2);
}
