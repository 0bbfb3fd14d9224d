#include "stats/ranking.h"

#include "base/check.h"

int main() {
  CHECK(stats::Ranking({{"a", 1}, {"b", 2}})[0].first == "b");
}
