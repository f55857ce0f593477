// SPDX-License-Identifier: Apache-2.0
#include "model.h"

#include <algorithm>
#include <stdexcept>
#include <unordered_map>

#include <nlohmann/json.hpp>

namespace tenon::graphql {

namespace {

using Json = nlohmann::json;

template <class List>
auto found(const List& list, std::string_view name) noexcept -> decltype(list.data()) {
  const auto it = std::find_if(list.begin(), list.end(), [&](const auto& one) { return one.name == name; });
  return it == list.end() ? nullptr : &*it;
}

std::string textOf(const Json& json, const char* key) {
  const auto it = json.find(key);
  return it != json.end() && it->is_string() ? it->get<std::string>() : std::string();
}
bool flagOf(const Json& json, const char* key, bool standard) {
  const auto it = json.find(key);
  return it != json.end() && it->is_boolean() ? it->get<bool>() : standard;
}

ColumnType columnType(const std::string& type) {
  static const std::unordered_map<std::string, ColumnType> kTypes = {
      {"String", ColumnType::String}, {"Text", ColumnType::Text},         {"Int", ColumnType::Int},
      {"Long", ColumnType::Long},     {"Float", ColumnType::Float},       {"Boolean", ColumnType::Boolean},
      {"Date", ColumnType::Date},     {"DateTime", ColumnType::DateTime}, {"Time", ColumnType::Time},
      {"JSON", ColumnType::Json},     {"EnumRef", ColumnType::Enum},      {"Relation", ColumnType::Relation}};
  const auto it = kTypes.find(type);
  if (it == kTypes.end()) throw std::runtime_error("no such type of fields: " + type);
  return it->second;
}

ModelField readField(const Json& json) {
  ModelField f;
  f.name = textOf(json, "name");
  f.type = columnType(textOf(json, "type"));
  f.from = textOf(json, "from");
  f.comment = textOf(json, "comment");
  f.multiple = flagOf(json, "multiple", false);
  f.identity = flagOf(json, "identity", false);
  f.unique = flagOf(json, "unique", false);
  f.nullable = flagOf(json, "nullable", true);
  f.localField = textOf(json, "localField");
  f.foreignField = textOf(json, "foreignField");
  if (const auto more = json.find("additionalProperties"); more != json.end() && more->is_object())
    f.version = !f.identity && (f.type == ColumnType::Int || f.type == ColumnType::Long) &&
                (flagOf(*more, "version", false) || textOf(*more, "version") == "true");
  const auto standard = json.find("defaultValue");
  f.generated = standard != json.end() && standard->is_object() && !textOf(*standard, "name").empty();
  return f;
}

Entity readEntity(const Json& json) {
  Entity e;
  e.name = textOf(json, "name");
  e.comment = textOf(json, "comment");
  for (const Json& f : json.at("fields")) e.fields.push_back(readField(f));
  if (const auto indexes = json.find("indexes"); indexes != json.end())
    for (const Json& i : *indexes) {
      if (!flagOf(i, "unique", false)) continue;
      UniqueIndex index{textOf(i, "name"), {}};
      for (const Json& f : i.at("fields")) index.fields.push_back(textOf(f, "fieldName"));
      e.uniqueIndexes.push_back(std::move(index));
    }
  return e;
}

}  // namespace

const ModelField* Entity::field(std::string_view name) const noexcept {
  return found(fields, name);
}

const ModelField* Entity::identity() const noexcept {
  const auto it = std::find_if(fields.begin(), fields.end(), [](const auto& f) { return f.identity; });
  return it == fields.end() ? nullptr : &*it;
}

const ModelField* Entity::version() const noexcept {
  const auto it = std::find_if(fields.begin(), fields.end(), [](const auto& f) { return f.version; });
  return it == fields.end() ? nullptr : &*it;
}

const ModelField* Entity::counted(std::string_view name) const noexcept {
  if (!name.ends_with(kCountedSuffix) || field(name) != nullptr) return nullptr;
  const ModelField* f = field(name.substr(0, name.size() - kCountedSuffix.size()));
  return f != nullptr && !f->isColumn() && f->multiple ? f : nullptr;
}

Model readModel(std::string_view text) {
  const Json json = Json::parse(text);
  Model out;
  out.name = textOf(json, "name");
  const std::string type = textOf(json, "type");
  if (type == "entity") out.entity = std::make_shared<const Entity>(readEntity(json));
  if (type == "enum")
    out.enumeration = std::make_shared<const EnumModel>(
        EnumModel{out.name, textOf(json, "comment"), json.at("elements").get<std::vector<std::string>>()});
  return out;
}

}  // namespace tenon::graphql
