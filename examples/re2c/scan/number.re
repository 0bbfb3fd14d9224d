#include "scan/number.h"

namespace scan {

Kind Number(const char* text) {
  const char* YYCURSOR = text;
  const char* YYMARKER = text;
  /*!re2c
    re2c:define:YYCTYPE = "unsigned char";
    re2c:yyfill:enable = 0;

    end = "\x00";

    [0-9]+ end             { return Kind::kDecimal; }
    "0x" [0-9a-fA-F]+ end  { return Kind::kHexadecimal; }
    *                      { return Kind::kNone; }
  */
}

}  // namespace scan
