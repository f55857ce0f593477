// SPDX-License-Identifier: Apache-2.0
// Small pieces of HTTP's grammar.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace tenon::host {

inline constexpr std::array<bool, 256> kTokenChars = [] {
  std::array<bool, 256> t{};
  for (int c = '0'; c <= '9'; ++c) t[static_cast<size_t>(c)] = true;
  for (int c = 'a'; c <= 'z'; ++c) t[static_cast<size_t>(c)] = true;
  for (int c = 'A'; c <= 'Z'; ++c) t[static_cast<size_t>(c)] = true;
  for (const char c : {'!', '#', '$', '%', '&', '\'', '*', '+', '-', '.', '^', '_', '`', '|', '~'})
    t[static_cast<unsigned char>(c)] = true;
  return t;
}();

inline bool isToken(std::string_view s) noexcept {
  for (const char c : s)
    if (!kTokenChars[static_cast<unsigned char>(c)]) return false;
  return !s.empty();
}

inline char lower(char c) noexcept {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
}

inline bool equalsIgnoringCase(std::string_view a, std::string_view b) noexcept {
  if (a.size() != b.size()) return false;
  for (size_t i = 0; i < a.size(); ++i)
    if (lower(a[i]) != lower(b[i])) return false;
  return true;
}

inline std::string_view trimmed(std::string_view s) noexcept {
  while (!s.empty() && (s.front() == ' ' || s.front() == '\t')) s.remove_prefix(1);
  while (!s.empty() && (s.back() == ' ' || s.back() == '\t')) s.remove_suffix(1);
  return s;
}

/// Visible characters, blanks, tabs and bytes of UTF-8: what a field value may hold.
inline bool isFieldValue(std::string_view s) noexcept {
  for (const char c : s) {
    const auto u = static_cast<unsigned char>(c);
    if ((u < 0x20 && u != '\t') || u == 0x7F) return false;
  }
  return true;
}

bool isUtf8(std::string_view s) noexcept;

/// Undoes %XX (and "+" where plusIsBlank). nullopt for a bad escape, NUL, or text that is not UTF-8.
std::optional<std::string> percentDecoded(std::string_view s, bool plusIsBlank);

/// Calls fn(name, q in thousandths) for each element of a list such as "gzip;q=0.5, br". Bad q counts as 0.
template <class Fn>
void eachWeighted(std::string_view list, Fn&& fn) {
  while (!list.empty()) {
    const size_t comma = list.find(',');
    std::string_view item = trimmed(list.substr(0, comma));
    list = comma == std::string_view::npos ? std::string_view() : list.substr(comma + 1);
    int q = 1000;
    if (const size_t semicolon = item.find(';'); semicolon != std::string_view::npos) {
      std::string_view parameter = trimmed(item.substr(semicolon + 1));
      item = trimmed(item.substr(0, semicolon));
      if (parameter.size() > 2 && lower(parameter[0]) == 'q' && parameter[1] == '=') {
        parameter.remove_prefix(2);
        q = parameter[0] == '1' ? 1000 : 0;
        int unit = 100;
        for (size_t i = 2; parameter[0] == '0' && i < parameter.size() && unit > 0; ++i, unit /= 10) {
          if (parameter[i] < '0' || parameter[i] > '9') break;
          q += (parameter[i] - '0') * unit;
        }
      }
    }
    if (!item.empty()) fn(item, q);
  }
}

/// True when `list` (a comma-separated field such as Connection) names `token`.
inline bool listHas(std::string_view list, std::string_view token) noexcept {
  bool found = false;
  eachWeighted(list, [&](std::string_view item, int) { found = found || equalsIgnoringCase(item, token); });
  return found;
}

}  // namespace tenon::host
