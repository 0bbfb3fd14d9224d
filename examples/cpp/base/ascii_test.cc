#include "base/ascii.h"

#include "base/check.h"

int main() {
  CHECK(ascii_is_letter('q'));
  CHECK(!ascii_is_letter('1'));
  CHECK(ascii_to_lower('Q') == 'q');
  CHECK(ascii_to_lower('[') == '[');
}
