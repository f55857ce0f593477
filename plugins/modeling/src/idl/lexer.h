// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace tenon::modeling {

/// Where something stands in a text, both from 1. A column is a character, whatever its width.
struct Position {
  uint32_t line = 1;
  uint32_t column = 1;
};

/// A text in both languages.
struct Wording {
  std::string zh, en;
};

/// The first thing in a text that is no IDL.
struct SyntaxError {
  Position position;
  Wording wording;
};

struct Token {
  enum class Kind : uint8_t { End, Identifier, Text, Number, Punctuation };
  Kind kind = Kind::End;
  Position position;
  std::string_view raw;  ///< as it stands in the source
  std::string text;      ///< of Text: without quotes and escapes

  bool is(char punctuation) const noexcept { return kind == Kind::Punctuation && raw[0] == punctuation; }
};

/// Cuts a text into tokens, one at a time, so that what is wrong first is told first.
class Lexer {
 public:
  /// Far more than any set of models has, and little enough to hold.
  static constexpr size_t kMostTokens = 1000000;

  /// The text must outlive the lexer and its tokens.
  explicit Lexer(std::string_view text) noexcept : text_(text) {}

  /// Throws SyntaxError. After the end: End again and again.
  Token next();

 private:
  bool ended() const noexcept { return at_ >= text_.size(); }
  char peek(size_t ahead = 0) const noexcept { return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0'; }
  std::string_view advance();
  void skipBlanks();
  void skipBlockComment();
  std::string readText();
  void appendEscape(std::string& out);
  uint32_t readHex(Position escape);
  void readNumber();

  std::string_view text_;
  size_t at_ = 0;
  size_t tokens_ = 0;
  Position position_;
};

}  // namespace tenon::modeling
