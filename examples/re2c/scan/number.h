#ifndef SCAN_NUMBER_H_
#define SCAN_NUMBER_H_

namespace scan {

enum class Kind { kDecimal, kHexadecimal, kNone };

// What `text` is from its first to its last character.
Kind Number(const char* text);

}  // namespace scan

#endif  // SCAN_NUMBER_H_
