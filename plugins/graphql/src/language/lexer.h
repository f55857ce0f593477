// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory_resource>

#include "source.h"

namespace tenon::graphql {

enum class TokenKind : uint8_t {
  End,
  Bang,
  Dollar,
  Amp,
  ParenL,
  ParenR,
  Spread,
  Colon,
  Equals,
  At,
  BracketL,
  BracketR,
  BraceL,
  Pipe,
  BraceR,
  Name,
  Int,
  Float,
  String,
  BlockString
};

struct Token {
  TokenKind kind = TokenKind::End;
  uint32_t start = 0, end = 0;  ///< in the source
  std::string_view value;       ///< of a name, a number or a string; that of a string without quotes and escapes
};

/// `"{"`, `Name "x"`, `<EOF>`: as messages show a token.
std::string described(const Token& token);
std::string described(TokenKind kind);

/// Cuts a document into tokens, one at a time. Both must outlive the tokens. Throws SyntaxError.
class Lexer {
 public:
  Lexer(std::string_view source, std::pmr::memory_resource& arena) noexcept : source_(source), arena_(arena) {}

  /// After the end: End again and again.
  Token next();

 private:
  uint32_t at(size_t ahead = 0) const noexcept {
    return at_ + ahead < source_.size() ? static_cast<unsigned char>(source_[at_ + ahead]) : 0;
  }
  bool ended(size_t ahead = 0) const noexcept { return at_ + ahead >= source_.size(); }
  void skipIgnored() noexcept;
  Token token(TokenKind kind, size_t length) noexcept;
  Token readName() noexcept;
  Token readNumber();
  void readDigits();
  Token readString();
  Token readBlockString();
  void appendEscape(std::string& out, size_t& i) const;
  uint32_t escapedUnit(size_t i) const noexcept;
  std::string_view kept(const std::string& text);
  [[noreturn]] void fail(size_t offset, const std::string& what) const;
  std::string shown(size_t offset) const;

  std::string_view source_;
  std::pmr::memory_resource& arena_;
  size_t at_ = 0;
};

}  // namespace tenon::graphql
