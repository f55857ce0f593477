// SPDX-License-Identifier: Apache-2.0
#include "names.h"

#include <algorithm>

namespace tenon::graphql {

namespace {

bool isDigit(char c) noexcept {
  return c >= '0' && c <= '9';
}
bool isLetter(char c) noexcept {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

}  // namespace

bool isName(std::string_view text) noexcept {
  return !text.empty() && isLetter(text.front()) && !text.starts_with("__") &&
         std::all_of(text.begin(), text.end(), [](char c) { return isLetter(c) || isDigit(c); });
}

bool joinsConditions(std::string_view key) noexcept {
  return key == "_and" || key == "_or" || key == "_not";
}

std::string asNamePart(std::string_view text) {
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    const auto c = static_cast<unsigned char>(text[i]);
    if ((c & 0xC0U) == 0x80U) continue;  // of a character that has become a _ already
    out += isLetter(text[i]) || isDigit(text[i]) ? text[i] : '_';
  }
  if (!out.empty() && isDigit(out.front())) out.insert(out.begin(), '_');
  return out;
}

}  // namespace tenon::graphql
