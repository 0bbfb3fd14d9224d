#include "text/casing.h"

#include "base/ascii.h"

namespace text {

std::string Lower(const std::string& text) {
  std::string lower;
  for (char c : text) lower += ascii_to_lower(c);
  return lower;
}

}  // namespace text
