#include "base/system.h"

#include "base/check.h"

int main() {
  CHECK(!base::SystemName().empty());
#ifdef __linux__
  CHECK(base::SystemName() == "linux");
#endif
}
