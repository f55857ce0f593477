// SPDX-License-Identifier: Apache-2.0
#include "writes.h"

#include <algorithm>
#include <array>

#include "schema/api_schema.h"
#include "schema/names.h"
#include "selection.h"

namespace tenon::graphql {

namespace {

constexpr std::array<std::string_view, 6> kOperators = {"_inc",        "_append",      "_prepend",
                                                        "_delete_key", "_delete_elem", "_delete_at_path"};

/// Has a condition on a count one on its number?
bool saysHowMany(const Json& value) {
  return isGiven(value, "count") && isGiven(value["count"], "predicate") && !value["count"]["predicate"].empty();
}

/// An empty comparison in a change would select every record: mostly a variable that was not given.
void refuseEmptyConditions(const EntityTypes& entity, const Json& filter) {  // as deep as the filter, which is bounded
  if (filter.is_array())
    for (const Json& one : filter) refuseEmptyConditions(entity, one);
  if (!filter.is_object()) return;
  for (const auto& [key, value] : filter.items()) {
    const ModelField* f = entity.entity().field(key);
    const ModelField* counted = entity.entity().counted(key);
    if (counted == nullptr && (f == nullptr || joinsConditions(key))) {
      refuseEmptyConditions(entity, value);
      continue;
    }
    const bool isEmpty = counted != nullptr ? !saysHowMany(value) : value.is_object() && value.empty();
    if (isEmpty)
      throw FieldError("the condition on " + key + " is empty, and would select every record", "validation-failed");
    if (counted != nullptr) {
      if (isGiven(value["count"], "filter")) refuseEmptyConditions(*entity.related(*counted), value["count"]["filter"]);
      continue;
    }
    if (const EntityTypes* target = f->isColumn() ? nullptr : entity.related(*f)) refuseEmptyConditions(*target, value);
  }
}

void refuseUnsetVariables(const Value& literal, const Variables& variables) {  // as deep as the parser allows
  if (literal.kind == ValueKind::Variable && !variables.contains(literal.text))
    throw FieldError("the condition depends on $" + std::string(literal.text) + ", which has no value",
                     "validation-failed");
  for (const Value& item : literal.items) refuseUnsetVariables(item, variables);
  for (const ObjectField& f : literal.fields) refuseUnsetVariables(f.value, variables);
}

/// Looks for conditions in a value of this type; as deep as the parser allows.
void refuseUnset(const Value& literal, const Type& type, const Variables& variables) {
  const NamedType& named = type.named();
  if (named.kind != TypeKind::InputObject) return;
  const auto* entity = dynamic_cast<const EntityTypes*>(named.content);
  if (entity != nullptr && &entity->type(Part::BoolExp) == &named) return refuseUnsetVariables(literal, variables);
  for (const Value& item : literal.items) refuseUnset(item, type, variables);
  for (const ObjectField& f : literal.fields)
    if (const InputDefinition* d = named.input(f.name.value)) refuseUnset(f.value, *d->type, variables);
}

const Json* given(const Json& object, std::string_view name) {
  const auto it = object.find(name);
  return it == object.end() || it->is_null() ? nullptr : &*it;
}

/// {"data":..., "conflict":...} of a relation.
Json relatedOf(const EntityTypes& target, const Json& value, int depth) {
  const Json& data = needed(value, "data");
  Json out = {{"data", nullptr}};
  if (data.is_array()) {
    out["data"] = Json::array();
    for (const Json& one : data) out["data"].push_back(recordOf(target, one, depth));
  } else {
    out["data"] = recordOf(target, data, depth);
  }
  if (Json conflict = conflictOf(target, value); !conflict.is_null()) out["conflict"] = std::move(conflict);
  return out;
}

}  // namespace

Json recordOf(const EntityTypes& entity, const Json& values, int depth) {
  if (!values.is_object()) return values;
  if (depth > kDeepestInsert)
    throw FieldError("related records are nested deeper than " + std::to_string(kDeepestInsert), "limit-exceeded");
  Json out = Json::object();
  for (const auto& [name, value] : values.items()) {
    const ModelField* f = entity.entity().field(name);
    if (f == nullptr) continue;
    const EntityTypes* target = f->isColumn() ? nullptr : entity.related(*f);
    if (target != nullptr) {
      out[name] = value.is_object() ? relatedOf(*target, value, depth + 1) : Json();
    } else if (f->identity && value.is_string()) {
      // An identity is a text here, and a number in most tables.
      const auto filter = filterById(entity, value);
      out[name] = filter ? Json((*filter)[name]["_eq"]) : value;
    } else {
      out[name] = value;
    }
  }
  return out;
}

Json conflictOf(const EntityTypes& entity, const Json& arguments) {
  const Json* given = graphql::given(arguments, "on_conflict");
  if (given == nullptr) return nullptr;
  const auto& name = needed(*given, "constraint").get_ref<const std::string&>();
  Json out = {{"fields", Json::array()}, {"update", Json::array()}};
  for (const UniqueIndex& key : constraintsOf(entity.entity()))
    if (key.name == name) out["fields"] = key.fields;
  if (const Json* columns = graphql::given(*given, "update_columns")) out["update"] = *columns;
  if (const Json* where = graphql::given(*given, "where")) out["where"] = changedBy(entity, *where);
  return out;
}

Json operatorsOf(const Json& arguments, const Json& set) {
  Json out = Json::object();
  for (const std::string_view op : kOperators) {
    const Json* operands = given(arguments, op);
    if (operands == nullptr) continue;
    for (const auto& [field, operand] : operands->items()) {
      if (set.contains(field) || out.contains(field))
        throw FieldError(field + " is changed by " +
                             (set.contains(field) ? std::string("_set") : out[field].begin().key()) + " and by " +
                             std::string(op),
                         "validation-failed");
      out[field] = {{std::string(op), operand}};
    }
  }
  return out;
}

const Json& needed(const Json& object, std::string_view name) {
  const Json* value = given(object, name);
  if (value == nullptr) throw FieldError("\"" + std::string(name) + "\" must not be null", "validation-failed");
  return *value;
}

Json changedBy(const EntityTypes& entity, const Json& where) {
  Json filter = filterOf(entity, where);
  refuseEmptyConditions(entity, filter);
  return filter;
}

void refuseUnsetConditions(std::span<const InputDefinition> definitions, std::span<const Argument> given,
                           const Variables& variables) {
  for (const InputDefinition& d : definitions)
    for (const Argument& a : given)
      if (a.name.value == d.name)
        d.name == "if_version" ? refuseUnsetVariables(a.value, variables) : refuseUnset(a.value, *d.type, variables);
}

}  // namespace tenon::graphql
