// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace tenon::graphql {

/// What this plugin needs to know of a datasource's models, as they are when a schema is made.

enum class ColumnType : uint8_t { String, Text, Int, Long, Float, Boolean, DateTime, Date, Time, Json, Enum, Relation };

struct ModelField {
  std::string name;
  ColumnType type = ColumnType::String;
  std::string from;  ///< the enum or the entity that it leads to
  bool multiple = false, identity = false, unique = false, nullable = true, generated = false;
  bool version = false;                  ///< it counts the updates of a record
  std::string localField, foreignField;  ///< of a relation; empty = the identity
  std::string comment;

  bool isColumn() const noexcept { return type != ColumnType::Relation; }
};

struct UniqueIndex {
  std::string name;
  std::vector<std::string> fields;
};

/// What follows a relation's name in those of its counts: "students_aggregate".
inline constexpr std::string_view kCountedSuffix = "_aggregate";

struct Entity {
  std::string name, comment;
  std::vector<ModelField> fields;
  std::vector<UniqueIndex> uniqueIndexes;

  const ModelField* field(std::string_view name) const noexcept;
  const ModelField* identity() const noexcept;
  /// The field that counts the updates of a record, or nullptr.
  const ModelField* version() const noexcept;
  /// The relation to many that "students_aggregate" is about; nullptr: none, or a field has that name.
  const ModelField* counted(std::string_view name) const noexcept;
};

struct EnumModel {
  std::string name, comment;
  std::vector<std::string> elements;

  bool operator==(const EnumModel&) const = default;
};

/// One model, as far as it concerns this plugin. Shared by all schemas that it belongs to while it does not change.
struct Model {
  std::string name;
  uint64_t stamp = 0;  ///< another number when it has changed
  std::shared_ptr<const Entity> entity;
  std::shared_ptr<const EnumModel> enumeration;  ///< neither: a native query, or one that could not be read
};

/// A datasource at one moment.
struct Datasource {
  std::string name, tenant;
  uint64_t version = 0;
  std::vector<Model> models;
};

/// Reads a model as the modelling API answers it. Throws std::exception for what is none.
Model readModel(std::string_view json);

}  // namespace tenon::graphql
