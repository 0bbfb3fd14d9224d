#include <cstdio>

#ifndef TOOL
#define TOOL 0
#endif

int main(int argc, char** argv) {
  FILE* out = std::fopen(argv[argc - 1], "w");
  if (out == nullptr) return 1;
  std::fprintf(out, "made by tool %d\n", TOOL);
  return std::fclose(out);
}
