// SPDX-License-Identifier: Apache-2.0
#include "source.h"

namespace tenon::graphql {

Location locationOf(std::string_view source, uint32_t offset) noexcept {
  Location out;
  for (size_t i = 0; i < offset && i < source.size(); ++i) {
    const auto c = static_cast<unsigned char>(source[i]);
    const bool endsLine = c == '\n' || (c == '\r' && (i + 1 >= source.size() || source[i + 1] != '\n'));
    if (endsLine) {
      ++out.line;
      out.column = 1;
    } else if (c >= 0xF0) {
      out.column += 2;  // a surrogate pair
    } else if (c < 0x80 || c >= 0xC0) {
      ++out.column;
    }
  }
  return out;
}

}  // namespace tenon::graphql
