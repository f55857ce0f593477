// SPDX-License-Identifier: Apache-2.0
#include "write_values.h"

#include <optional>

#include "generator.h"
#include "model/field_type.h"
#include "routes/answer.h"

namespace tenon::modeling {

namespace {

bool isText(const Field& f) noexcept {
  return f.type == FieldType::String || f.type == FieldType::Text;
}

/// What the platform itself writes into entities whose rows belong to tenants: who and when. Nothing for other fields.
std::optional<Value> stamp(const Field& f, bool inserting, const Caller& caller, int64_t now_ms) {
  const std::string_view who = inserting || f.name == "updated_by" ? whoInserts(f, caller) : "";
  if (!who.empty()) return Value::of(std::string(who));
  if (f.type == FieldType::DateTime && (f.name == "updated_at" || (inserting && f.name == "created_at")))
    return present(f, now_ms);
  return std::nullopt;
}

/// A row can be put into no other tenant than the caller's.
void mustBeOwn(const Field& f, const Value& v, const Caller& caller, const std::string& path, Invalid& problems) {
  if (caller.tenant.empty() || v.isNull() || v.text == caller.tenant) return;
  problems.add(path + f.name, "必须是当前租户", "must be your tenant");
}

/// An identity is a segment of a path.
void mustBeAddressable(const Field& f, const Value& v, const std::string& path, Invalid& problems) {
  if (v.kind == Value::Kind::Text && (v.text.empty() || v.text == "." || v.text == ".."))
    problems.add(path + f.name, "不能作为主键", "cannot be an identity");
}

void mustBeNullable(const Field& f, const std::string& path, Invalid& problems) {
  if (!f.nullable || f.identity) problems.add(path + f.name, "不能为空", "must not be null");
}

}  // namespace

std::string_view whoInserts(const Field& f, const Caller& caller) noexcept {
  if (!isText(f)) return {};
  if (f.name == "tenant_id") return caller.tenant;
  return f.name == "created_by" || f.name == "updated_by" ? caller.user : std::string_view();
}

std::vector<Value> valuesForInsert(const EntityShape& shape, const ModelSet& models, const Json& body,
                                   const Caller& caller, int64_t now_ms, const std::string& path) {
  Invalid problems;
  std::vector<Value> values;
  const bool owned = tenantField(shape.entity()) != nullptr;
  for (const Field* f : shape.columns()) {
    Value v = Value::null("u");
    const auto given = body.find(f->name);
    if (f->isComputed()) {
      values.push_back(std::move(v));
      continue;
    }
    bool wrong = false;
    if (given != body.end() && !given->is_null()) {
      if (const auto mismatch = convert(*f, *given, models, false, v)) {
        problems.add(path + f->name, mismatch->zh, mismatch->en);
        wrong = true;
      }
      if (owned && f->name == "tenant_id") mustBeOwn(*f, v, caller, path, problems);
      if (f->identity) mustBeAddressable(*f, v, path, problems);
    } else {
      v = generated(*f, models, now_ms);
    }
    if (owned && v.isNull())
      if (auto stamped = stamp(*f, true, caller, now_ms)) v = std::move(*stamped);
    if (!wrong && v.isNull() && (!f->nullable || f->identity) && !f->isAutoIncrement()) {
      if (given != body.end())
        mustBeNullable(*f, path, problems);
      else if (!f->hasDatabaseDefault())
        problems.add(path + f->name, "不能为空", "is required");
    }
    values.push_back(std::move(v));
  }
  problems.raise();
  return values;
}

UpdateValues valuesForUpdate(const EntityShape& shape, const ModelSet& models, const Json& body, const Caller& caller,
                             int64_t now_ms, const std::string& path) {
  Invalid problems;
  UpdateValues out;
  const bool owned = tenantField(shape.entity()) != nullptr;
  for (const Field* f : shape.columns()) {
    if (f->identity || f->isComputed()) continue;  // the request says which record it is
    const auto given = body.find(f->name);
    Value v;
    if (given != body.end()) {
      if (given->is_null()) mustBeNullable(*f, path, problems);
      if (const auto wrong = convert(*f, *given, models, false, v)) problems.add(path + f->name, wrong->zh, wrong->en);
      if (owned && f->name == "tenant_id") mustBeOwn(*f, v, caller, path, problems);
    } else if (refreshedOnUpdate(*f)) {
      v = present(*f, now_ms);
    } else if (auto stamped = owned ? stamp(*f, false, caller, now_ms) : std::nullopt) {
      v = std::move(*stamped);
    } else {
      continue;
    }
    out.fields.push_back(f);
    out.values.push_back(std::move(v));
  }
  problems.raise();
  return out;
}

}  // namespace tenon::modeling
