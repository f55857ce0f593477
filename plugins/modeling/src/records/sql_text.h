// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/model.h"
#include "tenon/dialect.hpp"
#include "value.h"

namespace tenon::modeling {

/// A statement in the making: text and the values of its parameters, in order.
struct SqlText {
  std::string text;
  std::vector<Value> values;
  bool isTemplate = false;  ///< it runs many times: {"$":2} as an operand stands for the third of the values given then
  struct Hole {
    size_t given;                             ///< which of the values that come later
    std::function<Value(const Json&)> value;  ///< what is bound for it; throws Invalid
  };
  std::vector<Hole> holes = {};

  std::optional<size_t> holeIn(const Json& operand) const {
    if (!isTemplate || !operand.is_object() || operand.size() != 1) return std::nullopt;
    const auto hole = operand.find("$");
    return hole != operand.end() && hole->is_number_unsigned() ? std::optional(hole->get<size_t>()) : std::nullopt;
  }
  /// Stands for a value until it is there.
  Value later(size_t given, std::function<Value(const Json&)> value) {
    holes.push_back({given, std::move(value)});
    Value v;
    v.kind = Value::Kind::Hole;
    v.integer = static_cast<int64_t>(holes.size() - 1);
    return v;
  }

  void bind(const Dialect& dialect, Value value) {
    values.push_back(std::move(value));
    dialect.parameter(text, static_cast<uint32_t>(values.size()));
  }
};

/// Appends " in (?, ?, ...)" of the values from `first` on, `most` of them at most. count: how many there are;
/// at(i): the one at i.
template <class At>
void appendIn(SqlText& sql, const Dialect& dialect, size_t first, size_t most, size_t count, At&& at) {
  sql.text += " in (";
  for (size_t i = first; i < std::min(first + most, count); ++i) {
    if (i > first) sql.text += ", ";
    sql.bind(dialect, at(i));
  }
  sql.text += ")";
}

/// What a number of records is like as a value: no field of a model.
const Field& countField();
/// A column or a parameter in the form in which values of the field's type compare.
std::string comparableText(const Dialect& dialect, const Field& field, std::string_view side);

/// Appends " and alias.tenant_id = ?" when the entity's rows belong to tenants. alias: may be empty.
void appendTenant(SqlText& sql, const Dialect& dialect, const Entity& entity, const std::string& alias,
                  std::string_view tenant);
/// Appends " where alias.id = ?" and the tenant's condition: the one record of an entity with an identity.
void appendIdentity(SqlText& sql, const Dialect& dialect, const Entity& entity, const Value& id,
                    const std::string& alias, std::string_view tenant);

}  // namespace tenon::modeling
