#ifndef TEXT_SPLIT_H_
#define TEXT_SPLIT_H_

#include <string>
#include <vector>

namespace text {

// The words of `text`: its runs of letters.
std::vector<std::string> Words(const std::string& text);

}  // namespace text

#endif  // TEXT_SPLIT_H_
