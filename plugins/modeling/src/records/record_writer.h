// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "model/model.h"
#include "tenon/dialect.hpp"
#include "tenon/extras/cell_json.hpp"

namespace tenon::modeling {

CellWriter cellWriterFor(const Field& field, ColumnKind delivered) noexcept;

/// What is read of an entity and how it is written: columns in field order. Immutable, shared.
class EntityShape {
 public:
  explicit EntityShape(const Entity& entity);

  struct Step {
    std::string prefix;            ///< `"Name":`, after the first with a comma in front
    const Field* field;            ///< of the entity this was made from, which outlives the shape
    size_t column = Entity::npos;  ///< npos for a relation
  };
  const Entity& entity() const noexcept { return entity_; }
  const std::vector<Step>& steps() const noexcept { return steps_; }
  /// Formats that the columns are asked for in.
  const Schema& expected() const noexcept { return expected_; }
  const std::vector<const Field*>& columns() const noexcept { return columns_; }
  size_t columnOf(std::string_view field) const noexcept;
  /// `select t."a", t."b" from "T" t`, made once: all connections of a datasource speak one dialect.
  const std::string& select(const Dialect& dialect) const;

 private:
  const Entity& entity_;
  std::vector<Step> steps_;
  std::vector<const Field*> columns_;
  Schema expected_;
  mutable std::once_flag selectMade_;
  mutable std::string select_;
};

/// Writers for a delivered schema: chosen once per result, not per cell.
std::vector<CellWriter> writersFor(const EntityShape& shape, const Schema& delivered);

}  // namespace tenon::modeling
