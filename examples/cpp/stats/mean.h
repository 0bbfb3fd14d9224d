#ifndef STATS_MEAN_H_
#define STATS_MEAN_H_

#include <vector>

namespace stats {

// The mean of `values`; 0 where there are none.
double Mean(const std::vector<double>& values);

}  // namespace stats

#endif  // STATS_MEAN_H_
