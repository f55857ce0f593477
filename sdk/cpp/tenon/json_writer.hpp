// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

namespace tenon {

namespace detail {
// 0 = copy; 'u' = \u00XX; otherwise the letter after the backslash.
inline constexpr std::array<char, 256> kJsonEscape = [] {
  std::array<char, 256> t{};
  for (int i = 0; i < 0x20; ++i) t[static_cast<size_t>(i)] = 'u';
  t['"'] = '"';
  t['\\'] = '\\';
  t['\b'] = 'b';
  t['\f'] = 'f';
  t['\n'] = 'n';
  t['\r'] = 'r';
  t['\t'] = 't';
  return t;
}();

inline constexpr uint64_t kEachByte = 0x0101010101010101U, kHighBits = 0x8080808080808080U;

/// How many bytes at the head need no escape; eight of them are looked at together.
inline size_t unescapedBytes(std::string_view s) noexcept {
  size_t i = 0;
  for (; i + 8 <= s.size(); i += 8) {
    uint64_t word = 0;
    std::memcpy(&word, s.data() + i, 8);
    const uint64_t quote = word ^ (kEachByte * '"'), backslash = word ^ (kEachByte * '\\');
    const uint64_t found =
        ((word - kEachByte * 0x20U) & ~word) | ((quote - kEachByte) & ~quote) | ((backslash - kEachByte) & ~backslash);
    if ((found & kHighBits) != 0) break;
  }
  while (i < s.size() && kJsonEscape[static_cast<unsigned char>(s[i])] == 0) ++i;
  return i;
}
}  // namespace detail

/// Appends the quoted, escaped form of UTF-8 text. The bytes must be valid UTF-8; they are not checked.
inline void appendJsonString(std::string& out, std::string_view s) {
  out.push_back('"');
  for (;;) {
    const size_t plain = detail::unescapedBytes(s);
    out.append(s, 0, plain);
    if (plain == s.size()) break;
    const auto c = static_cast<unsigned char>(s[plain]);
    const char e = detail::kJsonEscape[c];
    out.push_back('\\');
    out.push_back(e);
    if (e == 'u') {
      constexpr char kHex[] = "0123456789abcdef";
      out.append("00");
      out.push_back(kHex[c >> 4U]);
      out.push_back(kHex[c & 15U]);
    }
    s.remove_prefix(plain + 1);
  }
  out.push_back('"');
}

inline void appendJsonInteger(std::string& out, int64_t v) {
  char buf[24];
  const auto r = std::to_chars(buf, buf + sizeof buf, v);
  out.append(buf, r.ptr);
}

/// The shortest text that reads back the same; what JSON cannot say (NaN, infinities) becomes null.
inline void appendJsonDouble(std::string& out, double v) {
  if (!std::isfinite(v)) {
    out.append("null");
    return;
  }
  char buf[32];
  const auto r = std::to_chars(buf, buf + sizeof buf, v);
  out.append(buf, r.ptr);
}

/// Writes one JSON text hand over hand into a string of the caller's; commas by itself. Depth is the
/// caller's care. key() must be followed by exactly one value.
class JsonWriter {
 public:
  explicit JsonWriter(std::string& out) noexcept : out_(out) {}

  JsonWriter& beginObject() { return open('{'); }
  JsonWriter& endObject() { return close('}'); }
  JsonWriter& beginArray() { return open('['); }
  JsonWriter& endArray() { return close(']'); }
  JsonWriter& key(std::string_view k) {
    comma();
    appendJsonString(out_, k);
    out_.push_back(':');
    needComma_ = false;
    return *this;
  }
  JsonWriter& string(std::string_view s) {
    comma();
    appendJsonString(out_, s);
    return done();
  }
  JsonWriter& integer(int64_t v) {
    comma();
    appendJsonInteger(out_, v);
    return done();
  }
  JsonWriter& number(double v) {
    comma();
    appendJsonDouble(out_, v);
    return done();
  }
  JsonWriter& boolean(bool v) { return raw(v ? "true" : "false"); }
  JsonWriter& null() { return raw("null"); }
  /// Text that is JSON already.
  JsonWriter& raw(std::string_view json) {
    comma();
    out_.append(json);
    return done();
  }

 private:
  void comma() {
    if (needComma_) out_.push_back(',');
  }
  JsonWriter& open(char c) {
    comma();
    out_.push_back(c);
    needComma_ = false;
    return *this;
  }
  JsonWriter& close(char c) {
    out_.push_back(c);
    return done();
  }
  JsonWriter& done() {
    needComma_ = true;
    return *this;
  }

  std::string& out_;
  bool needComma_ = false;
};

}  // namespace tenon
