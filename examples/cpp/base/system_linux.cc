#include "base/system.h"

namespace base {

std::string SystemName() { return "linux"; }

}  // namespace base
