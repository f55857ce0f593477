// SPDX-License-Identifier: Apache-2.0
// Optional: needs nlohmann/json 3.11 on the includer's own path.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

#include "../error.hpp"
#include "json_builder.hpp"

namespace tenon {

/// Members keep the order in which they were written.
using Json = nlohmann::ordered_json;

inline constexpr int kMaxJsonDepth = 64;

/// A text that is not acceptable JSON.
class JsonError : public Failure {
 public:
  enum class Kind : uint8_t { Malformed, TooDeep, NumberRange };
  JsonError(Kind kind, size_t byte, const std::string& message)
      : Failure(TENON_INVALID, message), kind_(kind), byte_(byte) {}
  Kind kind() const noexcept { return kind_; }
  /// Of a malformed text: where, from 1.
  size_t byte() const noexcept { return byte_; }

 private:
  Kind kind_;
  size_t byte_;
};

/// Parses one JSON text from outside. Throws JsonError with line-free, byte-precise wording for bad
/// syntax, invalid UTF-8 and nesting past `maxDepth`; nothing recursive sees a deeper value.
inline Json parseJson(std::string_view text, int maxDepth = kMaxJsonDepth, bool comments = false) {
  // The parser would take a zero byte for the end of the text.
  if (const size_t zero = text.find('\0'); zero != std::string_view::npos)
    throw JsonError(JsonError::Kind::Malformed, zero + 1, "malformed JSON at byte " + std::to_string(zero + 1));
  Json out;
  try {
    JsonBuilder<Json> builder(out, maxDepth);
    Json::sax_parse(text.begin(), text.end(), &builder, Json::input_format_t::json, /*strict=*/true,
                    /*ignore_comments=*/comments);
    if (builder.tooDeep())
      throw JsonError(JsonError::Kind::TooDeep, 0,
                      "JSON is nested deeper than " + std::to_string(maxDepth) + " levels");
    return out;
  } catch (const Json::parse_error& e) {
    throw JsonError(JsonError::Kind::Malformed, e.byte, "malformed JSON at byte " + std::to_string(e.byte));
  } catch (const Json::exception&) {
    throw JsonError(JsonError::Kind::NumberRange, 0, "malformed JSON: a number is out of range");
  }
}

/// Compact text; text that is not UTF-8 is replaced, never thrown on.
inline std::string dumpJson(const Json& value) {
  return value.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace tenon
