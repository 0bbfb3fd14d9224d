#include "stats/mean.h"

#include "base/check.h"

int main() {
  CHECK(stats::Mean({1, 2, 3}) == 2);
  CHECK(stats::Mean({}) == 0);
}
