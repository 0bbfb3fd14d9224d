#ifndef TEXT_CASING_H_
#define TEXT_CASING_H_

#include <string>

namespace text {

// `text` in lower case.
std::string Lower(const std::string& text);

}  // namespace text

#endif  // TEXT_CASING_H_
