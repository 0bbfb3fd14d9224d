#ifndef TEXT_JOIN_H_
#define TEXT_JOIN_H_

#include <string>
#include <vector>

namespace text {

// The parts with `separator` between them.
std::string Join(const std::vector<std::string>& parts,
                 const std::string& separator);

}  // namespace text

#endif  // TEXT_JOIN_H_
