// SPDX-License-Identifier: Apache-2.0
#include "sql_text.h"

#include <algorithm>
#include <array>
#include <string>

namespace tenon::postgresql {

namespace {

bool isDigit(char c) {
  return c >= '0' && c <= '9';
}
bool startsWord(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || (static_cast<unsigned char>(c) & 0x80U) != 0;
}
bool continuesWord(char c) {
  return startsWord(c) || isDigit(c) || c == '$';
}
bool isBlank(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f' || c == '\v';
}
char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}
bool same(std::string_view word, std::string_view lowerCase) {
  return word.size() == lowerCase.size() &&
         std::equal(word.begin(), word.end(), lowerCase.begin(), [](char a, char b) { return lower(a) == b; });
}

enum class Token : uint8_t { End, Word, QuotedName, String, Parameter, Other };

/// Cuts a statement into tokens; blanks and comments fall away.
class Scanner {
 public:
  explicit Scanner(std::string_view sql) : rest_(sql), begin_(sql.data()) {}

  std::string_view text() const noexcept { return text_; }
  size_t position() const noexcept { return static_cast<size_t>(rest_.data() - begin_); }

  Token next() {
    skipBlank();
    if (rest_.empty()) return take(0, Token::End);
    const char c = rest_[0];
    if (c == '\'') return take(quoted('\'', 0, false), Token::String);
    if (c == '"') return take(quoted('"', 0, false), Token::QuotedName);
    if (c == '$') return dollar();
    if (startsWord(c)) {
      if ((c == 'e' || c == 'E') && rest_.size() > 1 && rest_[1] == '\'')
        return take(quoted('\'', 1, true), Token::String);
      size_t n = 1;
      while (n < rest_.size() && continuesWord(rest_[n])) ++n;
      return take(n, Token::Word);
    }
    return take(1, Token::Other);
  }

 private:
  Token take(size_t n, Token token) {
    text_ = rest_.substr(0, n);
    rest_.remove_prefix(std::min(n, rest_.size()));
    return token;
  }
  /// The length of what begins with a quote at `from`.
  size_t quoted(char quote, size_t from, bool escapes) const {
    for (size_t i = from + 1; i < rest_.size(); ++i) {
      if (escapes && rest_[i] == '\\') {
        ++i;
      } else if (rest_[i] == quote) {
        if (i + 1 >= rest_.size() || rest_[i + 1] != quote) return i + 1;
        ++i;
      }
    }
    return rest_.size();
  }
  /// $1, or a string between two equal $tags$.
  Token dollar() {
    size_t n = 1;
    while (n < rest_.size() && isDigit(rest_[n])) ++n;
    if (n > 1) return take(n, Token::Parameter);
    while (n < rest_.size() && continuesWord(rest_[n]) && rest_[n] != '$') ++n;
    if (n >= rest_.size() || rest_[n] != '$') return take(1, Token::Other);
    const size_t end = rest_.find(rest_.substr(0, n + 1), n + 1);
    return take(end == std::string_view::npos ? rest_.size() : end + n + 1, Token::String);
  }
  void skipBlank() {
    for (;;) {
      size_t n = 0;
      while (n < rest_.size() && isBlank(rest_[n])) ++n;
      rest_.remove_prefix(n);
      if (rest_.substr(0, 2) == "--") {
        rest_.remove_prefix(std::min(rest_.find('\n'), rest_.size()));
      } else if (rest_.substr(0, 2) == "/*") {
        skipComment();
      } else {
        return;
      }
    }
  }
  void skipComment() {  // they nest
    int depth = 0;
    do {
      const std::string_view two = rest_.substr(0, 2);
      if (two == "/*" || two == "*/") {
        depth += two == "/*" ? 1 : -1;
        rest_.remove_prefix(2);
      } else {
        rest_.remove_prefix(1);
      }
    } while (depth > 0 && !rest_.empty());
  }

  std::string_view rest_, text_;
  const char* begin_;
};

uint32_t numberOf(std::string_view parameter) {
  uint32_t n = 0;
  for (const char c : parameter.substr(1)) n = std::min(n * 10 + static_cast<uint32_t>(c - '0'), 100000U);
  return n;
}

}  // namespace

SqlText readSql(std::string_view sql) {
  static constexpr std::array<std::string_view, 5> kReads = {"select", "with", "values", "table", "show"};
  static constexpr std::array<std::string_view, 6> kWrites = {"insert", "update", "delete", "merge", "into", "call"};
  SqlText out;
  Scanner s(sql);
  bool first = true;
  for (Token t = s.next(); t != Token::End; t = s.next()) {
    if (t == Token::Parameter) out.parameters = std::max(out.parameters, numberOf(s.text()));
    if (t != Token::Word) continue;
    const auto isOne = [&](const auto& words) {
      return std::any_of(words.begin(), words.end(), [&](std::string_view w) { return same(s.text(), w); });
    };
    if (first) out.onlyReads = isOne(kReads);
    first = false;
    if (out.onlyReads && isOne(kWrites)) out.onlyReads = false;
  }
  return out;
}

std::optional<PlainInsert> plainInsert(std::string_view sql) {
  Scanner s(sql);
  Token t = s.next();
  const auto word = [&](std::string_view w) {
    const bool is = t == Token::Word && same(s.text(), w);
    if (is) t = s.next();
    return is;
  };
  const auto mark = [&](char c) {
    const bool is = t == Token::Other && s.text()[0] == c;
    if (is) t = s.next();
    return is;
  };
  const auto name = [&] {
    const bool is = t == Token::Word || t == Token::QuotedName;
    if (is) t = s.next();
    return is;
  };
  if (!word("insert") || !word("into") || !name()) return std::nullopt;
  while (mark('.'))
    if (!name()) return std::nullopt;
  if (!mark('(')) return std::nullopt;
  uint32_t columns = 0;
  do {
    if (!name()) return std::nullopt;
    ++columns;
  } while (mark(','));
  if (!mark(')') || t != Token::Word || !same(s.text(), "values")) return std::nullopt;
  PlainInsert out{sql.substr(0, s.position()), columns};
  t = s.next();
  if (!mark('(')) return std::nullopt;
  for (uint32_t i = 1; i <= columns; ++i) {
    if (i > 1 && !mark(',')) return std::nullopt;
    if (t != Token::Parameter || numberOf(s.text()) != i) return std::nullopt;
    t = s.next();
  }
  if (!mark(')')) return std::nullopt;
  return t == Token::End ? std::optional(out) : std::nullopt;
}

}  // namespace tenon::postgresql
