#ifndef TEXT_PAD_H_
#define TEXT_PAD_H_

#include <cstddef>
#include <string>

namespace text {

// `text` filled with blanks to `width`.
std::string Pad(const std::string& text, std::size_t width);

}  // namespace text

#endif  // TEXT_PAD_H_
