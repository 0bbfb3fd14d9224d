#ifndef GREETING_H_
#define GREETING_H_

#include <string>

std::string Greeting(const std::string& name);

#endif  // GREETING_H_
