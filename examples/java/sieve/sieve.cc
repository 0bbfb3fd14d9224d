// Prints the primes below a number, one a line.
#include <cstdlib>
#include <iostream>
#include <vector>

int main(int argc, char** argv) {
  const unsigned long end = argc > 1 ? std::strtoul(argv[1], nullptr, 10) : 100;
  std::vector<bool> composite(end);
  for (unsigned long n = 2; n < end; ++n) {
    if (composite[n]) continue;
    std::cout << n << '\n';
    for (unsigned long m = n * n; m < end; m += n) composite[m] = true;
  }
}
