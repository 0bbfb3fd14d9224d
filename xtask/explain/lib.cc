#include "base.h"

int lib() { return base(); }
