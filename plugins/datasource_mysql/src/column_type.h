// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace tenon::mysql {

/// TENON_TYPE_* of a column by what information_schema says: "tinyint", "tinyint(1)". checkedJson: a text that a check
/// keeps JSON, which is how MariaDB declares it.
int32_t logicalType(std::string_view dataType, std::string_view columnType, bool checkedJson);

/// What a column's default is.
struct DefaultText {
  std::optional<std::string> constant;    ///< unquoted
  std::optional<std::string> expression;  ///< anything else
};
/// MariaDB quotes constants and spells NULL; MySQL does neither and marks expressions in `extra`. A constant of MariaDB
/// that may have been written in other characters counts as an expression.
DefaultText readDefault(std::string_view text, std::string_view extra, bool mariaDb);

}  // namespace tenon::mysql
