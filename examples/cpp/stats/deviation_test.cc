#include "stats/deviation.h"

#include "base/check.h"

int main() {
  CHECK(stats::Deviation({1, 3}) == 1);
}
