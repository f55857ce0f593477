// SPDX-License-Identifier: Apache-2.0
// Model objects as every other part of the plugin sees them: plain values, no database, no JSON shape.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <variant>
#include <vector>

#include "tenon/extras/json.hpp"

namespace tenon::modeling {

/// Lets maps keyed by std::string be asked with a string_view, without a copy.
struct TextHash {
  using is_transparent = void;
  size_t operator()(std::string_view s) const noexcept { return std::hash<std::string_view>{}(s); }
};
template <class V>
using TextMap = std::unordered_map<std::string, V, TextHash, std::equal_to<>>;

enum class FieldType : uint8_t {
  String,
  Text,
  Float,
  Int,
  Long,
  Boolean,
  DateTime,
  Date,
  Time,
  Json,
  EnumRef,
  Relation
};

/// What an absent or null value becomes at insert.
struct DefaultValue {
  enum class Kind : uint8_t { None, Fixed, Generated };
  Kind kind = Kind::None;
  Json value;        ///< Fixed: the record's JSON value
  std::string name;  ///< Generated: uuid | ulid | now | autoIncrement
};

struct Field {
  std::string name;
  FieldType type = FieldType::String;
  std::optional<std::string> comment;
  bool unique = false;
  bool nullable = true;
  bool identity = false;
  DefaultValue defaultValue;
  Json additionalProperties = Json::object();
  uint32_t length = 255;     ///< String
  uint32_t precision = 20;   ///< Float
  uint32_t scale = 2;        ///< Float
  std::string from;          ///< EnumRef: enum; Relation: entity
  bool multiple = false;     ///< EnumRef, Relation
  std::string localField;    ///< Relation; empty = this entity's identity
  std::string foreignField;  ///< Relation; empty = the target's identity
  bool cascadeDelete = false;

  bool isColumn() const noexcept { return type != FieldType::Relation; }
  /// A flag of additionalProperties; IDL says every value as a text.
  bool says(const char* property) const {
    if (!additionalProperties.is_object() || !additionalProperties.contains(property)) return false;
    const Json& value = additionalProperties[property];
    return value == true || value == "true";
  }
  /// The database computes it from other columns: what a record says of it is passed over.
  bool isComputed() const { return says("computed"); }
  /// The database has a default that is no constant: it may be left out.
  bool hasDatabaseDefault() const {
    return additionalProperties.is_object() && additionalProperties.contains("databaseDefault");
  }
  bool isAutoIncrement() const noexcept {
    return defaultValue.kind == DefaultValue::Kind::Generated && defaultValue.name == "autoIncrement";
  }
};

struct IndexField {
  std::string fieldName;
  bool descending = false;
};

struct Index {
  std::string name;
  bool unique = false;
  std::vector<IndexField> fields;
};

struct Entity {
  std::string name;
  std::optional<std::string> comment;
  Json additionalProperties = Json::object();
  std::vector<Field> fields;  ///< order = column order
  std::vector<Index> indexes;

  /// Position of a field by exact name, or npos. Entities are narrow: a scan beats a map up to dozens of fields.
  static constexpr size_t npos = static_cast<size_t>(-1);
  size_t indexOf(std::string_view field) const noexcept {
    for (size_t i = 0; i < fields.size(); ++i)
      if (fields[i].name == field) return i;
    return npos;
  }
  const Field* field(std::string_view n) const noexcept {
    const size_t i = indexOf(n);
    return i == npos ? nullptr : &fields[i];
  }
  /// The first identity field, or nullptr.
  const Field* identity() const noexcept {
    for (const auto& f : fields)
      if (f.identity) return &f;
    return nullptr;
  }
};

/// The field by which an entity's rows belong to tenants, or nullptr.
inline const Field* tenantField(const Entity& entity) noexcept {
  const Field* f = entity.field("tenant_id");
  return f != nullptr && (f->type == FieldType::String || f->type == FieldType::Text) ? f : nullptr;
}

/// The number that counts the updates of a record, or nullptr.
inline const Field* versionField(const Entity& entity) {
  for (const Field& f : entity.fields)
    if ((f.type == FieldType::Int || f.type == FieldType::Long) && !f.identity && f.says("version")) return &f;
  return nullptr;
}

struct EnumModel {
  std::string name;
  std::optional<std::string> comment;
  Json additionalProperties = Json::object();
  std::vector<std::string> elements;
};

struct NativeQuery {
  std::string name;
  std::optional<std::string> comment;
  Json additionalProperties = Json::object();
  std::string statement;
};

using Model = std::variant<Entity, EnumModel, NativeQuery>;

inline const std::string& nameOf(const Model& m) noexcept {
  return std::visit([](const auto& x) -> const std::string& { return x.name; }, m);
}

/// As the published page spells "type".
inline const char* kindOf(const Model& m) noexcept {
  return std::holds_alternative<Entity>(m) ? "entity" : std::holds_alternative<EnumModel>(m) ? "enum" : "native_query";
}

/// All models of one datasource at one moment. Immutable once published: readers keep the shared_ptr for as
/// long as their request runs, whatever is changed meanwhile.
class ModelSet {
 public:
  ModelSet() = default;
  /// earlier: the set that this one follows; what `isChanged` does not name keeps its stamp.
  ModelSet(uint64_t version, std::vector<Model> models, const ModelSet* earlier = nullptr,
           const std::function<bool(const std::string&)>& isChanged = {})
      : version_(version), models_(std::move(models)), stamps_(models_.size(), version) {
    for (size_t i = 0; i < models_.size(); ++i) {
      const std::string& name = nameOf(models_[i]);
      byName_.emplace(name, i);
      if (earlier == nullptr || (isChanged && isChanged(name))) continue;
      if (const auto it = earlier->byName_.find(name); it != earlier->byName_.end())
        stamps_[i] = earlier->stamps_[it->second];
    }
  }
  /// Grows with every change of any model or datasource of the process: the key of plan caches.
  uint64_t version() const noexcept { return version_; }
  const std::vector<Model>& all() const noexcept { return models_; }
  /// Of the model at this position: another number after each change of it.
  uint64_t stamp(size_t position) const noexcept { return stamps_[position]; }
  const Model* find(std::string_view name) const noexcept {
    const auto it = byName_.find(name);
    return it == byName_.end() ? nullptr : &models_[it->second];
  }
  const Entity* entity(std::string_view name) const noexcept { return get<Entity>(name); }
  const EnumModel* enumModel(std::string_view name) const noexcept { return get<EnumModel>(name); }

 private:
  template <class T>
  const T* get(std::string_view name) const noexcept {
    const Model* m = find(name);
    return m != nullptr ? std::get_if<T>(m) : nullptr;
  }
  uint64_t version_ = 0;
  std::vector<Model> models_;
  std::vector<uint64_t> stamps_;  // of each
  TextMap<size_t> byName_;
};

}  // namespace tenon::modeling
