#include "scan/number.h"

int main() {
  using scan::Kind;
  using scan::Number;
  const bool right = Number("42") == Kind::kDecimal &&
                     Number("0x2a") == Kind::kHexadecimal &&
                     Number("0x") == Kind::kNone && Number("") == Kind::kNone;
  return right ? 0 : 1;
}
