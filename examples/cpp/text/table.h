#ifndef TEXT_TABLE_H_
#define TEXT_TABLE_H_

#include <string>
#include <utility>
#include <vector>

namespace text {

// Rows of two columns, as lines.
std::string Table(
    const std::vector<std::pair<std::string, std::string>>& rows);

}  // namespace text

#endif  // TEXT_TABLE_H_
