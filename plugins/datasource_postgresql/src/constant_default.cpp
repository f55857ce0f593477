// SPDX-License-Identifier: Apache-2.0
#include "constant_default.h"

namespace tenon::postgresql {

namespace {

bool isDigit(char c) {
  return c >= '0' && c <= '9';
}
bool inName(char c) {
  return isDigit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
         (static_cast<unsigned char>(c) & 0x80U) != 0;
}

/// Reads one constant with its casts from the head of `rest_`.
class Reader {
 public:
  explicit Reader(std::string_view s) : rest_(s) {}
  bool atEnd() const noexcept { return rest_.empty(); }
  bool sawNull() const noexcept { return null_; }

  std::optional<std::string> value() {
    std::optional<std::string> out;
    if (eat("(")) {
      out = value();
      if (!out || !eat(")")) return std::nullopt;
    } else if (rest_.substr(0, 1) == "'" || rest_.substr(0, 2) == "E'") {
      out = string();
    } else {
      out = word();
    }
    while (out && eat("::"))
      if (!cast(*out)) return std::nullopt;
    return out;
  }

 private:
  bool eat(std::string_view s) {
    if (rest_.substr(0, s.size()) != s) return false;
    rest_.remove_prefix(s.size());
    return true;
  }
  std::optional<std::string> string() {
    const bool escapes = eat("E");
    rest_.remove_prefix(1);
    std::string out;
    while (!rest_.empty()) {
      const char c = rest_[0];
      rest_.remove_prefix(1);
      if (c == '\'' && !eat("'")) return out;
      if (c == '\\' && escapes && !eat("\\")) return std::nullopt;  // the server writes no other escape
      out.push_back(c);
    }
    return std::nullopt;
  }
  /// A number, true or false.
  std::optional<std::string> word() {
    size_t n = rest_.substr(0, 1) == "-" ? 1 : 0;
    const size_t digits = n;
    while (n < rest_.size() && (inName(rest_[n]) || rest_[n] == '.')) ++n;
    std::string out(rest_.substr(0, n));
    const bool isNumber = digits < out.size() && isDigit(out[digits]) &&
                          out.find_first_not_of("0123456789.", digits) == std::string::npos;
    if (!isNumber && out != "true" && out != "false" && out != "NULL") return std::nullopt;
    null_ = null_ || out == "NULL";
    rest_.remove_prefix(n);
    return out;
  }
  /// A type's name: character varying(10), "MyEnum", shop.mood, integer[], timestamp(3) without time zone.
  bool cast(const std::string& value) {
    const std::string_view before = rest_;
    while (!rest_.empty()) {
      if (rest_[0] == '"') {
        const size_t end = rest_.find('"', 1);
        if (end == std::string_view::npos) return false;
        rest_.remove_prefix(end + 1);
      } else if (rest_[0] == '(') {
        const size_t end = rest_.find(')');
        if (end == std::string_view::npos || rest_.find_first_not_of("0123456789,", 1) != end) return false;
        rest_.remove_prefix(end + 1);
      } else if (inName(rest_[0]) || rest_[0] == ' ' || rest_[0] == '.' || rest_[0] == '[' || rest_[0] == ']') {
        rest_.remove_prefix(1);
      } else {
        break;
      }
    }
    const std::string_view type = before.substr(0, before.size() - rest_.size());
    const bool timely = type.substr(0, 4) == "date" || type.substr(0, 4) == "time";
    // 'now'::date is computed anew for every row.
    return !type.empty() && (!timely || value.find_first_of("0123456789") != std::string::npos);
  }

  std::string_view rest_;
  bool null_ = false;
};

}  // namespace

DefaultValue readDefault(std::string_view expression) {
  DefaultValue out;
  out.counted = expression.substr(0, 8) == "nextval(";
  Reader reader(expression);
  auto value = reader.value();
  if (!value || !reader.atEnd()) return out;
  if (reader.sawNull())
    out.isNull = true;
  else
    out.constant = std::move(value);
  return out;
}

}  // namespace tenon::postgresql
