// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <tenon/datasource.h>

namespace tenon::sqlite {

/// A column's declared type, as CREATE TABLE has it: "NVARCHAR(120)", "numeric(10,2)", "".
struct DeclaredType {
  int32_t logical = TENON_TYPE_TEXT;  ///< TENON_TYPE_*
  std::optional<int64_t> length, precision, scale;
};

DeclaredType readDeclaredType(std::string_view declared);

/// The Arrow format in which a column of a logical type is delivered when nobody asks for another.
std::string formatOf(int32_t logical);

/// The text of a constant default: 'it''s' -> it's, 5 -> 5. nullopt for expressions and NULL.
std::optional<std::string> constantDefault(std::string_view sql);

}  // namespace tenon::sqlite
