#include <cstdio>

int main(int argc, char** argv) {
  FILE* out = std::fopen(argv[argc - 1], "w");
  return out == nullptr || std::fputs("made by a tool\n", out) < 0 || std::fclose(out) != 0;
}
