// SPDX-License-Identifier: Apache-2.0
#include "lexer.h"

#include <algorithm>
#include <string>

#include "routes/answer.h"

namespace tenon::modeling::native {

namespace {

bool isDigit(char c) noexcept {
  return c >= '0' && c <= '9';
}
bool beginsWord(char c) noexcept {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || static_cast<unsigned char>(c) >= 0x80;
}
bool isBlank(char c) noexcept {
  return c == ' ' || (c >= '\t' && c <= '\r');
}
bool inName(char c) noexcept {
  return beginsWord(c) || isDigit(c) || c == '.' || c == '-' || c == '$';
}

Invalid open(const char* zh, const char* en) {
  return Invalid("statement", zh, en);
}

/// The name between ${ and } at the head of `s`, or empty when that is no parameter.
std::string_view bracedName(std::string_view s) noexcept {
  const size_t end = s.find('}');
  if (end == std::string_view::npos) return {};
  std::string_view name = s.substr(2, end - 2);
  while (!name.empty() && isBlank(name.front())) name.remove_prefix(1);
  while (!name.empty() && isBlank(name.back())) name.remove_suffix(1);
  for (const char c : name)
    if (!inName(c)) return {};
  return name;
}

void refuseParameters(std::string_view quoted) {
  for (size_t at = quoted.find("${"); at != std::string_view::npos; at = quoted.find("${", at + 2)) {
    const std::string_view found = bracedName(quoted.substr(at));
    if (found.empty()) continue;
    const std::string name = "${" + std::string(found) + "}";
    throw Invalid("statement",
                  "引号内的参数 " + name + " 不会被绑定，请改用拼接，例如 '%' || " + name + " || '%' 或 concat('%', " +
                      name + ", '%')",
                  name + " stands inside quotes, where nothing is bound: concatenate, as in '%' || " + name +
                      " || '%' or concat('%', " + name + ", '%')");
  }
}

}  // namespace

Lexicon Lexicon::of(std::string_view dialect) noexcept {
  Lexicon out;
  if (dialect == "mysql" || dialect == "mariadb" || dialect == "tidb" || dialect == "gbase") {
    out.mysql = true;
  } else if (dialect == "postgresql" || dialect == "postgres") {
    out.postgres = out.nestedComments = true;
  } else if (dialect == "sqlite") {
    out.brackets = true;
  } else if (dialect == "sqlserver") {
    out.brackets = out.nestedComments = true;
  }
  return out;
}

bool Token::is(std::string_view lower) const noexcept {
  if (kind != Kind::Word || text.size() != lower.size()) return false;
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i] >= 'A' && text[i] <= 'Z' ? static_cast<char>(text[i] - 'A' + 'a') : text[i];
    if (c != lower[i]) return false;
  }
  return true;
}

Token Lexer::taken(Token::Kind kind, size_t size) noexcept {
  Token t;
  t.kind = kind;
  t.text = text_.substr(at_, size);
  t.at = at_;
  at_ += t.text.size();
  return t;
}

/// Skips the comment that begins here; false when none does.
bool Lexer::skipComment() {
  const bool dashes =
      peek() == '-' && peek(1) == '-' && (!lexicon_.mysql || isBlank(peek(2)) || at_ + 2 >= text_.size());
  if (dashes || (peek() == '#' && lexicon_.mysql)) {
    // PostgreSQL ends the line at a carriage return too: what follows one is not to be overlooked.
    at_ = std::min(text_.find_first_of(lexicon_.postgres ? "\r\n" : "\n", at_), text_.size());
    return true;
  }
  if (peek() != '/' || peek(1) != '*') return false;
  if (lexicon_.mysql && (peek(2) == '!' || (peek(2) == 'M' && peek(3) == '!')))
    throw Invalid("statement", "不支持会被执行的注释 /*! */",
                  "holds a comment that the database would execute: /*! */");
  size_t depth = 1;
  for (at_ += 2; depth > 0; ++at_) {
    if (at_ >= text_.size()) throw open("注释没有结束", "holds a comment that does not end");
    if (peek() == '*' && peek(1) == '/') {
      --depth;
      ++at_;
    } else if (lexicon_.nestedComments && peek() == '/' && peek(1) == '*') {
      ++depth;
      ++at_;
    }
  }
  return true;
}

void Lexer::skipBlanks() {
  for (;;) {
    while (isBlank(peek())) ++at_;
    if (!skipComment()) return;
  }
}

Token Lexer::quoted(char close, bool backslashes) {
  for (size_t end = at_ + 1; end < text_.size(); ++end) {
    if (text_[end] == '\\' && backslashes) {
      ++end;
    } else if (text_[end] == close) {
      if (end + 1 < text_.size() && text_[end + 1] == close) {  // doubled: itself
        ++end;
        continue;
      }
      const Token t = taken(Token::Kind::Quoted, end + 1 - at_);
      refuseParameters(t.text);
      return t;
    }
  }
  throw open("引号没有结束", "holds a quote that does not end");
}

std::optional<Token> Lexer::dollarQuoted() {
  size_t end = at_ + 1;
  if (isDigit(peek(1))) return std::nullopt;
  while (end < text_.size() && (beginsWord(text_[end]) || isDigit(text_[end]))) ++end;
  if (end >= text_.size() || text_[end] != '$') return std::nullopt;
  const std::string_view tag = text_.substr(at_, end + 1 - at_);
  const size_t close = text_.find(tag, end + 1);
  if (close == std::string_view::npos) throw open("引号没有结束", "holds a quote that does not end");
  const Token t = taken(Token::Kind::Quoted, close + tag.size() - at_);
  refuseParameters(t.text);
  return t;
}

Token Lexer::braced() {
  const std::string_view rest = text_.substr(at_), name = bracedName(rest);
  if (name.empty()) throw open("参数占位符格式有误，应为 ${name}", "holds a malformed parameter: write ${name}");
  Token t = taken(Token::Kind::Parameter, rest.find('}') + 1);
  t.name = name;
  return t;
}

/// A parameter, a cast (::), an assignment (:=) or a colon.
Token Lexer::colon() noexcept {
  if (peek(1) == ':' || peek(1) == '=') return taken(Token::Kind::Symbol, 2);
  if (!beginsWord(peek(1))) return taken(Token::Kind::Symbol, 1);
  const auto goesOn = [&](size_t i) { return beginsWord(peek(i)) || isDigit(peek(i)); };
  size_t n = 1;
  while (goesOn(n) || (peek(n) == '.' && goesOn(n + 1))) ++n;
  Token t = taken(Token::Kind::Parameter, n);
  t.name = t.text.substr(1);
  return t;
}

/// A word or a number.
Token Lexer::word() noexcept {
  size_t n = 1;
  while (beginsWord(peek(n)) || isDigit(peek(n)) || (peek(n) == '$' && peek(n + 1) != '{')) ++n;
  return taken(Token::Kind::Word, n);
}

std::optional<Token> Lexer::next() {
  skipBlanks();
  if (at_ >= text_.size()) return std::nullopt;
  const char c = peek();
  std::optional<Token> t;
  if (c == '\'') {
    const bool escaped = lexicon_.postgres && last_.is("e") && last_.at + 1 == at_;
    t = quoted(c, lexicon_.mysql || escaped);
  } else if (c == '"') {
    t = quoted(c, lexicon_.mysql);
  } else if (c == '`') {
    t = quoted(c, false);
  } else if (c == '[' && lexicon_.brackets) {
    t = quoted(']', false);
  } else if (c == '$' && peek(1) == '{') {
    t = braced();
  } else if (c == '$' && lexicon_.postgres) {
    t = dollarQuoted();
  } else if (c == ':') {
    t = colon();
  } else if (beginsWord(c) || isDigit(c)) {
    t = word();
  }
  last_ = t ? *t : taken(Token::Kind::Symbol, 1);
  return last_;
}

}  // namespace tenon::modeling::native
