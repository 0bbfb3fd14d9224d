#ifndef BASE_H_
#define BASE_H_

inline int base() { return 1; }

#endif
