#include "text/table.h"

#include <algorithm>

#include "text/join.h"
#include "text/pad.h"

namespace text {

std::string Table(
    const std::vector<std::pair<std::string, std::string>>& rows) {
  std::size_t width = 0;
  for (const auto& row : rows) width = std::max(width, row.first.size());
  std::vector<std::string> lines;
  for (const auto& row : rows) {
    lines.push_back(Pad(row.first, width + 1) + row.second);
  }
  return Join(lines, "\n");
}

}  // namespace text
