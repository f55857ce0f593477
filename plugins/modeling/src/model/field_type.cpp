// SPDX-License-Identifier: Apache-2.0
#include "field_type.h"

#include <array>

#include <tenon/datasource.h>

namespace tenon::modeling {

namespace {

struct Row {
  FieldType type;
  std::string_view name;
  int32_t logical;
  const char* format;
};
// Float is asked for as a double; a driver with exact decimals may deliver d:P,S, which is of the same family.
constexpr std::array<Row, 12> kTypes = {{
    {FieldType::String, "String", TENON_TYPE_STRING, "u"},
    {FieldType::Text, "Text", TENON_TYPE_TEXT, "u"},
    {FieldType::Float, "Float", TENON_TYPE_FLOAT, "g"},
    {FieldType::Int, "Int", TENON_TYPE_INT, "l"},
    {FieldType::Long, "Long", TENON_TYPE_LONG, "l"},
    {FieldType::Boolean, "Boolean", TENON_TYPE_BOOLEAN, "b"},
    {FieldType::DateTime, "DateTime", TENON_TYPE_DATETIME, "tsu:"},
    {FieldType::Date, "Date", TENON_TYPE_DATE, "tdD"},
    {FieldType::Time, "Time", TENON_TYPE_TIME, "ttu"},
    {FieldType::Json, "JSON", TENON_TYPE_JSON, "u"},
    {FieldType::EnumRef, "EnumRef", TENON_TYPE_STRING, "u"},
    {FieldType::Relation, "Relation", TENON_TYPE_NONE, "u"},
}};

const Row& rowOf(FieldType type) noexcept {
  return kTypes[static_cast<size_t>(type)];
}

}  // namespace

std::string_view nameOf(FieldType type) noexcept {
  return rowOf(type).name;
}

std::optional<FieldType> fieldTypeNamed(std::string_view name) noexcept {
  for (const auto& row : kTypes)
    if (row.name == name) return row.type;
  if (name == "Enum") return FieldType::EnumRef;
  if (name == "Decimal") return FieldType::Float;
  return std::nullopt;
}

int32_t logicalType(FieldType type) noexcept {
  return rowOf(type).logical;
}

std::optional<FieldType> fieldTypeOf(int32_t logical) noexcept {
  for (const auto& row : kTypes)
    if (row.logical == logical && row.type != FieldType::EnumRef && row.type != FieldType::Relation) return row.type;
  return std::nullopt;
}

bool mayCarry(FieldType logical, FieldType physical) noexcept {
  if (logical == physical) return true;
  const bool text = physical == FieldType::String || physical == FieldType::Text;
  if (logical == FieldType::EnumRef || logical == FieldType::Json || logical == FieldType::String ||
      logical == FieldType::Text)
    return text;
  const bool number = physical == FieldType::Int || physical == FieldType::Long || physical == FieldType::Float;
  return (logical == FieldType::Boolean || logical == FieldType::Int || logical == FieldType::Long) && number;
}

bool differInWidth(FieldType a, FieldType b) noexcept {
  return (a == FieldType::Int && b == FieldType::Long) || (a == FieldType::Long && b == FieldType::Int);
}

const char* arrowFormat(const Field& field) noexcept {
  return rowOf(field.type).format;
}

bool isFloatingPoint(const Field& field) {
  return field.type == FieldType::Float && field.says("floatingPoint");
}

std::string concreteType(const Field& field) {
  if (field.type != FieldType::EnumRef && field.type != FieldType::Relation) return std::string(nameOf(field.type));
  return field.multiple ? field.from + "[]" : field.from;
}

}  // namespace tenon::modeling
