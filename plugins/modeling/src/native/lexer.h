// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace tenon::modeling::native {

/// How a database spells quotes and comments, as far as it differs from the standard.
struct Lexicon {
  bool mysql = false;           ///< \' inside quotes, # comments, -- only before a blank
  bool postgres = false;        ///< $tag$...$tag$ and E'...' quotes
  bool brackets = false;        ///< [x] is an identifier
  bool nestedComments = false;  ///< /* /* */ */ is one comment
  /// By the name of a dialect or kind of database; the standard's for names that are not known.
  static Lexicon of(std::string_view dialect) noexcept;
  bool operator==(const Lexicon&) const = default;
};

/// One piece of SQL text. A view into the text.
struct Token {
  enum class Kind : uint8_t { Word, Quoted, Parameter, Symbol };
  Kind kind = Kind::Symbol;
  std::string_view text;
  std::string_view name = {};  ///< of a parameter
  size_t at = 0;               ///< where `text` begins

  /// Is it this word, whatever its letter case? `lower` is in lower case.
  bool is(std::string_view lower) const noexcept;
  bool isSymbol(char c) const noexcept { return kind == Kind::Symbol && text.size() == 1 && text[0] == c; }
};

/// Takes SQL text apart: words, quoted texts and identifiers, parameters (${name} and :name), and everything else as
/// symbols. Blanks and comments are passed over. The text outlives the lexer and its tokens.
class Lexer {
 public:
  Lexer(std::string_view text, const Lexicon& lexicon) noexcept : text_(text), lexicon_(lexicon) {}
  /// nullopt at the end. Throws Invalid("statement") for an open quote or comment, and for ${name} inside quotes, where
  /// no database binds it.
  std::optional<Token> next();

 private:
  char peek(size_t ahead = 0) const noexcept { return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0'; }
  Token taken(Token::Kind kind, size_t size) noexcept;
  void skipBlanks();
  bool skipComment();
  Token quoted(char close, bool backslashes);
  std::optional<Token> dollarQuoted();
  Token braced();
  Token colon() noexcept;
  Token word() noexcept;

  std::string_view text_;
  Lexicon lexicon_;
  size_t at_ = 0;
  Token last_;
};

}  // namespace tenon::modeling::native
