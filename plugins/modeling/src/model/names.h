// SPDX-License-Identifier: Apache-2.0
// What names are made of, for JSON and IDL alike.
#pragma once

#include <algorithm>
#include <cstddef>
#include <string_view>

namespace tenon::modeling {

/// What a registry column keeps of a name, in characters.
inline constexpr size_t kLongestName = 100;

inline bool startsIdentifier(char c) noexcept {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}
inline bool continuesIdentifier(char c) noexcept {
  return startsIdentifier(c) || (c >= '0' && c <= '9');
}
/// A name that IDL can say, and that an enum element must be.
inline bool isIdentifier(std::string_view s) noexcept {
  return !s.empty() && startsIdentifier(s[0]) && std::all_of(s.begin(), s.end(), continuesIdentifier);
}

inline bool isBlank(std::string_view s) noexcept {
  return s.find_first_not_of(" \t\r\n\f") == std::string_view::npos;
}

/// Characters of valid UTF-8: every byte that does not continue one.
inline size_t characterCount(std::string_view utf8) noexcept {
  return static_cast<size_t>(
      std::count_if(utf8.begin(), utf8.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

}  // namespace tenon::modeling
