#include "base/system.h"

namespace base {

std::string SystemName() { return "other"; }

}  // namespace base
