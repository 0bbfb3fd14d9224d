#ifndef STATS_DEVIATION_H_
#define STATS_DEVIATION_H_

#include <vector>

namespace stats {

// The standard deviation of `values`.
double Deviation(const std::vector<double>& values);

}  // namespace stats

#endif  // STATS_DEVIATION_H_
