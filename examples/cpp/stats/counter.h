#ifndef STATS_COUNTER_H_
#define STATS_COUNTER_H_

#include <map>
#include <string>
#include <vector>

namespace stats {

// How often each word occurs.
std::map<std::string, int> Count(const std::vector<std::string>& words);

}  // namespace stats

#endif  // STATS_COUNTER_H_
