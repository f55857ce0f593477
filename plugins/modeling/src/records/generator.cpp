// SPDX-License-Identifier: Apache-2.0
#include "generator.h"

#include <sys/random.h>

#include <algorithm>
#include <array>

#include "model/field_type.h"
#include "tenon/temporal.hpp"

namespace tenon::modeling {

namespace {

template <size_t N>
std::array<unsigned char, N> randomBytes() {
  std::array<unsigned char, N> out{};
  if (::getrandom(out.data(), N, 0) != static_cast<ssize_t>(N)) throw Failure(TENON_UNAVAILABLE, "no random numbers");
  return out;
}

/// RFC 9562 version 4.
std::string uuid() {
  auto b = randomBytes<16>();
  b[6] = static_cast<unsigned char>((b[6] & 0x0FU) | 0x40U);
  b[8] = static_cast<unsigned char>((b[8] & 0x3FU) | 0x80U);
  std::string out;
  for (size_t i = 0; i < b.size(); ++i) {
    if (i == 4 || i == 6 || i == 8 || i == 10) out += '-';
    out += "0123456789abcdef"[b[i] >> 4U];
    out += "0123456789abcdef"[b[i] & 15U];
  }
  return out;
}

/// 48 bits of time and 80 of chance in 26 letters of Crockford's base 32.
std::string ulid(int64_t now_ms) {
  const auto b = randomBytes<10>();
  UInt128 n = static_cast<UInt128>(now_ms) << 80U;
  for (size_t i = 0; i < b.size(); ++i) n |= static_cast<UInt128>(b[i]) << (8 * (9 - i));
  std::string out(26, '0');
  for (size_t i = 26; i-- > 0; n >>= 5U) out[i] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"[static_cast<size_t>(n & 31U)];
  return out;
}

}  // namespace

Value present(const Field& field, int64_t now_ms) {
  // Date-times have no zone: they are the server's.
  const int64_t micros = now_ms * 1000 + int64_t{serverOffsetMinutes(now_ms * 1000)} * 60000000;
  switch (field.type) {
    case FieldType::Date: return Value::whole("tdD", micros / kMicrosPerDay);
    case FieldType::Time: return Value::whole("ttu", micros % kMicrosPerDay / 1000000 * 1000000);
    case FieldType::DateTime: return Value::whole("tsu:", micros);
    default: {
      std::string text;
      appendDateTime(text, micros);
      return Value::of(std::move(text));
    }
  }
}

Value generated(const Field& field, const ModelSet& models, int64_t now_ms) {
  Value v = Value::null(arrowFormat(field));
  const DefaultValue& d = field.defaultValue;
  if (d.kind == DefaultValue::Kind::Fixed) convert(field, d.value, models, false, v);
  if (d.kind != DefaultValue::Kind::Generated) return v;
  if (d.name == "uuid") return Value::of(uuid());
  if (d.name == "ulid") return Value::of(ulid(now_ms));
  if (d.name == "now") return present(field, now_ms);
  return v;
}

bool refreshedOnUpdate(const Field& field) {
  constexpr std::array<std::string_view, 6> kNames = {"updatedAt",   "updated_at", "updateTime",
                                                      "update_time", "modifyTime", "modify_time"};
  const bool now = field.defaultValue.kind == DefaultValue::Kind::Generated && field.defaultValue.name == "now";
  const bool named = now && std::find(kNames.begin(), kNames.end(), field.name) != kNames.end();
  return named || (field.says("onUpdate") && field.isColumn());
}

}  // namespace tenon::modeling
