// CHECK(condition): ends the test where the condition does not hold.

#ifndef BASE_CHECK_H_
#define BASE_CHECK_H_

#include <cstdio>
#include <cstdlib>

#define CHECK(condition)                                                   \
  do {                                                                     \
    if (!(condition)) {                                                    \
      std::fprintf(stderr, "%s:%d: not so: %s\n", __FILE__, __LINE__,      \
                   #condition);                                            \
      std::exit(1);                                                        \
    }                                                                      \
  } while (false)

#endif  // BASE_CHECK_H_
