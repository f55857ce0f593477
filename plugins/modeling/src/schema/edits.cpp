// SPDX-License-Identifier: Apache-2.0
#include "edits.h"

#include <algorithm>

#include "model/model_json.h"
#include "routes/answer.h"
#include "sql/key_names.h"

namespace tenon::modeling {

namespace {

Json jsonOf(const Entity& entity) {
  std::string text;
  appendModel(text, entity, false);
  return parseJson(text);
}

/// Members of `given` over those of `stored`. A type of another kind starts from nothing: the old one's members mean
/// nothing to it.
Json overlaid(const Json& stored, const Json& given) {
  const auto type = given.find("type");
  Json out = stored;
  if (type != given.end() && type->is_string() && *type != stored["type"])
    for (const char* ofAType : {"length", "precision", "scale", "from", "multiple", "localField", "foreignField",
                                "cascadeDelete", "defaultValue"})
      out.erase(ofAType);
  for (const auto& [key, value] : given.items()) out[key] = value;
  return out;
}

/// Reads the entity; problems of "fields[i].x" are those of the request's "x".
Entity readWith(const Json& json, const std::string& prefix) {
  try {
    return std::get<Entity>(readModel(json));
  } catch (const Invalid& invalid) {
    Invalid own;
    for (const auto& p : invalid.problems())
      own.add(p.field.compare(0, prefix.size(), prefix) == 0 ? p.field.substr(prefix.size()) : p.field, p.zh, p.en);
    throw own;
  }
}

std::string memberPath(const char* list, size_t i) {
  return std::string(list) + "[" + std::to_string(i) + "].";
}

size_t positionOf(const Json& list, std::string_view name) {
  for (size_t i = 0; i < list.size(); ++i)
    if (list[i]["name"] == name) return i;
  return list.size();
}

void mustBeFree(const Json& list, const Json& member) {
  const auto name = member.find("name");
  if (name != member.end() && name->is_string() && positionOf(list, name->get<std::string>()) < list.size())
    throw Invalid("name", "名称已存在", "the name is taken");
}

/// The member of `list` by name, which is there.
size_t required(const Json& list, std::string_view name) {
  const size_t at = positionOf(list, name);
  if (at == list.size()) throw Missing(Missing::What::Field, std::string(name));
  return at;
}

/// The name that the platform would give a unique key of the index's fields.
std::string keyNameOf(const Entity& entity, const Json& index) {
  std::vector<std::string> columns;
  for (const auto& f : index["fields"]) columns.push_back(f["fieldName"].get<std::string>());
  return uniqueKeyName(entity.name, std::move(columns));
}

Entity added(const Entity& entity, const char* list, const Json& member) {
  mustBeObject(member);
  Json json = jsonOf(entity);
  mustBeFree(json[list], member);
  json[list].push_back(member);
  return readWith(json, memberPath(list, json[list].size() - 1));
}

}  // namespace

Entity withField(const Entity& entity, const Json& field) {
  return added(entity, "fields", field);
}

Entity withIndex(const Entity& entity, const Json& index) {
  return added(entity, "indexes", index);
}

Entity withFieldChanged(const Entity& entity, std::string_view name, const Json& field) {
  mustBeObject(field);
  Json json = jsonOf(entity);
  Json& fields = json["fields"];
  const size_t at = required(fields, name);
  fields[at] = overlaid(fields[at], field);
  const Json now = fields[at]["name"];
  if (now.is_string() && now != name) {
    for (size_t i = 0; i < fields.size(); ++i)
      if (i != at && fields[i]["name"] == now) throw Invalid("name", "名称已存在", "the name is taken");
    for (auto& index : json["indexes"]) {
      const bool isDerived = index["name"] == keyNameOf(entity, index);
      for (auto& f : index["fields"])
        if (f["fieldName"] == name) f["fieldName"] = now;
      if (isDerived) index["name"] = keyNameOf(entity, index);
    }
  }
  return readWith(json, memberPath("fields", at));
}

Entity withoutField(const Entity& entity, std::string_view name) {
  Entity out = entity;
  const size_t at = out.indexOf(name);
  if (at == Entity::npos) throw Missing(Missing::What::Field, std::string(name));
  if (out.fields[at].identity) throw Invalid("fieldName", "主键不能删除", "the identity cannot be dropped");
  out.fields.erase(out.fields.begin() + static_cast<std::ptrdiff_t>(at));
  std::erase_if(out.indexes, [&](const Index& i) {
    return std::any_of(i.fields.begin(), i.fields.end(), [&](const auto& f) { return f.fieldName == name; });
  });
  if (out.fields.empty()) throw Invalid("fieldName", "不能删除最后一个字段", "the last field cannot be dropped");
  return out;
}

Entity withIndexChanged(const Entity& entity, std::string_view name, const Json& index) {
  mustBeObject(index);
  Json json = jsonOf(entity);
  const size_t at = required(json["indexes"], name);
  json["indexes"][at] = overlaid(json["indexes"][at], index);
  json["indexes"][at]["name"] = name;
  return readWith(json, memberPath("indexes", at));
}

Entity withoutIndex(const Entity& entity, std::string_view name) {
  Entity out = entity;
  if (std::erase_if(out.indexes, [&](const Index& i) { return i.name == name; }) == 0)
    throw Missing(Missing::What::Index, std::string(name));
  return out;
}

Entity replaced(const Entity& entity, const Json& body) {
  mustBeObject(body);
  const Json stored = jsonOf(entity);
  Json json = stored;
  for (const auto& [key, value] : body.items()) json[key] = value;
  json["name"] = entity.name;
  json["type"] = "entity";
  if (json["fields"].is_array())
    for (auto& field : json["fields"]) {
      const bool named = field.is_object() && field.contains("name") && field["name"].is_string();
      const size_t at =
          named ? positionOf(stored["fields"], field["name"].get<std::string>()) : stored["fields"].size();
      if (at < stored["fields"].size()) field = overlaid(stored["fields"][at], field);
    }
  return readWith(json, {});
}

Json extended(const Entity& entity, const Json& imported) {
  Json json = jsonOf(entity);
  for (const auto& [key, value] : imported.items())
    if (key == "additionalProperties" && value.is_object())
      json[key].update(value);
    else if (key != "fields" && key != "indexes")
      json[key] = value;
  for (const char* list : {"fields", "indexes"}) {
    const auto given = imported.find(list);
    if (given == imported.end() || given->is_null()) continue;
    if (!given->is_array()) {
      json[list] = *given;
      continue;
    }
    for (const Json& member : *given) {
      const bool named = member.is_object() && member.contains("name") && member["name"].is_string();
      const size_t at = named ? positionOf(json[list], member["name"].get<std::string>()) : json[list].size();
      if (at < json[list].size())
        json[list][at] = overlaid(json[list][at], member);
      else
        json[list].push_back(member);
    }
  }
  return json;
}

Entity merged(const Entity& entity, const Entity& imported) {
  Entity out = entity;
  if (imported.comment) out.comment = imported.comment;
  for (const auto& [key, value] : imported.additionalProperties.items()) out.additionalProperties[key] = value;
  for (const Field& f : imported.fields) {
    const size_t at = out.indexOf(f.name);
    if (at == Entity::npos)
      out.fields.push_back(f);
    else
      out.fields[at] = f;
  }
  for (const Index& i : imported.indexes) {
    const auto at =
        std::find_if(out.indexes.begin(), out.indexes.end(), [&](const Index& x) { return x.name == i.name; });
    if (at == out.indexes.end())
      out.indexes.push_back(i);
    else
      *at = i;
  }
  return out;
}

}  // namespace tenon::modeling
