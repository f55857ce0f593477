// SPDX-License-Identifier: Apache-2.0
#include "import.h"

#include <algorithm>
#include <cstdlib>
#include <set>

#include "edits.h"
#include "idl/idl.h"
#include "model/model_json.h"
#include "routes/answer.h"

namespace tenon::modeling {

namespace {

constexpr size_t kMostObjects = 10000;

std::string at(const char* list, size_t i) {
  return std::string(list) + "[" + std::to_string(i) + "].";
}

/// Takes the indexes out whose fields the object does not have.
void dropForeignIndexes(Json& object, std::vector<std::string>& warnings) {
  if (!object.is_object() || !object.contains("indexes") || !object["indexes"].is_array()) return;
  std::set<std::string> names;
  if (object.contains("fields") && object["fields"].is_array())
    for (const auto& f : object["fields"])
      if (f.is_object() && f.contains("name") && f["name"].is_string()) names.insert(f["name"].get<std::string>());
  Json kept = Json::array();
  for (const auto& index : object["indexes"]) {
    bool known = true;
    if (index.is_object() && index.contains("fields") && index["fields"].is_array())
      for (const auto& f : index["fields"])
        known = known && (!f.is_object() || !f.contains("fieldName") || !f["fieldName"].is_string() ||
                          names.count(f["fieldName"].get<std::string>()) > 0);
    if (known)
      kept.push_back(index);
    else
      warnings.push_back("an index of " + dumpJson(object.value("name", Json())) +
                         " is left out: it has a field that is not there");
  }
  object["indexes"] = std::move(kept);
}

/// "objects[0].fields[7].name" as the request counts, which says only some of the members.
std::string askedPath(const std::string& path, const std::string& prefix, const Json& asked, const Json& whole) {
  for (const char* list : {"fields", "indexes"}) {
    const std::string head = prefix + list + "[";
    if (!path.starts_with(head) || !asked.contains(list)) continue;
    const size_t at = std::strtoul(path.c_str() + head.size(), nullptr, 10), end = path.find(']', head.size());
    if (at >= whole[list].size() || end == std::string::npos) continue;
    for (size_t i = 0; i < asked[list].size(); ++i)
      if (asked[list][i].value("name", Json()) == whole[list][at].value("name", Json()))
        return head + std::to_string(i) + path.substr(end);
  }
  return path;
}

const Entity* storedEntity(const ModelSet& models, const Json& object) {
  const bool named = object.is_object() && object.contains("name") && object["name"].is_string();
  return named ? models.entity(object["name"].get<std::string>()) : nullptr;
}

void readObjects(const Json& list, const char* key, const ModelSet& models, ImportScript& out, Invalid& problems) {
  if (!list.is_array() || list.size() > kMostObjects) {
    problems.add(key, "必须是数组", "must be an array of at most " + std::to_string(kMostObjects));
    return;
  }
  for (size_t i = 0; i < list.size(); ++i) {
    const Entity* stored = storedEntity(models, list[i]);
    Json object = stored != nullptr ? extended(*stored, list[i]) : list[i];
    dropForeignIndexes(object, out.warnings);
    try {
      out.models.push_back(readModel(object, at(key, i)));
    } catch (const Invalid& invalid) {
      for (const auto& p : invalid.problems())
        problems.add(stored != nullptr ? askedPath(p.field, at(key, i), list[i], object) : p.field, p.zh, p.en);
      continue;
    }
    const std::string& name = nameOf(out.models.back());
    if (std::any_of(out.models.begin(), out.models.end() - 1, [&](const Model& m) { return nameOf(m) == name; }))
      problems.add(at(key, i) + "name", "名称重复", "the name is taken");
  }
}

void readRows(const Json& list, ImportScript& out, Invalid& problems) {
  if (!list.is_array()) {
    problems.add("data", "必须是数组", "must be an array");
    return;
  }
  for (size_t i = 0; i < list.size(); ++i) {
    const Json& block = list[i];
    const bool whole = block.is_object() && block.contains("modelName") && block["modelName"].is_string() &&
                       block.contains("values") && block["values"].is_array();
    if (whole)
      out.rows.push_back({block["modelName"].get<std::string>(), block["values"], at("data", i) + "values"});
    else
      problems.add("data[" + std::to_string(i) + "]", "需要 modelName 和 values", "needs modelName and values");
  }
}

std::string jsonOf(const Model& m) {
  std::string out;
  appendModel(out, m, false);
  return out;
}

}  // namespace

ImportScript readImport(const Json& body, const ModelSet& models) {
  if (!body.is_object()) throw Invalid("body", "必须是 JSON 对象", "must be a JSON object");
  const Json type = body.contains("type") && !body["type"].is_null() ? body["type"] : Json("JSON");
  const bool json = type == "JSON", idl = type == "IDL";
  Invalid problems;
  if (!json && !idl) problems.add("type", "必须是 JSON 或 IDL", "must be JSON or IDL");
  const bool given = body.contains("script") && body["script"].is_string() &&
                     body["script"].get_ref<const std::string&>().find_first_not_of(" \t\r\n\f") != std::string::npos;
  if (!given) problems.add("script", "不能为空", "must not be blank");
  problems.raise();
  const std::string& script = body["script"].get_ref<const std::string&>();
  ImportScript out;
  if (idl) {
    IdlDocument document = parseIdl(script, "script", ForeignIndexes::AreLeftOut);
    out.models = std::move(document.models);
    for (const auto& w : document.warnings)
      out.warnings.push_back("line " + std::to_string(w.line) + ", column " + std::to_string(w.column) + ": " + w.en);
    return out;
  }
  Json parsed;
  try {
    parsed = parseJson(script);
  } catch (const JsonError& error) {
    throw invalidJson("script", error);
  }
  if (!parsed.is_object()) throw Invalid("script", "必须是 JSON 对象", "must be a JSON object");
  const char* key = parsed.contains("objects") ? "objects" : "schema";
  if (parsed.contains(key)) readObjects(parsed[key], key, models, out, problems);
  if (parsed.contains("data") && !parsed["data"].is_null()) readRows(parsed["data"], out, problems);
  problems.raise();
  return out;
}

std::vector<ModelChange> importChanges(const ImportScript& script, const ModelSet& models) {
  std::vector<ModelChange> out;
  Invalid problems;
  for (size_t i = 0; i < script.models.size(); ++i) {
    const Model& imported = script.models[i];
    const Model* stored = models.find(nameOf(imported));
    if (stored == nullptr) {
      out.push_back({nameOf(imported), std::nullopt, imported, {}});
      continue;
    }
    if (stored->index() != imported.index()) {
      problems.add(at("objects", i) + "type", "已有同名的其他类型模型", "a model of another kind has the name");
      continue;
    }
    Model after = imported;
    if (const auto* entity = std::get_if<Entity>(stored)) {
      after = merged(*entity, std::get<Entity>(imported));
      try {
        readModel(parseJson(jsonOf(after)));  // together they may be none, as with names that differ by case only
      } catch (const Invalid& invalid) {
        for (const auto& p : invalid.problems()) problems.add(at("objects", i) + p.field, p.zh, p.en);
        continue;
      }
    }
    if (jsonOf(after) != jsonOf(*stored)) out.push_back({nameOf(imported), *stored, std::move(after), {}});
  }
  for (const auto& rows : script.rows) {
    const auto imported = std::find_if(script.models.begin(), script.models.end(), [&](const Model& m) {
      return nameOf(m) == rows.model && std::holds_alternative<Entity>(m);
    });
    if (imported == script.models.end() && models.entity(rows.model) == nullptr)
      problems.add(rows.path, "模型不存在: " + rows.model, "there is no such model: " + rows.model);
  }
  problems.raise();
  return out;
}

}  // namespace tenon::modeling
