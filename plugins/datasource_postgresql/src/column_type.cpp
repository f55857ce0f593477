// SPDX-License-Identifier: Apache-2.0
#include "column_type.h"

namespace tenon::postgresql {

namespace {

constexpr int32_t kHeader = 4;  // what a modifier of varchar and numeric counts beside its numbers
constexpr int64_t kNameBytes = 63;

struct Numeric {
  int64_t precision, scale;
};
/// numeric(P,S); nullopt for one without bounds.
std::optional<Numeric> numericOf(int32_t modifier) {
  if (modifier < kHeader) return std::nullopt;
  const auto bits = static_cast<uint32_t>(modifier - kHeader);
  const auto scale = static_cast<int64_t>(bits & 0x7FFU);  // 11 bits with a sign
  return Numeric{static_cast<int64_t>(bits >> 16U), scale >= 1024 ? scale - 2048 : scale};
}

}  // namespace

std::string formatOf(Oid type, int32_t modifier) {
  switch (type) {
    case kBool: return "b";
    case kInt2:
    case kInt4:
    case kInt8:
    case kOid: return "l";
    case kFloat4:
    case kFloat8: return "g";
    case kBytea: return "z";
    case kDate: return "tdD";
    case kTime: return "ttu";
    case kTimestamp:
    case kTimestampTz: return "tsu:";
    case kNumeric: {
      const auto n = numericOf(modifier);
      if (!n || n->precision > 38 || n->scale < 0 || n->scale > 38) return "u";
      return "d:" + std::to_string(n->precision < n->scale ? n->scale : n->precision) + ',' + std::to_string(n->scale);
    }
    default: return "u";
  }
}

ColumnType columnTypeOf(Oid type, int32_t modifier, char kind, char category) {
  const auto plain = [](int32_t logical) { return ColumnType{logical, {}, {}, {}}; };
  const auto text = [](std::optional<int64_t> length) {
    return ColumnType{length ? TENON_TYPE_STRING : TENON_TYPE_TEXT, length, {}, {}};
  };
  if (kind == 'e') return text(kNameBytes);  // a label of an enum
  switch (type) {
    case kBool: return plain(TENON_TYPE_BOOLEAN);
    case kInt2:
    case kInt4: return plain(TENON_TYPE_INT);
    case kInt8:
    case kOid: return plain(TENON_TYPE_LONG);
    case kFloat4:
    case kFloat8: return plain(TENON_TYPE_FLOAT);
    case kNumeric: {
      ColumnType out = plain(TENON_TYPE_FLOAT);
      if (const auto n = numericOf(modifier)) {
        out.precision = n->precision;
        out.scale = n->scale;
      }
      return out;
    }
    case kBpchar:
    case kVarchar: return text(modifier > kHeader ? std::optional<int64_t>(modifier - kHeader) : std::nullopt);
    case kChar: return text(1);
    case kName: return text(kNameBytes);
    case kUuid: return text(36);
    case kText:
    case kXml:
    case kCidr:
    case kInet:
    case kMacaddr:
    case kMoney:
    case kInterval:
    case kBit:
    case kVarbit: return text(std::nullopt);
    case kJson:
    case kJsonb: return plain(TENON_TYPE_JSON);
    case kBytea: return plain(TENON_TYPE_BYTES);
    case kDate: return plain(TENON_TYPE_DATE);
    case kTime:
    case kTimeTz: return plain(TENON_TYPE_TIME);
    case kTimestamp:
    case kTimestampTz: return plain(TENON_TYPE_DATETIME);
    default: return category == 'S' ? text(std::nullopt) : plain(TENON_TYPE_NONE);
  }
}

}  // namespace tenon::postgresql
