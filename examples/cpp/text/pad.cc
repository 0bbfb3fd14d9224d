#include "text/pad.h"

namespace text {

std::string Pad(const std::string& text, std::size_t width) {
  std::string padded = text;
  if (padded.size() < width) padded.append(width - padded.size(), ' ');
  return padded;
}

}  // namespace text
