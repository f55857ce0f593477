// SPDX-License-Identifier: Apache-2.0
#include "number_text.h"

#include <string_view>

namespace tenon::modeling {

namespace {

std::string digits(size_t least, size_t most) {
  return "[0-9]{" + std::to_string(least) + "," + std::to_string(most) + "}";
}

/// Whole numbers from 0 to the greatest: those of fewer digits, then those that have a lesser digit at each place.
std::string upTo(std::string_view greatest) {
  std::string out = digits(1, greatest.size() - 1);
  for (size_t i = 0; i < greatest.size(); ++i) {
    const char below = static_cast<char>(greatest[i] - 1), least = i == 0 ? '1' : '0';
    if (below < least) continue;
    const size_t rest = greatest.size() - i - 1;
    out += "|" + std::string(greatest.substr(0, i)) + "[" + least + "-" + below + "]";
    if (rest > 0) out += digits(rest, rest);
  }
  return out + "|" + std::string(greatest);
}

}  // namespace

std::string numberPattern(const Field& number) {
  if (number.type == FieldType::Int) return "^-?0*(" + upTo("2147483647") + ")$";
  if (number.type == FieldType::Long) return "^-?0*(" + upTo("9223372036854775807") + ")$";
  const uint32_t whole = number.precision - number.scale;
  const std::string before = whole > 0 ? "0*" + digits(1, whole) : "0+";
  return "^-?" + before + "([.]" + (number.scale > 0 ? digits(1, number.scale) + "0*" : "0+") + ")?$";
}

}  // namespace tenon::modeling
