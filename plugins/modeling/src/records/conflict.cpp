// SPDX-License-Identifier: Apache-2.0
#include "conflict.h"

#include <algorithm>

#include "routes/answer.h"

namespace tenon::modeling {

namespace {

std::vector<const Field*> fieldsNamed(const Entity& entity, const Json& names, const std::string& path) {
  std::vector<const Field*> out;
  if (!names.is_array()) throw Invalid(path, "必须是数组", "must be an array");
  for (const Json& name : names) {
    const Field* f = name.is_string() ? entity.field(name.get_ref<const std::string&>()) : nullptr;
    if (f == nullptr || !f->isColumn()) throw Invalid(path, "字段不存在", "names a field that does not exist");
    out.push_back(f);
  }
  return out;
}

bool isKey(const Entity& entity, const std::vector<const Field*>& fields) {
  if (fields.size() == 1 && (fields.front() == entity.identity() || fields.front()->unique)) return true;
  return std::any_of(entity.indexes.begin(), entity.indexes.end(), [&](const Index& index) {
    return index.unique && index.fields.size() == fields.size() &&
           std::all_of(index.fields.begin(), index.fields.end(), [&](const IndexField& i) {
             return std::any_of(fields.begin(), fields.end(), [&](const Field* f) { return f->name == i.fieldName; });
           });
  });
}

}  // namespace

Conflict readConflict(const Entity& entity, const Json& json, const std::string& path) {
  mustBeObject(json, path);
  if (entity.identity() == nullptr)
    throw Invalid(path + "conflict", "该模型没有主键字段", "the model has no identity field");
  const auto member = [&](const char* name) {
    const auto it = json.find(name);
    return it == json.end() ? Json() : *it;
  };
  Conflict out;
  out.key = fieldsNamed(entity, member("fields"), path + "conflict.fields");
  if (!isKey(entity, out.key)) throw Invalid(path + "conflict.fields", "不是唯一键", "are no unique key of the model");
  const Json columns = member("update"), where = member("where");
  if (!columns.is_null()) out.columns = fieldsNamed(entity, columns, path + "conflict.update");
  if (!where.is_null()) out.where = where;
  return out;
}

std::optional<Json> sameKey(const Entity& entity, const Conflict& conflict, const Json& record, const Caller& caller,
                            const std::string& path) {
  Json filter = Json::object();
  for (const Field* f : conflict.key) {
    const auto given = record.find(f->name);
    Json value = given == record.end() ? Json() : *given;
    if (value.is_null() && f->defaultValue.kind == DefaultValue::Kind::Fixed) value = f->defaultValue.value;
    if (value.is_null() && tenantField(entity) != nullptr)
      if (const std::string_view who = whoInserts(*f, caller); !who.empty()) value = who;
    if (given == record.end() && value.is_null() && f->hasDatabaseDefault())
      throw Invalid(path + f->name, "由数据库填写，作为冲突键时必须给出",
                    "is filled in by the database: a key needs its value");
    if (value.is_null()) return std::nullopt;  // keys with a null in them are all different
    filter[f->name] = {{"_eq", std::move(value)}};
  }
  return filter;
}

}  // namespace tenon::modeling
