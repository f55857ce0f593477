// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstring>
#include <string>
#include <string_view>

#include <tenon/abi.h>

namespace tenon {

/// The view as a string_view; absent ({NULL,0}) becomes empty.
inline std::string_view view(tenon_str s) noexcept {
  return s.ptr != nullptr ? std::string_view(s.ptr, static_cast<size_t>(s.len)) : std::string_view();
}

inline std::string text(tenon_str s) {
  return std::string(view(s));
}

/// Borrows: valid while `s` is. An empty view stays "present" (its pointer is never NULL).
inline tenon_str str(std::string_view s) noexcept {
  return {s.data() != nullptr ? s.data() : "", static_cast<uint64_t>(s.size())};
}

inline constexpr tenon_str kAbsent{nullptr, 0};

inline bool absent(tenon_str s) noexcept {
  return s.ptr == nullptr;
}

/// Longest prefix of at most `limit` bytes that does not cut a UTF-8 sequence.
inline std::string_view utf8Prefix(std::string_view s, size_t limit) noexcept {
  if (s.size() <= limit) return s;
  size_t n = limit;
  while (n > 0 && (static_cast<unsigned char>(s[n]) & 0xC0U) == 0x80U) --n;
  return s.substr(0, n);
}

/// Copies into a fixed member of a C struct, cut at a character boundary and NUL-terminated.
template <size_t N>
void copyTo(char (&out)[N], std::string_view s) noexcept {
  const std::string_view cut = utf8Prefix(s, N - 1);
  if (!cut.empty()) std::memcpy(out, cut.data(), cut.size());
  out[cut.size()] = '\0';
}

}  // namespace tenon
