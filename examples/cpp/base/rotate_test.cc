#include "base/rotate.h"

#include "base/check.h"

int main() {
  CHECK(rotate_left(0x80000001, 1) == 3);
  CHECK(rotate_left(0x12345678, 8) == 0x34567812);
  CHECK(rotate_left(7, 0) == 7);
}
