// SPDX-License-Identifier: Apache-2.0
#include "lexer.h"

#include "model/names.h"

namespace tenon::modeling {

namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

bool isDigit(char c) noexcept {
  return c >= '0' && c <= '9';
}
bool isBlankCharacter(char c) noexcept {
  return c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == '\f';
}

/// Bytes of the UTF-8 character at the head of `s`, 0 when there is none. Over-long forms, halves of surrogate pairs
/// and what is past the last character are none.
size_t characterLength(std::string_view s) noexcept {
  const auto byte = [&](size_t i) { return i < s.size() ? static_cast<unsigned char>(s[i]) : 0U; };
  const auto continues = [&](size_t i, unsigned least = 0x80, unsigned most = 0xBF) {
    return byte(i) >= least && byte(i) <= most;
  };
  const unsigned first = byte(0);
  if (first < 0x80) return 1;
  if (first >= 0xC2 && first <= 0xDF) return continues(1) ? 2 : 0;
  if (first >= 0xE0 && first <= 0xEF)
    return continues(1, first == 0xE0 ? 0xA0 : 0x80, first == 0xED ? 0x9F : 0xBF) && continues(2) ? 3 : 0;
  if (first >= 0xF0 && first <= 0xF4)
    return continues(1, first == 0xF0 ? 0x90 : 0x80, first == 0xF4 ? 0x8F : 0xBF) && continues(2) && continues(3) ? 4
                                                                                                                  : 0;
  return 0;
}

void appendCharacter(std::string& out, uint32_t c) {
  const auto put = [&](uint32_t byte) { out.push_back(static_cast<char>(byte)); };
  if (c < 0x80) return put(c);
  if (c < 0x800) {
    put(0xC0U | c >> 6U);
  } else {
    if (c < 0x10000) {
      put(0xE0U | c >> 12U);
    } else {
      put(0xF0U | c >> 18U);
      put(0x80U | (c >> 12U & 0x3FU));
    }
    put(0x80U | (c >> 6U & 0x3FU));
  }
  put(0x80U | (c & 0x3FU));
}

/// A character as a message shows it: one that cannot be seen by its number.
std::string shown(std::string_view character) {
  const auto c = static_cast<unsigned char>(character[0]);
  if (c >= 0x20 && c != 0x7F) return std::string(character);
  constexpr char kHex[] = "0123456789ABCDEF";
  return std::string("U+00") + kHex[c >> 4U] + kHex[c & 15U];
}

[[noreturn]] void fail(Position position, std::string zh, std::string en) {
  throw SyntaxError{position, {std::move(zh), std::move(en)}};
}

}  // namespace

/// The character at hand, consumed.
std::string_view Lexer::advance() {
  const size_t n = characterLength(text_.substr(at_));
  if (n == 0) fail(position_, "不是有效的 UTF-8", "not valid UTF-8");
  const std::string_view character = text_.substr(at_, n);
  at_ += n;
  if (character == "\n")
    position_ = {position_.line + 1, 1};
  else if (character != kByteOrderMark)  // which editors do not show
    ++position_.column;
  return character;
}

void Lexer::skipBlanks() {
  while (!ended()) {
    if (isBlankCharacter(peek()) || text_.substr(at_, kByteOrderMark.size()) == kByteOrderMark)
      advance();
    else if (peek() == '/' && peek(1) == '/')
      while (!ended() && peek() != '\n') advance();
    else if (peek() == '/' && peek(1) == '*')
      skipBlockComment();
    else
      return;
  }
}

void Lexer::skipBlockComment() {
  const Position start = position_;
  advance();
  advance();
  while (peek() != '*' || peek(1) != '/') {
    if (ended()) fail(start, "注释没有结束", "unterminated comment");
    advance();
  }
  advance();
  advance();
}

uint32_t Lexer::readHex(Position escape) {
  uint32_t value = 0;
  for (int i = 0; i < 4; ++i) {
    const char c = peek();
    const char lower = static_cast<char>(c | 0x20);
    if (!isDigit(c) && (lower < 'a' || lower > 'f'))
      fail(escape, "\\u 之后必须是四个十六进制数字", "\\u needs four hexadecimal digits");
    value = value * 16 + static_cast<uint32_t>(isDigit(c) ? c - '0' : lower - 'a' + 10);
    advance();
  }
  return value;
}

void Lexer::appendEscape(std::string& out) {
  const Position escape = position_;
  advance();
  if (ended()) return;  // the string is found to be unterminated
  const std::string_view letter = advance();
  constexpr std::string_view kLetters = "\"\\/bfnrt", kMeanings = "\"\\/\b\f\n\r\t";
  if (const size_t i = kLetters.find(letter); i != std::string_view::npos) {
    out.push_back(kMeanings[i]);
    return;
  }
  if (letter != "u") {
    const std::string sequence = "\"\\" + shown(letter) + "\"";
    fail(escape, "无效的转义 " + sequence, "invalid escape " + sequence);
  }
  uint32_t c = readHex(escape);
  const bool high = c >= 0xD800 && c <= 0xDBFF;
  if (high && peek() == '\\' && peek(1) == 'u') {
    advance();
    advance();
    const uint32_t low = readHex(escape);
    if (low >= 0xDC00 && low <= 0xDFFF) c = 0x10000 + ((c - 0xD800) << 10U) + (low - 0xDC00);
  }
  if (c >= 0xD800 && c <= 0xDFFF) fail(escape, "代理对不完整", "half of a surrogate pair");
  appendCharacter(out, c);
}

std::string Lexer::readText() {
  const Position start = position_;
  advance();
  std::string out;
  while (!ended()) {
    if (peek() == '"') {
      advance();
      return out;
    }
    if (peek() == '\\')
      appendEscape(out);
    else
      out.append(advance());
  }
  fail(start, "字符串没有结束", "unterminated string");
}

void Lexer::readNumber() {
  advance();  // the sign or the first digit
  while (isDigit(peek())) advance();
  if (peek() != '.' || !isDigit(peek(1))) return;
  advance();
  while (isDigit(peek())) advance();
}

Token Lexer::next() {
  skipBlanks();
  Token token;
  token.position = position_;
  if (ended()) return token;
  if (++tokens_ > kMostTokens) {
    const std::string n = std::to_string(kMostTokens);
    fail(position_, "超过 " + n + " 个词法单元", "more than " + n + " tokens");
  }
  const size_t from = at_;
  const char c = peek();
  if (startsIdentifier(c)) {
    token.kind = Token::Kind::Identifier;
    while (continuesIdentifier(peek())) advance();
  } else if (c == '"') {
    token.kind = Token::Kind::Text;
    token.text = readText();
  } else if (isDigit(c) || (c == '-' && isDigit(peek(1)))) {
    token.kind = Token::Kind::Number;
    readNumber();
  } else if (c != '\0' && std::string_view("@:,?(){}[]").find(c) != std::string_view::npos) {
    token.kind = Token::Kind::Punctuation;
    advance();
  } else {
    const std::string character = "\"" + shown(advance()) + "\"";
    fail(token.position, "意外的字符 " + character, "unexpected character " + character);
  }
  token.raw = text_.substr(from, at_ - from);
  return token;
}

}  // namespace tenon::modeling
