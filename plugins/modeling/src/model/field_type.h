// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "model.h"

namespace tenon::modeling {

/// "String", "Int", ...: the names that JSON and IDL use.
std::string_view nameOf(FieldType type) noexcept;
/// Also reads the older names Enum and Decimal.
std::optional<FieldType> fieldTypeNamed(std::string_view name) noexcept;
/// TENON_TYPE_*: how a driver calls a column of this type; NONE for a relation.
int32_t logicalType(FieldType type) noexcept;
std::optional<FieldType> fieldTypeOf(int32_t logical) noexcept;
/// May a column of the physical type well be one of the logical type?
bool mayCarry(FieldType logical, FieldType physical) noexcept;
/// Int and Long: they fit the same columns, but not the same values.
bool differInWidth(FieldType a, FieldType b) noexcept;
/// The Arrow format in which a column of this type is asked for and bound.
const char* arrowFormat(const Field& field) noexcept;
/// A number without a fixed count of digits (REAL, DOUBLE): precision and scale do not bound it.
bool isFloatingPoint(const Field& field);
/// type, or for EnumRef and Relation what they refer to, with [] when multiple.
std::string concreteType(const Field& field);

}  // namespace tenon::modeling
