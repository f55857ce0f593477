// SPDX-License-Identifier: Apache-2.0
#include "batch.h"

#include <algorithm>
#include <charconv>
#include <optional>

#include "routes/answer.h"

namespace tenon::modeling {

namespace {

std::string pathOf(size_t position) {
  return "operations[" + std::to_string(position) + "].";
}

std::optional<BatchOperation::Kind> kindNamed(const Json& op) {
  if (op == "create") return BatchOperation::Kind::Create;
  if (op == "update") return BatchOperation::Kind::Update;
  if (op == "upsert") return BatchOperation::Kind::Upsert;
  if (op == "delete") return BatchOperation::Kind::Delete;
  return std::nullopt;
}

/// What all references of a batch may stand for together.
constexpr size_t kMostReferredBytes = size_t{16} << 20U;

bool isReference(const Json& json) {
  return json.is_object() && json.size() == 1 && json.contains("$ref");
}

BatchOperation readOperation(const Json& json, const ModelSet& models, const std::string& path, Invalid& problems) {
  BatchOperation out;
  if (!json.is_object()) {
    problems.add(path.substr(0, path.size() - 1), "必须是对象", "must be an object");
    return out;
  }
  const auto member = [&](const char* key) { return json.contains(key) ? json[key] : Json(); };
  const auto kind = kindNamed(member("op"));
  if (!kind)
    problems.add(path + "op", "必须是 create、update、upsert 或 delete", "must be create, update, upsert or delete");
  out.kind = kind.value_or(BatchOperation::Kind::Create);
  const Json model = member("model"), as = member("as");
  out.entity = model.is_string() ? models.entity(model.get<std::string>()) : nullptr;
  if (out.entity == nullptr) problems.add(path + "model", "模型不存在", "there is no such model");
  if (out.entity != nullptr && out.entity->identity() == nullptr)
    problems.add(path + "model", "该模型没有主键字段", "the model has no identity field");
  if (as.is_string())
    out.as = as.get<std::string>();
  else if (!as.is_null())
    problems.add(path + "as", "必须是字符串", "must be a text");
  out.id = member("id");
  out.data = member("data");
  const bool named = out.kind == BatchOperation::Kind::Update || out.kind == BatchOperation::Kind::Delete;
  if (named && out.id.is_null()) problems.add(path + "id", "不能为空", "is required");
  if (out.kind != BatchOperation::Kind::Delete && !out.data.is_object())
    problems.add(path + "data", "必须是对象", "must be an object");
  return out;
}

}  // namespace

std::vector<BatchOperation> readBatch(const Json& body, const ModelSet& models) {
  const auto list = body.is_object() ? body.find("operations") : body.end();
  if (!body.is_object() || list == body.end() || !list->is_array() || list->empty())
    throw Invalid("operations", "必须是非空数组", "must be an array that is not empty");
  if (list->size() > kMostOperations)
    throw Invalid("operations", "最多 " + std::to_string(kMostOperations) + " 个操作",
                  "must hold at most " + std::to_string(kMostOperations) + " operations");
  Invalid problems;
  std::vector<BatchOperation> out;
  for (size_t i = 0; i < list->size(); ++i) {
    out.push_back(readOperation((*list)[i], models, pathOf(i), problems));
    const std::string& as = out.back().as;
    if (!as.empty() && std::any_of(out.begin(), out.end() - 1, [&](const auto& o) { return o.as == as; }))
      problems.add(pathOf(i) + "as", "名称重复", "the name is taken");
  }
  problems.raise();
  return out;
}

const Json& BatchResults::valueOf(const std::string& reference, size_t position, const std::string& path) {
  const size_t dot = reference.find('.');
  const std::string name = reference.substr(0, dot),
                    field = dot == std::string::npos ? "id" : reference.substr(dot + 1);
  size_t at = operations_.size();
  const auto r = std::from_chars(name.data(), name.data() + name.size(), at);
  if (name.empty() || r.ec != std::errc() || r.ptr != name.data() + name.size()) {
    const auto it = std::find_if(operations_.begin(), operations_.end(),
                                 [&](const auto& o) { return !name.empty() && o.as == name; });
    at = static_cast<size_t>(it - operations_.begin());
  }
  if (at >= position)
    throw Invalid(path, "引用的操作不存在或在其后: " + name, "refers to " + name + ", which is no earlier operation");
  if (!rows_[at].read) rows_[at].read = parseJson(rows_[at].text);
  const Json& row = *rows_[at].read;
  if (!row.is_object() || !row.contains(field))
    throw Invalid(path, "引用的字段不存在: " + reference,
                  "refers to " + reference + ", which that record does not have");
  const Json& value = row[field];
  referredBytes_ += value.is_string() ? value.get_ref<const std::string&>().size() : dumpJson(value).size();
  if (referredBytes_ > kMostReferredBytes)
    throw Invalid(path, "引用的数据过多", "refers to too much: together the references become too large");
  return value;
}

void BatchResults::resolve(Json& json, size_t position, const std::string& path) {  // as deep as a body may be
  if (isReference(json)) {
    if (!json["$ref"].is_string()) throw Invalid(path, "$ref 必须是字符串", "$ref must be a text");
    json = valueOf(json["$ref"].get<std::string>(), position, path);
  } else if (json.is_object()) {
    for (auto& [key, value] : json.items()) resolve(value, position, path + "." + key);
  } else if (json.is_array()) {
    for (size_t i = 0; i < json.size(); ++i) resolve(json[i], position, path + "[" + std::to_string(i) + "]");
  }
}

Value runOperation(WriteSession& session, const BatchOperation& operation, BatchResults& results, size_t position) {
  using Kind = BatchOperation::Kind;
  const std::string path = pathOf(position);
  const Entity& entity = *operation.entity;
  Json data = operation.data, given = operation.id;
  results.resolve(data, position, path + "data");
  results.resolve(given, position, path + "id");
  if (operation.kind == Kind::Create) return session.insert(entity, data, path + "data.");
  if (operation.kind == Kind::Upsert) return session.upsert(entity, data, path + "data.");
  Value id;
  const bool scalar = given.is_string() || given.is_number_integer();
  if (!scalar || convert(*entity.identity(), given, {}, false, id))
    throw Invalid(path + "id", "不是该模型的主键", "is no identity of the model");
  if (operation.kind == Kind::Delete) {
    session.remove(entity, id);
    return {};
  }
  if (!session.update(entity, id, data, path + "data."))
    throw Invalid(path + "id", "记录不存在", "there is no such record");
  return id;
}

}  // namespace tenon::modeling
