// SPDX-License-Identifier: Apache-2.0
#include "lexer.h"

#include <algorithm>
#include <cstring>
#include <optional>
#include <vector>

namespace tenon::graphql {

namespace {

constexpr uint32_t kNone = UINT32_MAX;
constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

bool isDigit(uint32_t c) noexcept {
  return c >= '0' && c <= '9';
}
bool isNameStart(uint32_t c) noexcept {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}
bool isNameContinue(uint32_t c) noexcept {
  return isNameStart(c) || isDigit(c);
}
bool isLeading(uint32_t unit) noexcept {
  return unit >= 0xD800 && unit <= 0xDBFF;
}
bool isTrailing(uint32_t unit) noexcept {
  return unit >= 0xDC00 && unit <= 0xDFFF;
}
bool isScalarValue(uint32_t c) noexcept {
  return c <= 0xD7FF || (c >= 0xE000 && c <= 0x10FFFF);
}

uint32_t hexDigit(uint32_t c) noexcept {
  if (isDigit(c)) return c - '0';
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return kNone;
}

size_t lengthOf(unsigned char first) noexcept {
  return first < 0x80 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
}

void appendUtf8(std::string& out, uint32_t c) {
  const auto put = [&](uint32_t byte) { out.push_back(static_cast<char>(byte)); };
  if (c < 0x80) return put(c);
  if (c < 0x800) {
    put(0xC0U | c >> 6U);
  } else if (c < 0x10000) {
    put(0xE0U | c >> 12U);
    put(0x80U | (c >> 6U & 0x3FU));
  } else {
    put(0xF0U | c >> 18U);
    put(0x80U | (c >> 12U & 0x3FU));
    put(0x80U | (c >> 6U & 0x3FU));
  }
  put(0x80U | (c & 0x3FU));
}

bool isBlankLine(std::string_view line) noexcept {
  return line.find_first_not_of(" \t") == std::string_view::npos;
}

/// Takes the common indentation away, and blank lines at both ends.
std::string dedented(const std::vector<std::string>& lines) {
  size_t common = SIZE_MAX, first = lines.size(), last = 0;
  for (size_t i = 0; i < lines.size(); ++i) {
    if (isBlankLine(lines[i])) continue;
    first = std::min(first, i);
    last = i + 1;
    if (i > 0) common = std::min(common, lines[i].find_first_not_of(" \t"));
  }
  std::string out;
  for (size_t i = first; i < last; ++i) {
    if (i > first) out.push_back('\n');
    const size_t indent = i == 0 || common == SIZE_MAX ? 0 : std::min(common, lines[i].size());
    out.append(lines[i], indent);
  }
  return out;
}

}  // namespace

std::string described(TokenKind kind) {
  switch (kind) {
    case TokenKind::End: return "<EOF>";
    case TokenKind::Bang: return "\"!\"";
    case TokenKind::Dollar: return "\"$\"";
    case TokenKind::Amp: return "\"&\"";
    case TokenKind::ParenL: return "\"(\"";
    case TokenKind::ParenR: return "\")\"";
    case TokenKind::Spread: return "\"...\"";
    case TokenKind::Colon: return "\":\"";
    case TokenKind::Equals: return "\"=\"";
    case TokenKind::At: return "\"@\"";
    case TokenKind::BracketL: return "\"[\"";
    case TokenKind::BracketR: return "\"]\"";
    case TokenKind::BraceL: return "\"{\"";
    case TokenKind::Pipe: return "\"|\"";
    case TokenKind::BraceR: return "\"}\"";
    case TokenKind::Name: return "Name";
    case TokenKind::Int: return "Int";
    case TokenKind::Float: return "Float";
    case TokenKind::String: return "String";
    case TokenKind::BlockString: return "BlockString";
  }
  return {};
}

std::string described(const Token& token) {
  const std::string kind = described(token.kind);
  return token.kind >= TokenKind::Name ? kind + " \"" + std::string(token.value) + "\"" : kind;
}

void Lexer::fail(size_t offset, const std::string& what) const {
  throw SyntaxError(source_, static_cast<uint32_t>(offset), what);
}

/// A character as a message shows it.
std::string Lexer::shown(size_t offset) const {
  if (offset >= source_.size()) return "<EOF>";
  const auto first = static_cast<unsigned char>(source_[offset]);
  if (first == '"') return "'\"'";
  if (first >= 0x20 && first <= 0x7E) return std::string("\"") + static_cast<char>(first) + "\"";
  const size_t length = std::min(lengthOf(first), source_.size() - offset);
  uint32_t c = first;
  if (length > 1) {
    c = first & (0xFFU >> (length + 1));
    for (size_t i = 1; i < length; ++i) c = c << 6U | (static_cast<unsigned char>(source_[offset + i]) & 0x3FU);
  }
  std::string hex;
  do {
    hex.insert(hex.begin(), "0123456789ABCDEF"[c & 15U]);
    c >>= 4U;
  } while (c != 0);
  return "U+" + std::string(hex.size() < 4 ? 4 - hex.size() : 0, '0') + hex;
}

std::string_view Lexer::kept(const std::string& text) {
  if (text.empty()) return {};
  auto* at = static_cast<char*>(arena_.allocate(text.size(), 1));
  std::memcpy(at, text.data(), text.size());
  return {at, text.size()};
}

void Lexer::skipIgnored() noexcept {
  for (;;) {
    const uint32_t c = at();
    if (ended()) return;
    if (c == ' ' || c == ',' || c == '\t' || c == '\n' || c == '\r') {
      ++at_;
    } else if (c == 0xEF && source_.substr(at_, 3) == kByteOrderMark) {
      at_ += 3;
    } else if (c == '#') {
      const size_t end = source_.find_first_of("\r\n", at_);
      at_ = end == std::string_view::npos ? source_.size() : end;
    } else {
      return;
    }
  }
}

Token Lexer::token(TokenKind kind, size_t length) noexcept {
  const auto start = static_cast<uint32_t>(at_);
  at_ += length;
  return {kind, start, static_cast<uint32_t>(at_), {}};
}

Token Lexer::next() {
  skipIgnored();
  if (ended()) return token(TokenKind::End, 0);
  const uint32_t c = at();
  switch (c) {
    case '!': return token(TokenKind::Bang, 1);
    case '$': return token(TokenKind::Dollar, 1);
    case '&': return token(TokenKind::Amp, 1);
    case '(': return token(TokenKind::ParenL, 1);
    case ')': return token(TokenKind::ParenR, 1);
    case ':': return token(TokenKind::Colon, 1);
    case '=': return token(TokenKind::Equals, 1);
    case '@': return token(TokenKind::At, 1);
    case '[': return token(TokenKind::BracketL, 1);
    case ']': return token(TokenKind::BracketR, 1);
    case '{': return token(TokenKind::BraceL, 1);
    case '|': return token(TokenKind::Pipe, 1);
    case '}': return token(TokenKind::BraceR, 1);
    case '.':
      if (at(1) == '.' && at(2) == '.') return token(TokenKind::Spread, 3);
      break;
    case '"': return source_.substr(at_, 3) == "\"\"\"" ? readBlockString() : readString();
    case '\'': fail(at_, "Unexpected single quote character ('), did you mean to use a double quote (\")?");
    default: break;
  }
  if (isDigit(c) || c == '-') return readNumber();
  if (isNameStart(c)) return readName();
  fail(at_, "Unexpected character: " + shown(at_) + ".");
}

Token Lexer::readName() noexcept {
  size_t length = 1;
  while (isNameContinue(at(length))) ++length;
  Token t = token(TokenKind::Name, length);
  t.value = source_.substr(t.start, length);
  return t;
}

void Lexer::readDigits() {
  if (!isDigit(at())) fail(at_, "Invalid number, expected digit but got: " + shown(at_) + ".");
  while (isDigit(at())) ++at_;
}

Token Lexer::readNumber() {
  const size_t start = at_;
  bool isFloat = false;
  if (at() == '-') ++at_;
  if (at() == '0') {
    ++at_;
    if (isDigit(at())) fail(at_, "Invalid number, unexpected digit after 0: " + shown(at_) + ".");
  } else {
    readDigits();
  }
  if (at() == '.') {
    isFloat = true;
    ++at_;
    readDigits();
  }
  if (at() == 'e' || at() == 'E') {
    isFloat = true;
    ++at_;
    if (at() == '+' || at() == '-') ++at_;
    readDigits();
  }
  if (at() == '.' || isNameStart(at())) fail(at_, "Invalid number, expected digit but got: " + shown(at_) + ".");
  return {isFloat ? TokenKind::Float : TokenKind::Int, static_cast<uint32_t>(start), static_cast<uint32_t>(at_),
          source_.substr(start, at_ - start)};
}

/// The UTF-16 unit of four hexadecimal digits at `i`, or kNone.
uint32_t Lexer::escapedUnit(size_t i) const noexcept {
  uint32_t unit = 0;
  for (size_t k = 0; k < 4; ++k) {
    const uint32_t digit = i + k < source_.size() ? hexDigit(static_cast<unsigned char>(source_[i + k])) : kNone;
    if (digit == kNone) return kNone;
    unit = unit << 4U | digit;
  }
  return unit;
}

/// Reads the escape whose backslash is at `i`, and goes past it.
void Lexer::appendEscape(std::string& out, size_t& i) const {
  const auto byte = [&](size_t k) -> uint32_t {
    return k < source_.size() ? static_cast<unsigned char>(source_[k]) : 0;
  };
  const auto invalid = [&](size_t length) {
    fail(i, "Invalid Unicode escape sequence: \"" + std::string(source_.substr(i, length)) + "\".");
  };
  constexpr std::string_view kFrom = "\"\\/bfnrt", kTo = "\"\\/\b\f\n\r\t";
  if (const size_t known = kFrom.find(static_cast<char>(byte(i + 1)));
      i + 1 < source_.size() && known != std::string_view::npos) {
    out.push_back(kTo[known]);
    i += 2;
    return;
  }
  if (byte(i + 1) != 'u') fail(i, "Invalid character escape sequence: \"" + std::string(source_.substr(i, 2)) + "\".");
  if (byte(i + 2) == '{') {
    uint32_t point = 0;
    size_t size = 3;
    while (size < 12) {
      const uint32_t c = byte(i + size++);
      if (c == '}') {
        if (size < 5 || !isScalarValue(point)) break;
        appendUtf8(out, point);
        i += size;
        return;
      }
      const uint32_t digit = hexDigit(c);
      if (digit == kNone) break;
      point = point << 4U | digit;
    }
    invalid(size);
  }
  const uint32_t unit = escapedUnit(i + 2);
  if (unit != kNone && isScalarValue(unit)) {
    appendUtf8(out, unit);
    i += 6;
    return;
  }
  if (unit != kNone && isLeading(unit) && byte(i + 6) == '\\' && byte(i + 7) == 'u') {
    const uint32_t second = escapedUnit(i + 8);
    if (second != kNone && isTrailing(second)) {
      appendUtf8(out, 0x10000 + ((unit - 0xD800) << 10U) + (second - 0xDC00));
      i += 12;
      return;
    }
  }
  invalid(6);
}

Token Lexer::readString() {
  const size_t start = at_;
  size_t i = at_ + 1, chunk = i;
  std::optional<std::string> unescaped;  // only where the source does not serve as it is
  for (;;) {
    const uint32_t c = i < source_.size() ? static_cast<unsigned char>(source_[i]) : uint32_t{'\n'};
    if (c == '"') break;
    if (c == '\n' || c == '\r') fail(i, "Unterminated string.");
    if (c == '\\') {
      if (!unescaped) unescaped.emplace();
      unescaped->append(source_, chunk, i - chunk);
      appendEscape(*unescaped, i);
      chunk = i;
    } else {
      i += lengthOf(static_cast<unsigned char>(c));
    }
  }
  at_ = i + 1;
  Token t{TokenKind::String, static_cast<uint32_t>(start), static_cast<uint32_t>(at_),
          source_.substr(chunk, i - chunk)};
  if (unescaped) t.value = kept(unescaped->append(source_, chunk, i - chunk));
  return t;
}

Token Lexer::readBlockString() {
  const size_t start = at_;
  std::vector<std::string> lines(1);
  size_t i = at_ + 3;
  for (;;) {
    if (i >= source_.size()) fail(i, "Unterminated string.");
    if (source_.substr(i, 3) == "\"\"\"") break;
    const char c = source_[i];
    if (source_.substr(i, 4) == "\\\"\"\"") {
      lines.back() += "\"\"\"";
      i += 4;
    } else if (c == '\n' || c == '\r') {
      i += source_.substr(i, 2) == "\r\n" ? 2 : 1;
      lines.emplace_back();
    } else {
      lines.back().push_back(c);
      ++i;
    }
  }
  at_ = i + 3;
  return {TokenKind::BlockString, static_cast<uint32_t>(start), static_cast<uint32_t>(at_), kept(dedented(lines))};
}

}  // namespace tenon::graphql
