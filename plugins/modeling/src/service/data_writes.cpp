// SPDX-License-Identifier: Apache-2.0
#include "data_writes.h"

#include <algorithm>

#include "calls.h"
#include "routes/datasource_routes.h"

namespace tenon::modeling {

namespace {

Json member(const Json& json, const char* key) {
  const auto it = json.find(key);
  return it == json.end() ? Json() : *it;
}

/// The identity that a change names, or nothing when it can be none.
std::optional<Value> identityOf(const Entity& entity, const Json& id) {
  const Field* identity = entity.identity();
  if (identity == nullptr) throw Invalid("id", "该模型没有主键字段", "the model has no identity field");
  return identityFromText(*identity, id.is_string() ? id.get<std::string>() : dumpJson(id));
}

/// Appends the value as JSON.
std::string jsonOf(const Value& v) {
  switch (v.kind) {
    case Value::Kind::Integer: return std::to_string(v.integer);
    case Value::Kind::Text: return dumpJson(v.text);
    default: return "null";
  }
}

/// Does a change set anything that a record can have? Stamps alone are no change.
bool setsAnything(const Entity& entity, const Json& set) {
  return set.is_object() && std::any_of(entity.fields.begin(), entity.fields.end(), [&](const Field& f) {
           return !f.identity && !f.isComputed() && set.contains(f.name);
         });
}

std::string answered(WriteSession& session, const Entity& entity, const Json& write) {
  const std::string op = member(write, "op").is_string() ? write["op"].get<std::string>() : std::string();
  const auto affected = [](int64_t n) { return "{\"affected\":" + std::to_string(n) + "}"; };
  if (op == "create") {
    if (entity.identity() != nullptr) return "{\"id\":" + jsonOf(session.insert(entity, member(write, "data"))) + "}";
    std::string row;
    session.insertUnread(entity, member(write, "data"), row);
    return "{\"row\":" + row + "}";
  }
  if (op == "update" && !setsAnything(entity, member(write, "set"))) return affected(0);
  if (op == "update") return affected(session.updateWhere(entity, member(write, "where"), member(write, "set")));
  if (op == "delete") return affected(session.removeWhere(entity, member(write, "where")));
  if (op == "update_by_id" || op == "delete_by_id") {
    const auto id = identityOf(entity, member(write, "id"));
    if (!id || (op == "update_by_id" && !setsAnything(entity, member(write, "set")))) return affected(0);
    const bool found =
        op == "delete_by_id" ? session.remove(entity, *id) : session.update(entity, *id, member(write, "set"));
    return affected(found ? 1 : 0);
  }
  throw Failure(TENON_INVALID, "no such operation: " + op).from(TENON_FROM_CALLER);
}

}  // namespace

tenon_status beginFor(void* self, tenon_str datasource, tenon_str tenant, tenon_str user, const tenon_cancel* cancel,
                      tenon_data_tx** out, tenon_error* e) {
  return guarded(e, [&] {
    RecordStore& store = of(self).store();
    auto t = std::make_unique<OpenTransaction>();
    t->source = of(self).registry().catalogue().find(view(datasource), view(tenant));
    if (t->source == nullptr) throw Failure(TENON_NOT_FOUND, "no such datasource: " + text(datasource));
    t->store = &store;
    t->tenant = text(tenant);
    t->user = text(user);
    t->lease = poolOf(*t->source).write(cancel);
    t->shapes = store.shapesOf(*t->source);
    t->session.emplace(store.session(*t->lease, *t->shapes, {t->tenant, t->user}, cancel));
    t->tx.emplace(*t->lease, cancel);
    *out = reinterpret_cast<tenon_data_tx*>(t.release());
    return TENON_OK;
  });
}

tenon_status writeRecords(tenon_data_tx* tx, tenon_str writeJson, void (*answer)(void* arg, tenon_str json), void* arg,
                          const tenon_cancel*, tenon_error* e) {
  return guarded(e, [&] {
    OpenTransaction& t = *of(tx);
    if (!t.session) throw Failure(TENON_INVALID, "the transaction is not for records").from(TENON_FROM_CALLER);
    const Json write = parseJson(view(writeJson));
    const Json model = member(write, "model");
    const Entity* entity = model.is_string() ? t.shapes->models().entity(model.get<std::string>()) : nullptr;
    if (entity == nullptr) throw Failure(TENON_NOT_FOUND, "no such model: " + dumpJson(model));
    const std::string out = answered(*t.session, *entity, write);
    answer(arg, str(out));
    return TENON_OK;
  });
}

}  // namespace tenon::modeling
