#ifndef STATS_RANKING_H_
#define STATS_RANKING_H_

#include <map>
#include <string>
#include <utility>
#include <vector>

namespace stats {

// The counted words, the most frequent first.
std::vector<std::pair<std::string, int>> Ranking(
    const std::map<std::string, int>& counts);

}  // namespace stats

#endif  // STATS_RANKING_H_
