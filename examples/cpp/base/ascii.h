#ifndef BASE_ASCII_H_
#define BASE_ASCII_H_

#ifdef __cplusplus
extern "C" {
#endif

// Whether `c` is a letter, whatever the locale.
int ascii_is_letter(char c);

// `c` in lower case, whatever the locale.
char ascii_to_lower(char c);

#ifdef __cplusplus
}
#endif

#endif  // BASE_ASCII_H_
