// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <mutex>
#include <string>

#include "model.h"
#include "type/arena.h"

namespace tenon::graphql {

class ApiSchema;

/// The types that an entity has, by what follows its name in theirs.
enum class Part : uint8_t { Object, BoolExp, OrderBy, InsertInput, SetInput, SelectField, Aggregate, AvgFields };
inline constexpr std::array<std::string_view, 8> kPartSuffixes = {
    "", "_bool_exp", "_order_by", "_insert_input", "_set_input", "_select_field", "_aggregate", "_avg_fields"};

/// The fields of Query and Mutation that an entity has.
enum class RootField : uint8_t { List, Aggregate, FindOne, FindById, Delete, DeleteById, UpdateById, Create, Update };
inline constexpr size_t kQueryFields = 4, kRootFields = 9;  ///< the first four are Query's

/// What the executor does for a field (FieldDefinition::action) that is no root field. The subject of columns and
/// relations is their ModelField.
enum class FieldAction : uint32_t {
  Column = 100,  // apart from those of introspection
  Relation,
  RelationAggregate,
  Join,
  JoinMutation,
  Count,
  Max,
  Min,
  Sum,
  Avg,
  AffectedRows
};

/// The types of one entity of a schema, each made when somebody first looks into it. Any thread.
class EntityTypes : public TypeContent {
 public:
  /// prefix: of the names, "school_Student". The schema outlives this.
  EntityTypes(const ApiSchema& schema, size_t datasource, const Entity& entity, std::string_view prefix);

  const Entity& entity() const noexcept { return entity_; }
  size_t datasource() const noexcept { return datasource_; }
  const NamedType& type(Part part) const noexcept { return *types_[static_cast<size_t>(part)]; }
  /// Has the entity such a field? Those by an id need one.
  static bool has(const Entity& entity, RootField field) noexcept;
  const FieldDefinition& rootField(RootField field, std::string_view name) const;
  /// What an output field of its is related to; nullptr when that is not in the schema.
  const EntityTypes* related(const ModelField& relation) const;

  void fill(NamedType& type) const override;

 private:
  const Type* typeOf(const ModelField& column) const;
  std::vector<FieldDefinition> objectFields() const;
  std::vector<FieldDefinition> aggregateFields() const;
  std::vector<FieldDefinition> averages() const;
  std::vector<InputDefinition> conditions() const;
  std::vector<InputDefinition> orders() const;
  std::vector<InputDefinition> values() const;
  std::vector<EnumValue> names() const;
  /// arena: of whoever the arguments are for, since each is guarded by its owner.
  std::vector<InputDefinition> selecting(TypeArena& arena) const;
  void addJoins(std::vector<FieldDefinition>& out) const;
  FieldDefinition makeRoot(RootField field, std::string_view name) const;

  const ApiSchema& schema_;
  const size_t datasource_;
  const Entity& entity_;
  mutable std::mutex mutex_;
  mutable TypeArena arena_;
  std::array<NamedType*, 8> types_;
  mutable std::array<const FieldDefinition*, kRootFields> roots_{};
};

/// `_join` and `_join_mutation`.
std::vector<FieldDefinition> joins(const ApiSchema& schema);

}  // namespace tenon::graphql
