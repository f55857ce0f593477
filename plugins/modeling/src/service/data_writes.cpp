// SPDX-License-Identifier: Apache-2.0
#include "data_writes.h"

#include <algorithm>
#include <unordered_set>

#include "calls.h"
#include "records/json_member.h"
#include "routes/datasource_routes.h"

namespace tenon::modeling {

namespace {

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

std::string affected(int64_t n) {
  return "{\"affected\":" + std::to_string(n) + "}";
}

std::string listOf(const std::vector<std::string>& items) {
  std::string out = "[";
  for (const std::string& item : items) out.append(out.size() > 1 ? "," : "").append(item);
  return out + "]";
}

std::string created(WriteSession& session, const Entity& entity, const Json& data, const Json& conflict) {
  if (!conflict.is_null()) {
    const auto inserted = session.insertUnless(readConflict(entity, conflict, {}), entity, data);
    return "{\"id\":" + (inserted.isWritten ? jsonOf(inserted.id) : "null") + "}";
  }
  if (entity.identity() != nullptr) return "{\"id\":" + jsonOf(session.insert(entity, data)) + "}";
  std::string row;
  session.insertUnread(entity, data, row);
  return "{\"row\":" + row + "}";
}

std::string createdMany(WriteSession& session, const Entity& entity, const Json& list, const Json& conflict,
                        bool named) {
  if (!list.is_array()) throw Invalid("data", "必须是数组", "must be an array");
  if (!named && conflict.is_null()) {
    const std::string text = dumpJson(list);
    Body body(text);
    return affected(static_cast<int64_t>(session.insertMany(entity, body, false)));
  }
  std::optional<Conflict> otherwise;
  if (!conflict.is_null()) otherwise = readConflict(entity, conflict, {});
  std::vector<std::string> ids, rows;
  std::unordered_set<std::string> seen;  // a record may meet an earlier one of the list
  int64_t written = 0;
  for (size_t i = 0; i < list.size(); ++i) {
    const std::string path = "[" + std::to_string(i) + "].";
    session.count(path);
    if (entity.identity() == nullptr) {
      session.insertUnread(entity, list[i], rows.emplace_back(), path);
      ++written;
      continue;
    }
    const auto inserted = otherwise ? session.insertUnless(*otherwise, entity, list[i], path)
                                    : WriteSession::Inserted{session.insert(entity, list[i], path), true};
    if (!inserted.isWritten) continue;
    ++written;
    std::string id = jsonOf(inserted.id);
    if (named && seen.insert(id).second) ids.push_back(std::move(id));
  }
  return "{\"affected\":" + std::to_string(written) +
         (entity.identity() == nullptr ? ",\"rows\":" + listOf(rows) : ",\"ids\":" + listOf(ids)) + "}";
}

std::string selected(WriteSession& session, const Entity& entity, const Json& where) {
  if (entity.identity() == nullptr) throw Invalid("id", "该模型没有主键字段", "the model has no identity field");
  std::vector<std::string> ids;
  for (const Value& id : session.idsWhere(entity, where)) ids.push_back(jsonOf(id));
  return "{\"ids\":" + listOf(ids) + "}";
}

std::string updated(WriteSession& session, const ModelSet& models, const Entity& entity, const Json& write, bool byId) {
  const Json given = member(write, "set"), set = given.is_null() ? Json::object() : given;
  const Operators operators = readOperators(entity, models, member(write, "change"), set);
  const auto id = byId ? identityOf(entity, member(write, "id")) : std::nullopt;
  const Json condition = byId ? member(write, "where") : Json();
  if (id && !condition.is_null() && !session.mustHold(entity, *id, condition)) return affected(0);
  if ((byId && !id) || (operators.empty() && !setsAnything(entity, set))) return affected(0);
  return affected(byId ? session.change(entity, *id, set, operators)
                       : session.changeWhere(entity, member(write, "where"), set, operators));
}

std::string answered(WriteSession& session, const ModelSet& models, const Entity& entity, const Json& write) {
  const std::string op = member(write, "op").is_string() ? write["op"].get<std::string>() : std::string();
  const Json data = member(write, "data"), conflict = member(write, "conflict");
  if (op == "create") return created(session, entity, data, conflict);
  if (op == "create_many") return createdMany(session, entity, data, conflict, member(write, "ids") == true);
  if (op == "select") return selected(session, entity, member(write, "where"));
  if (op == "update" || op == "update_by_id") return updated(session, models, entity, write, op == "update_by_id");
  if (op == "delete") return affected(session.removeWhere(entity, member(write, "where")));
  if (op == "delete_by_id") {
    const auto id = identityOf(entity, member(write, "id"));
    return affected(id && session.remove(entity, *id) ? 1 : 0);
  }
  throw Failure(TENON_INVALID, "no such operation: " + op).from(TENON_FROM_CALLER);
}

}  // namespace

namespace {

/// Without a transaction yet.
std::unique_ptr<OpenTransaction> opened(void* self, tenon_str datasource, tenon_str tenant, tenon_str user,
                                        const tenon_cancel* cancel) {
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
  t->session->insertRelated();
  return t;
}

}  // namespace

tenon_status beginFor(void* self, tenon_str datasource, tenon_str tenant, tenon_str user, const tenon_cancel* cancel,
                      tenon_data_tx** out, tenon_error* e) {
  return guarded(e, [&] {
    auto t = opened(self, datasource, tenant, user, cancel);
    t->tx.emplace(*t->lease, cancel);
    *out = reinterpret_cast<tenon_data_tx*>(t.release());
    return TENON_OK;
  });
}

tenon_status beginOnce(void* self, tenon_str datasource, tenon_str tenant, tenon_str user, tenon_str key,
                       tenon_str asked, void (*reply)(void* arg, tenon_str reply), void* arg,
                       const tenon_cancel* cancel, tenon_data_tx** out, tenon_error* e) {
  return guarded(e, [&] {
    *out = nullptr;
    auto t = opened(self, datasource, tenant, user, cancel);
    t->key = Idempotency::Key::of(view(key), t->tenant, t->user, {}, {}, view(asked));
    Idempotency idempotency(*t->lease, *t->key, of(self).store().host().wallMs(), cancel);
    const auto claim = [&] {
      t->tx.emplace(*t->lease, cancel);
      return idempotency.claim();
    };
    bool isNew = false;
    try {
      isNew = claim();
    } catch (const Idempotency::NoTable&) {
      t->tx.reset();
      idempotency.makeTable();
      isNew = claim();
    }
    if (isNew) {
      *out = reinterpret_cast<tenon_data_tx*>(t.release());
      return TENON_OK;
    }
    t->tx.reset();
    const std::string stored = idempotency.stored();
    reply(arg, str(stored));
    return TENON_OK;
  });
}

tenon_status keepReply(tenon_data_tx* tx, tenon_str reply, const tenon_cancel* cancel, tenon_error* e) {
  return guarded(e, [&] {
    OpenTransaction& t = *of(tx);
    if (!t.key) throw Failure(TENON_INVALID, "the transaction has no key").from(TENON_FROM_CALLER);
    Idempotency(*t.lease, *t.key, t.store->host().wallMs(), cancel).keep(view(reply));
    return TENON_OK;
  });
}

tenon_status writeRecords(tenon_data_tx* tx, tenon_str writeJson, void (*answer)(void* arg, tenon_str json), void* arg,
                          const tenon_cancel*, tenon_error* e) {
  return guarded(e, [&] {
    OpenTransaction& t = *of(tx);
    if (!t.session) throw Failure(TENON_INVALID, "the transaction is not for records").from(TENON_FROM_CALLER);
    try {
      const Json write = parseJson(view(writeJson), kMaxJsonDepth * 2);
      const Json model = member(write, "model");
      const Entity* entity = model.is_string() ? t.shapes->models().entity(model.get<std::string>()) : nullptr;
      if (entity == nullptr) throw Failure(TENON_NOT_FOUND, "no such model: " + dumpJson(model));
      const std::string out = answered(*t.session, t.shapes->models(), *entity, write);
      answer(arg, str(out));
    } catch (const JsonError& error) {  // nested deeper than a record may be
      throw invalidJson("data", error);
    }
    return TENON_OK;
  });
}

}  // namespace tenon::modeling
