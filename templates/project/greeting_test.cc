#include "greeting.h"

int main() { return Greeting("Ada") == "Hello, Ada!" ? 0 : 1; }
