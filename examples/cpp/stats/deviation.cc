#include "stats/deviation.h"

#include <cmath>

#include "stats/mean.h"

namespace stats {

double Deviation(const std::vector<double>& values) {
  const double mean = Mean(values);
  std::vector<double> squares;
  for (double value : values) squares.push_back((value - mean) * (value - mean));
  return std::sqrt(Mean(squares));
}

}  // namespace stats
