#include "stats/ranking.h"

#include <algorithm>

namespace stats {

std::vector<std::pair<std::string, int>> Ranking(
    const std::map<std::string, int>& counts) {
  std::vector<std::pair<std::string, int>> ranking(counts.begin(),
                                                   counts.end());
  std::stable_sort(
      ranking.begin(), ranking.end(),
      [](const auto& a, const auto& b) { return a.second > b.second; });
  return ranking;
}

}  // namespace stats
