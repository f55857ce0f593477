// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "model/model.h"
#include "tenon/row_builder.hpp"
#include "tenon/row_reader.hpp"

namespace tenon::modeling {

/// A value of a field, ready to be bound: converted and checked by the field's type.
struct Value {
  enum class Kind : uint8_t { Null, Integer, Double, Text, Boolean, Hole };
  Kind kind = Kind::Null;
  const char* format = "u";  ///< Arrow format: a constant
  int64_t integer = 0;       ///< of format L its bits; also dates (days), times and date-times (microseconds)
  double number = 0;
  bool boolean = false;
  std::string text;

  bool isNull() const noexcept { return kind == Kind::Null; }
  /// A whole number past the signed ones.
  bool isUnsigned() const noexcept { return *format == 'L'; }
  static Value null(const char* format) {
    Value v;
    v.format = format;
    return v;
  }
  static Value whole(const char* format, int64_t n) {
    Value v;
    v.kind = Kind::Integer;
    v.format = format;
    v.integer = n;
    return v;
  }
  static Value of(std::string s) {
    Value v;
    v.kind = Kind::Text;
    v.text = std::move(s);
    return v;
  }
};

/// Why a JSON value is not one of a field: in both languages, without the field's name.
struct Mismatch {
  std::string zh, en;
  uint32_t reason = TENON_REASON_NONE;
};

/// Deepest nesting of a JSON value: the least that a database keeps (MariaDB).
inline constexpr int kDeepestJson = 31;

/// What a JSON value may not be: nested deeper than that, or with a zero character in a text or a key, which not every
/// database keeps. Never called with one that is deeper than a parsed text can be.
std::optional<Mismatch> jsonMismatch(const Json& json);

/// Converts a record's JSON value. models: for enum elements. forFilter: lengths and element lists are not
/// enforced, because a value that cannot be stored simply matches nothing. Null gives a null value.
std::optional<Mismatch> convert(const Field& field, const Json& json, const ModelSet& models, bool forFilter,
                                Value& out);

/// Converts the text of a path segment to an identity's type; nullopt when it cannot be one.
std::optional<Value> identityFromText(const Field& identity, std::string_view text);

/// A delivered cell as a value to bind in a column of `format`.
Value cellValue(const ColumnView& cell, const char* format, int64_t row);

/// One row of parameters.
RowBuilder parameters(const std::vector<Value>& values);
void put(RowBuilder& row, size_t column, const Value& value);

}  // namespace tenon::modeling
