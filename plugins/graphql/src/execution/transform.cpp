// SPDX-License-Identifier: Apache-2.0
#include "transform.h"

#include <algorithm>
#include <charconv>
#include <optional>

#include "tenon/extras/json.hpp"

namespace tenon::graphql {

namespace {

constexpr int kDeepestLists = 100;  // lists in lists that a key is applied to

/// Goes over the members of an array or object: texts stay as they are written, since numbers may have more digits than
/// a parsed one keeps.
class Members {
 public:
  /// json: an array or an object, without blanks around.
  explicit Members(std::string_view json) : rest_(json.substr(1, json.size() - 2)) {}

  /// False after the last. key: of an object, quoted.
  bool next(bool isObject, std::string_view& key, std::string_view& value) {
    skipBlanks();
    if (rest_.empty()) return false;
    if (rest_.front() == ',') {
      rest_.remove_prefix(1);
      skipBlanks();
    }
    if (isObject) {
      key = taken();
      skipBlanks();
      rest_.remove_prefix(std::min<size_t>(1, rest_.size()));  // the colon
      skipBlanks();
    }
    value = taken();
    return true;
  }

 private:
  void skipBlanks() { rest_.remove_prefix(std::min(rest_.find_first_not_of(" \t\r\n"), rest_.size())); }

  /// Takes one whole value.
  std::string_view taken() {
    size_t depth = 0, i = 0;
    for (; i < rest_.size(); ++i) {
      const char c = rest_[i];
      if (c == '"')
        i = endOfText(i);
      else if (c == '[' || c == '{')
        ++depth;
      else if ((c == ']' || c == '}') && --depth == 0)
        return cut(i + 1);
      if (depth == 0 && (c == '"' || i + 1 == rest_.size() || isEnd(rest_[i + 1]))) return cut(i + 1);
    }
    return cut(rest_.size());
  }
  static bool isEnd(char c) noexcept { return c == ',' || c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

  size_t endOfText(size_t quote) const {
    size_t i = quote + 1;
    while (i < rest_.size() && rest_[i] != '"') i += rest_[i] == '\\' ? 2 : 1;
    return std::min(i, rest_.size() - 1);
  }
  std::string_view cut(size_t n) {
    const std::string_view out = rest_.substr(0, n);
    rest_.remove_prefix(std::min(n, rest_.size()));
    return out;
  }

  std::string_view rest_;
};

bool isKey(std::string_view quoted, std::string_view key) {
  if (quoted.find('\\') == std::string_view::npos) return quoted.substr(1, quoted.size() - 2) == key;
  return parseJson(quoted) == key;
}

bool found(std::string_view json, std::string_view path, int lists, std::string& out) {
  if (path.empty()) {
    out += json;
    return true;
  }
  const size_t dot = path.find('.');
  const std::string_view key = path.substr(0, dot);
  const std::string_view rest = dot == std::string_view::npos ? std::string_view() : path.substr(dot + 1);
  std::string_view name, value;
  if (json.front() == '[') {
    Members members(json);
    size_t at = 0;
    const auto r = std::from_chars(key.data(), key.data() + key.size(), at);
    if (r.ec == std::errc() && r.ptr == key.data() + key.size()) {
      for (size_t i = 0; members.next(false, name, value); ++i)
        if (i == at) return found(value, rest, lists, out);
    } else if (lists < kDeepestLists) {
      bool all = true;
      out += '[';
      for (const char* comma = ""; members.next(false, name, value); comma = ",") {
        out += comma;
        all = found(value, path, lists + 1, out) && all;
      }
      out += ']';
      return all;
    }
  } else if (json.front() == '{') {
    std::optional<std::string_view> last;  // of a name that stands twice, as parsers read it
    for (Members members(json); members.next(true, name, value);)
      if (isKey(name, key)) last = value;
    if (last) return found(*last, rest, lists, out);
  }
  out += "null";
  return false;
}

}  // namespace

bool transform(std::string_view json, std::string_view path, std::string& out) {
  // What a database stores as JSON may have blanks around it.
  json.remove_prefix(std::min(json.find_first_not_of(" \t\r\n"), json.size()));
  json = json.substr(0, json.find_last_not_of(" \t\r\n") + 1);
  if (!json.empty()) return found(json, path, 0, out);
  out += "null";
  return false;
}

}  // namespace tenon::graphql
