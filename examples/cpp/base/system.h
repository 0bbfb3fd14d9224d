#ifndef BASE_SYSTEM_H_
#define BASE_SYSTEM_H_

#include <string>

namespace base {

// Name of the operating system that this was built for.
std::string SystemName();

}  // namespace base

#endif  // BASE_SYSTEM_H_
