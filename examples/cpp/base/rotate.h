#ifndef BASE_ROTATE_H_
#define BASE_ROTATE_H_

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

// `bits` turned to the left by `by`, which is below 32.
uint32_t rotate_left(uint32_t bits, unsigned by);

#ifdef __cplusplus
}
#endif

#endif  // BASE_ROTATE_H_
