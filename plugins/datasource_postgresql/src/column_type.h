// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <libpq-fe.h>

#include <cstdint>
#include <optional>
#include <string>

#include <tenon/datasource.h>

namespace tenon::postgresql {

// Types that every server has under the same number.
inline constexpr Oid kBool = 16, kBytea = 17, kChar = 18, kName = 19, kInt8 = 20, kInt2 = 21, kInt4 = 23, kText = 25,
                     kOid = 26, kJson = 114, kXml = 142, kCidr = 650, kFloat4 = 700, kFloat8 = 701, kMoney = 790,
                     kMacaddr = 829, kInet = 869, kBpchar = 1042, kVarchar = 1043, kDate = 1082, kTime = 1083,
                     kTimestamp = 1114, kTimestampTz = 1184, kInterval = 1186, kTimeTz = 1266, kBit = 1560,
                     kVarbit = 1562, kNumeric = 1700, kUuid = 2950, kJsonb = 3802;

/// The Arrow format in which a column comes when nobody asks for another.
std::string formatOf(Oid type, int32_t modifier);

/// A column as it is described.
struct ColumnType {
  int32_t logical = TENON_TYPE_NONE;  ///< TENON_TYPE_*
  std::optional<int64_t> length, precision, scale;
};

/// type: what a domain stands for. kind, category: pg_type's typtype and typcategory.
ColumnType columnTypeOf(Oid type, int32_t modifier, char kind, char category);

}  // namespace tenon::postgresql
