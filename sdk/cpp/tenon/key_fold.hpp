// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace tenon {

namespace detail {

/// Base letters of Latin letters with marks: up to this character (from the one before on), this letter; 0 = none.
struct BaseLetter {
  char32_t last;
  char base;
};
inline constexpr BaseLetter kBaseLetters[] = {
    {0xBF, 0},    {0xC6, 'a'},  {0xC7, 'c'},  {0xCB, 'e'},  {0xCF, 'i'},  {0xD0, 'd'},  {0xD1, 'n'},  {0xD6, 'o'},
    {0xD7, 0},    {0xD8, 'o'},  {0xDC, 'u'},  {0xDD, 'y'},  {0xDE, 0},    {0xDF, 's'},  {0xE6, 'a'},  {0xE7, 'c'},
    {0xEB, 'e'},  {0xEF, 'i'},  {0xF0, 'd'},  {0xF1, 'n'},  {0xF6, 'o'},  {0xF7, 0},    {0xF8, 'o'},  {0xFC, 'u'},
    {0xFD, 'y'},  {0xFE, 0},    {0xFF, 'y'},  {0x105, 'a'}, {0x10D, 'c'}, {0x111, 'd'}, {0x11B, 'e'}, {0x123, 'g'},
    {0x127, 'h'}, {0x133, 'i'}, {0x135, 'j'}, {0x138, 'k'}, {0x142, 'l'}, {0x14B, 'n'}, {0x153, 'o'}, {0x159, 'r'},
    {0x161, 's'}, {0x167, 't'}, {0x173, 'u'}, {0x175, 'w'}, {0x178, 'y'}, {0x17E, 'z'}, {0x17F, 's'}};

inline char32_t foldedCharacter(char32_t c) noexcept {
  if (c <= 0x17F)
    for (const BaseLetter& b : kBaseLetters)
      if (c <= b.last) return b.base != 0 ? static_cast<char32_t>(b.base) : c;
  if (c >= 0x391 && c <= 0x3A9) return c + 0x20;  // Greek
  if (c >= 0x400 && c <= 0x40F) return c + 0x50;  // Cyrillic
  if (c >= 0x410 && c <= 0x42F) return c + 0x20;
  if ((c >= 0x460 && c <= 0x4FF) || (c >= 0x1E00 && c <= 0x1EFF)) return c | 1U;  // pairs of a capital and a small one
  if (c >= 0xFF21 && c <= 0xFF3A) return c + 0x20;                                // of full width
  return c;
}

}  // namespace detail

/// The same text for all texts that a database's collation usually takes for equal: letters without case and marks, no
/// blanks at the end. What is no UTF-8 stays as it is.
inline std::string foldedKey(std::string_view text) {
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  std::string out;
  out.reserve(text.size());
  const auto byte = [&](size_t i) { return static_cast<unsigned char>(text[i]); };
  for (size_t i = 0; i < text.size();) {
    const unsigned char c = byte(i);
    const size_t n = c >= 0xE0 && c < 0xF0 ? 3 : c >= 0xC2 && c < 0xE0 ? 2 : 1;  // of longer ones none is folded
    if (n > text.size() - i || n == 1) {
      out += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : text[i];
      ++i;
      continue;
    }
    char32_t letter = c & (n == 2 ? 0x1FU : 0x0FU);
    for (size_t k = 1; k < n; ++k) letter = (letter << 6U) | (byte(i + k) & 0x3FU);
    const char32_t folded = detail::foldedCharacter(letter);
    if (folded == letter)
      out.append(text.substr(i, n));
    else if (folded < 0x80)
      out += static_cast<char>(folded);
    else if (folded < 0x800)
      out.append({static_cast<char>(0xC0U | (folded >> 6U)), static_cast<char>(0x80U | (folded & 0x3FU))});
    else
      out.append({static_cast<char>(0xE0U | (folded >> 12U)), static_cast<char>(0x80U | ((folded >> 6U) & 0x3FU)),
                  static_cast<char>(0x80U | (folded & 0x3FU))});
    i += n;
  }
  return out;
}

}  // namespace tenon
