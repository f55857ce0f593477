// SPDX-License-Identifier: Apache-2.0
#include "transform.h"

#include <charconv>

namespace tenon::graphql {

bool transform(Json& value, std::string_view path) {  // as deep as the value, which is bounded
  if (path.empty()) return true;
  const size_t dot = path.find('.');
  const std::string_view key = path.substr(0, dot);
  const std::string_view rest = dot == std::string_view::npos ? std::string_view() : path.substr(dot + 1);
  if (value.is_array()) {
    size_t at = 0;
    const auto r = std::from_chars(key.data(), key.data() + key.size(), at);
    if (r.ec != std::errc() || r.ptr != key.data() + key.size()) {
      bool found = true;
      for (Json& element : value) found = transform(element, path) && found;
      return found;
    }
    if (at < value.size()) {
      Json element = std::move(value[at]);
      value = std::move(element);
      return transform(value, rest);
    }
  } else if (value.is_object()) {
    if (const auto it = value.find(key); it != value.end()) {
      Json member = std::move(*it);
      value = std::move(member);
      return transform(value, rest);
    }
  }
  value = nullptr;
  return false;
}

}  // namespace tenon::graphql
