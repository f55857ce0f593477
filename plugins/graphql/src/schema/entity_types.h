// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <bitset>
#include <mutex>
#include <string>

#include "model.h"
#include "type/arena.h"

namespace tenon::graphql {

class ApiSchema;

/// The types that an entity has, by what follows its name in theirs.
enum class Part : uint8_t {
  Object,
  BoolExp,
  OrderBy,
  InsertInput,
  SetInput,
  SelectField,
  Aggregate,
  AvgFields,
  CountExp,  // of records that are related to others: conditions on how many there are
  CountExpCount,
  CountOrder,
  Connection,
  Edge,
  // Of writes; those whose names are taken, or that have nothing in them, are left out (see write_types.cpp).
  MutationResponse,
  Constraint,
  UpdateColumn,
  OnConflict,
  ObjRelInsert,
  ArrRelInsert,
  IncInput,
  AppendInput,
  PrependInput,
  DeleteKeyInput,
  DeleteElemInput,
  DeleteAtPathInput,
  Updates
};
inline constexpr std::array<std::string_view, 26> kPartSuffixes = {"",
                                                                   "_bool_exp",
                                                                   "_order_by",
                                                                   "_insert_input",
                                                                   "_set_input",
                                                                   "_select_field",
                                                                   "_aggregate",
                                                                   "_avg_fields",
                                                                   "_aggregate_bool_exp",
                                                                   "_aggregate_bool_exp_count",
                                                                   "_aggregate_order_by",
                                                                   "_connection",
                                                                   "_edge",
                                                                   "_mutation_response",
                                                                   "_constraint",
                                                                   "_update_column",
                                                                   "_on_conflict",
                                                                   "_obj_rel_insert_input",
                                                                   "_arr_rel_insert_input",
                                                                   "_inc_input",
                                                                   "_append_input",
                                                                   "_prepend_input",
                                                                   "_delete_key_input",
                                                                   "_delete_elem_input",
                                                                   "_delete_at_path_input",
                                                                   "_updates"};
inline constexpr size_t kParts = kPartSuffixes.size(), kFirstWritePart = static_cast<size_t>(Part::MutationResponse);
/// Which parts are in a schema.
using Parts = std::bitset<kParts>;

/// The fields of Query and Mutation that an entity has.
enum class RootField : uint8_t {
  List,
  Aggregate,
  FindOne,
  FindById,
  Connection,
  Delete,
  DeleteById,
  UpdateById,
  Create,
  Update,
  CreateMany,
  UpdateMany,
  UpdateReturning,
  DeleteReturning
};
inline constexpr size_t kQueryFields = 5, kRootFields = 14;  ///< the first five are Query's
inline constexpr size_t kFirstAddedWrite = static_cast<size_t>(RootField::CreateMany);

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
  AffectedRows,
  Returning,
  Edges,
  Nodes,
  PageInfo,
  TotalCount,
  EdgeCursor,
  EdgeNode,
  HasNextPage,
  HasPreviousPage,
  StartCursor,
  EndCursor
};

/// The types of one entity of a schema, each made when somebody first looks into it. Any thread.
class EntityTypes : public TypeContent {
 public:
  /// prefix: of the names, "school_Student". parts: those of writes that are in the schema. The schema outlives this.
  EntityTypes(const ApiSchema& schema, size_t datasource, const Entity& entity, std::string_view prefix,
              const Parts& parts);

  const Entity& entity() const noexcept { return entity_; }
  size_t datasource() const noexcept { return datasource_; }
  const NamedType& type(Part part) const noexcept { return *types_[static_cast<size_t>(part)]; }
  bool shows(Part part) const noexcept { return parts_[static_cast<size_t>(part)]; }
  /// Has the entity such a field? Those by an id need one.
  static bool has(const Entity& entity, RootField field) noexcept;
  static bool has(const Entity& entity, Part part) noexcept;
  const FieldDefinition& rootField(RootField field, std::string_view name) const;
  /// What an output field of its is related to; nullptr when that is not in the schema.
  const EntityTypes* related(const ModelField& relation) const;

  void fill(NamedType& type) const override;

 private:
  const Type* typeOf(const ModelField& column) const;
  std::vector<FieldDefinition> objectFields() const;
  std::vector<FieldDefinition> aggregateFields() const;
  std::vector<FieldDefinition> averages() const;
  std::vector<FieldDefinition> connectionFields() const;
  std::vector<FieldDefinition> edgeFields() const;
  std::vector<InputDefinition> countConditions() const;
  std::vector<InputDefinition> conditions() const;
  std::vector<InputDefinition> orders() const;
  std::vector<InputDefinition> values() const;
  std::vector<EnumValue> names() const;
  /// arena: of whoever the arguments are for, since each is guarded by its owner.
  std::vector<InputDefinition> selecting(TypeArena& arena) const;
  std::vector<InputDefinition> pageArguments(TypeArena& arena) const;
  void addCounts(std::vector<InputDefinition>& out, Part part) const;
  void addJoins(std::vector<FieldDefinition>& out) const;
  FieldDefinition makeRoot(RootField field, std::string_view name) const;
  // write_types.cpp
  void fillWrite(NamedType& type, Part part) const;
  std::vector<FieldDefinition> responseFields() const;
  std::vector<InputDefinition> operands(Part part) const;
  std::vector<InputDefinition> changing() const;
  void addRelated(std::vector<InputDefinition>& out) const;
  void addConflict(std::vector<InputDefinition>& out) const;
  void makeWrite(FieldDefinition& d, std::vector<InputDefinition>& arguments) const;

  const ApiSchema& schema_;
  const size_t datasource_;
  const Entity& entity_;
  const Parts parts_;
  mutable std::mutex mutex_;
  mutable TypeArena arena_;
  std::array<NamedType*, kParts> types_;
  mutable std::array<const FieldDefinition*, kRootFields> roots_{};
};

/// The unique keys of an entity by the names that they have in a schema, its primary key first. None without an
/// identity: a record that is in the way could not be found again.
std::vector<UniqueIndex> constraintsOf(const Entity& entity);
/// Which types of writes there is something in, apart from the inputs of related records.
Parts writePartsOf(const Entity& entity);
/// An output field. Texts must outlive the schema.
FieldDefinition outputOf(std::string_view name, const Type* type, FieldAction action, const void* subject = nullptr);

/// `_join` and `_join_mutation`.
std::vector<FieldDefinition> joins(const ApiSchema& schema);

}  // namespace tenon::graphql
