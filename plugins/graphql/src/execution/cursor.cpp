// SPDX-License-Identifier: Apache-2.0
#include "cursor.h"

#include <cstdint>
#include <optional>

#include "error.h"
#include "tenon/key_index.hpp"

namespace tenon::graphql {

namespace {

constexpr std::string_view kDigits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
constexpr size_t kLongest = size_t{1} << 20U;

/// Base64 for URLs, without padding (RFC 4648).
std::string encoded(std::string_view bytes) {
  std::string out;
  out.reserve((bytes.size() * 4 + 2) / 3);
  uint32_t bits = 0;
  int n = 0;
  for (const char c : bytes) {
    bits = (bits << 8U) | static_cast<unsigned char>(c);
    for (n += 8; n >= 6; n -= 6) out += kDigits[(bits >> static_cast<uint32_t>(n - 6)) & 63U];
  }
  if (n > 0) out += kDigits[(bits << static_cast<uint32_t>(6 - n)) & 63U];
  return out;
}

std::optional<std::string> decoded(std::string_view text) {
  if (text.empty() || text.size() > kLongest || text.size() % 4 == 1) return std::nullopt;
  std::string out;
  uint32_t bits = 0;
  int n = 0;
  for (const char c : text) {
    const size_t digit = kDigits.find(c);
    if (digit == std::string_view::npos) return std::nullopt;
    bits = (bits << 6U) | static_cast<uint32_t>(digit);
    n += 6;
    if (n < 8) continue;
    n -= 8;
    out += static_cast<char>((bits >> static_cast<uint32_t>(n)) & 255U);
  }
  return out;
}

/// FNV-1a: it keeps mistakes apart, and nobody out.
std::string hashOf(std::string_view text) {
  uint64_t hash = 14695981039346656037U;
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211U;
  return std::to_string(hash);
}

}  // namespace

Cursors::Cursors(std::string_view datasource, std::string_view entity, const Json& sort)
    : order_(hashOf(dumpJson(Json::array({datasource, entity, sort})))) {}

std::string Cursors::of(const BatchView& batch, int64_t row, size_t first) const {
  Json place = Json::array({order_});
  for (size_t i = first; i < batch.columns(); ++i)
    place.push_back(batch[i].isNull(row) ? Json() : Json(keyText(batch[i], row)));
  return encoded(dumpJson(place));
}

Json Cursors::place(std::string_view cursor, const std::string& argument) const {
  const auto refuse = [&](const char* why) { throw FieldError(argument + " " + why, "validation-failed"); };
  const auto text = decoded(cursor);
  Json place;
  try {
    if (text) place = parseJson(*text, 2);
  } catch (const JsonError&) {  // which is told below
  }
  if (!place.is_array() || place.size() < 2 || !place.front().is_string()) refuse("is no cursor");
  if (place.front() != order_) refuse("is a cursor of another order, or of another field");
  place.erase(place.begin());
  for (const Json& value : place)
    if (!value.is_null() && !value.is_string()) refuse("is no cursor");
  return place;
}

}  // namespace tenon::graphql
