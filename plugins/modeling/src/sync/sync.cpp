// SPDX-License-Identifier: Apache-2.0
#include "sync.h"

#include <algorithm>

#include "column_default.h"
#include "model/field_type.h"
#include "model/model_json.h"
#include "model/validate.h"
#include "physical.h"
#include "relation_names.h"
#include "routes/answer.h"
#include "sql/key_names.h"

namespace tenon::modeling {

namespace {

uint32_t bounded(std::optional<int64_t> v, uint32_t standard, int64_t least, int64_t most) {
  return v ? static_cast<uint32_t>(std::clamp(*v, least, most)) : standard;
}

/// What a model has no word for, but a writer must know.
void mark(Field& f, const PhysicalColumn& c) {
  for (const char* property : {"computed", "databaseDefault", "floatingPoint"}) f.additionalProperties.erase(property);
  if (c.computed) f.additionalProperties["computed"] = true;
  if (c.defaultExpression) f.additionalProperties["databaseDefault"] = *c.defaultExpression;
  if (c.generated && !f.identity) f.additionalProperties["databaseDefault"] = "autoIncrement";  // beside the key
  if (f.type == FieldType::Float && !c.precision) f.additionalProperties["floatingPoint"] = true;
}

std::optional<Field> fieldOf(const PhysicalColumn& c, bool loneKey) {
  const auto type = fieldTypeOf(c.logical);
  if (!type) return std::nullopt;
  Field f;
  f.name = c.name;
  f.type = *type;
  f.length = bounded(c.length, 255, 1, 10485760);
  f.precision = bounded(c.precision, 20, 1, 65);
  f.scale = bounded(c.scale, 2, 0, f.precision);
  const bool fits =
      f.type == FieldType::String || f.type == FieldType::Text || f.type == FieldType::Int || f.type == FieldType::Long;
  f.identity = c.keyOrdinal > 0 && loneKey && fits;
  if (f.identity && f.type == FieldType::Text) f.type = FieldType::String;  // an identity has a bound
  f.nullable = c.nullable;
  f.defaultValue = defaultOf(c, f);
  mark(f, c);
  return f;
}

Entity entityOf(const PhysicalTable& table, const Host& host) {
  Entity e;
  e.name = table.name;
  e.comment = table.comment;
  const auto keys =
      std::count_if(table.columns.begin(), table.columns.end(), [](const auto& c) { return c.keyOrdinal > 0; });
  for (const auto& c : table.columns) {
    if (auto f = fieldOf(c, keys == 1))
      e.fields.push_back(std::move(*f));
    else
      host.warn("column " + table.name + "." + c.name + " is of a type that models do not have: it is left out");
  }
  for (const auto& i : table.indexes) {
    Index index{i.name, i.unique, {}};
    for (const auto& [column, descending] : i.columns) index.fields.push_back({column, descending});
    if (std::all_of(index.fields.begin(), index.fields.end(),
                    [&](const auto& f) { return e.field(f.fieldName) != nullptr; }))
      e.indexes.push_back(std::move(index));
  }
  return e;
}

/// The physical facts of `fresh` with what only `old` knows.
Entity refreshed(const Entity& old, Entity fresh, const PhysicalTable& table) {
  if (!fresh.comment) fresh.comment = old.comment;
  fresh.additionalProperties = old.additionalProperties;
  for (auto& f : fresh.fields) {
    const Field* before = old.field(f.name);
    if (before == nullptr || !mayCarry(before->type, f.type)) continue;
    Field kept = *before;
    if (differInWidth(kept.type, f.type)) kept.type = f.type;
    kept.nullable = f.nullable;
    kept.identity = f.identity;
    kept.unique = kept.unique && (kept.identity || table.isUnique(kept.name));
    if (kept.type == f.type) {
      kept.length = f.length;
      kept.precision = f.precision;
      kept.scale = f.scale;
    }
    mark(kept, *table.column(f.name));
    f = std::move(kept);
  }
  // The key of a unique field is no index of the model beside.
  const auto isKey = [&](const Index& i) {
    const Field* f = i.unique && i.fields.size() == 1 ? fresh.field(i.fields[0].fieldName) : nullptr;
    return f != nullptr && f->unique && i.name == uniqueKeyName(fresh.name, {f->name});
  };
  fresh.indexes.erase(std::remove_if(fresh.indexes.begin(), fresh.indexes.end(), isKey), fresh.indexes.end());
  for (const auto& f : old.fields)  // a new column takes a relation's name: relate() finds another for it
    if (!f.isColumn() && fresh.field(f.name) == nullptr) fresh.fields.push_back(f);
  return fresh;
}

bool sameRelation(const Field& a, const Field& b) {
  return !a.isColumn() && a.from == b.from && a.localField == b.localField && a.foreignField == b.foreignField;
}

/// Adds the relations whose both sides are models.
void relate(TextMap<Entity>& entities, const PhysicalSchema& schema) {
  for (const auto& [owner, field] : nameRelations(schema)) {
    const auto it = entities.find(owner);
    const auto target = entities.find(field.from);
    if (it == entities.end() || target == entities.end()) continue;
    if (it->second.field(field.localField) == nullptr || target->second.field(field.foreignField) == nullptr) continue;
    auto& fields = it->second.fields;
    const bool known = std::any_of(fields.begin(), fields.end(),
                                   [&, &f = field](const Field& x) { return sameRelation(x, f) || x.name == f.name; });
    if (!known) fields.push_back(field);
  }
}

std::string jsonOf(const Model& m) {
  std::string out;
  appendModel(out, m, false);
  return out;
}

}  // namespace

std::vector<Model> syncTables(Registry& registry, Source& source, const PhysicalSchema& schema,
                              const std::optional<std::vector<std::string>>& tables, const Host& host,
                              const tenon_cancel* cancel) {
  const auto models = source.models();
  std::vector<std::string> asked;
  if (tables)
    asked = *tables;
  else
    for (const auto& [name, table] : schema.tables) asked.push_back(name);

  TextMap<Entity> entities;
  for (const auto& m : models->all())
    if (const auto* e = std::get_if<Entity>(&m)) entities.emplace(e->name, *e);
  std::vector<Registry::Change> changes;
  Invalid problems;
  for (size_t i = 0; i < asked.size(); ++i) {
    const auto table = schema.tables.find(asked[i]);
    const Model* known = models->find(asked[i]);
    if (table == schema.tables.end()) {
      if (known != nullptr && std::holds_alternative<Entity>(*known)) {
        changes.push_back({asked[i], std::nullopt});
        entities.erase(asked[i]);
      } else {
        problems.add("[" + std::to_string(i) + "]", "物理表不存在: " + asked[i], "no such table: " + asked[i]);
      }
      continue;
    }
    if (known != nullptr && !std::holds_alternative<Entity>(*known)) {
      problems.add("[" + std::to_string(i) + "]", "同名模型不是实体: " + asked[i],
                   "a model of that name is no entity: " + asked[i]);
      continue;
    }
    Entity fresh = entityOf(table->second, host);
    if (fresh.fields.empty()) {
      if (tables)
        problems.add("[" + std::to_string(i) + "]", "没有可用的字段: " + asked[i],
                     "no column is of a type that models have: " + asked[i]);
      continue;
    }
    if (known != nullptr) fresh = refreshed(std::get<Entity>(*known), std::move(fresh), table->second);
    // Names that no model may have, mostly.
    Invalid wrong;
    validate(fresh, "", wrong);
    if (!wrong.empty()) {
      const auto& first = wrong.problems().front();
      host.warn("table " + asked[i] + " cannot be a model and is left out: " + first.field + " " + first.en);
      if (tables) problems.add("[" + std::to_string(i) + "]", asked[i] + ": " + first.zh, asked[i] + ": " + first.en);
      continue;
    }
    entities[asked[i]] = std::move(fresh);
  }
  problems.raise();
  relate(entities, schema);
  std::vector<std::string> names;
  for (const auto& [name, e] : entities) names.push_back(name);
  std::sort(names.begin(), names.end());
  for (const auto& name : names) {
    const Model* known = models->find(name);
    if (known == nullptr || jsonOf(*known) != jsonOf(entities[name])) changes.push_back({name, entities[name]});
  }
  if (!changes.empty()) registry.apply(source, changes, cancel);
  std::vector<Model> out;
  for (const auto& name : asked)
    if (const auto it = entities.find(name); it != entities.end()) out.push_back(it->second);
  return out;
}

}  // namespace tenon::modeling
