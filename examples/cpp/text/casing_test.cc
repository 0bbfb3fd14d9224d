#include "text/casing.h"

#include "base/check.h"

int main() {
  CHECK(text::Lower("Ab1") == "ab1");
}
