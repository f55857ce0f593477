// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>

namespace tenon {

__extension__ typedef __int128 Int128;
__extension__ typedef unsigned __int128 UInt128;

/// Plain decimal text of an unscaled 128-bit value: 12345, scale 2 -> "123.45". All digits of the scale stay.
inline void appendDecimal(std::string& out, Int128 unscaled, int scale) {
  char buf[48];
  char* p = buf + sizeof buf;
  auto u = unscaled < 0 ? ~static_cast<UInt128>(unscaled) + 1 : static_cast<UInt128>(unscaled);
  int digits = 0;
  do {
    if (digits == scale && scale > 0) *--p = '.';
    *--p = static_cast<char>('0' + static_cast<int>(u % 10));
    u /= 10;
    ++digits;
  } while (u != 0 || digits <= scale);
  if (unscaled < 0) *--p = '-';
  out.append(p, static_cast<size_t>(buf + sizeof buf - p));
}

/// Takes the zeros that say nothing off digits with a point: 12.50 -> 12.5, 3.00 -> 3.
inline void dropZeros(std::string& out) {
  while (out.back() == '0') out.pop_back();
  if (out.back() == '.') out.pop_back();
}

/// Reads [-]digits[.digits] as an unscaled value of `scale`. nullopt when it is not such text, has more
/// non-zero digits after the point than `scale`, or more than 38 digits.
inline std::optional<Int128> parseDecimal(std::string_view s, int scale) {
  const bool negative = !s.empty() && s[0] == '-';
  if (negative) s.remove_prefix(1);
  UInt128 v = 0;
  int digits = 0, after = -1;
  bool any = false;
  for (const char c : s) {
    if (c == '.') {
      if (after >= 0) return std::nullopt;
      after = 0;
      continue;
    }
    if (c < '0' || c > '9') return std::nullopt;
    any = true;
    if (after >= 0 && after >= scale) {
      if (c != '0') return std::nullopt;
      continue;
    }
    if (after >= 0) ++after;
    v = v * 10 + static_cast<unsigned>(c - '0');
    if (v != 0 && ++digits > 38) return std::nullopt;
  }
  if (!any) return std::nullopt;
  for (int i = std::max(after, 0); i < scale; ++i) {
    v *= 10;
    if (v != 0 && ++digits > 38) return std::nullopt;
  }
  const auto value = static_cast<Int128>(v);
  return negative ? -value : value;
}

}  // namespace tenon
