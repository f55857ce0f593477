// SPDX-License-Identifier: Apache-2.0
// Of WriteSession: a record to insert whose key another one may have.
#include "refusal.h"
#include "routes/answer.h"
#include "write_session.h"

namespace tenon::modeling {

namespace {

/// " on conflict ("code") do nothing"; empty where a database would pass over other keys as well.
std::string nothingOnConflict(const Dialect& d, const Conflict& conflict) {
  if (!d.has(TENON_SQL_ON_CONFLICT)) return {};
  std::string key;
  for (const Field* f : conflict.key) key += (key.empty() ? "" : ", ") + d.quoted(f->name);
  return " on conflict (" + key + ") do nothing";
}

/// A record that has the key, and that the caller must not know of or cannot see.
Failure keyIsTaken(const Conflict& conflict, const std::string& path) {
  std::string fields;
  for (const Field* f : conflict.key) fields += (fields.empty() ? "" : ",") + path + f->name;
  return Failure(TENON_CONFLICT, "the key exists already")
      .from(TENON_FROM_BACKEND)
      .because(TENON_REASON_UNIQUE)
      .naming(TENON_OBJECT_FIELD, fields);
}

}  // namespace

WriteSession::Inserted WriteSession::insertUnless(const Conflict& conflict, const Entity& entity, const Json& body,
                                                  const std::string& path) {
  mustBeObject(body, path);
  const auto keyed = withChildrenFirst(entity, body, path);
  const Json& own = keyed ? *keyed : body;
  const auto same = sameKey(entity, conflict, own, caller_.tenant);
  std::vector<Value> found = same ? idsWhere(entity, *same) : std::vector<Value>();
  if (found.empty()) {
    const Value id =
        insertOwn(entity, own, path, same ? nothingOnConflict(connection_.dialect(), conflict) : std::string());
    if (!id.isNull()) {
      writeChildren(entity, own, id, path);
      return {id, true};
    }
    // Somebody else was faster; what they have committed is seen now.
    if (same) found = idsWhere(entity, *same);
    if (found.empty()) throw keyIsTaken(conflict, path);
  }
  // What could not be inserted is wrong whether its key is taken or not.
  valuesForInsert(shapes_.of(entity), shapes_.models(), own, caller_, now_ms_, path);
  const Value& id = found.front();
  if (conflict.columns.empty()) return {id, false};
  if (!conflict.where.empty() && idsWhere(entity, Json{{"_and", Json::array({*same, conflict.where})}}).empty())
    return {id, false};
  Json set = Json::object();
  for (const Field* f : conflict.columns)
    if (own.contains(f->name)) set[f->name] = own[f->name];
  if (!set.empty()) update(entity, id, set, path);
  writeChildren(entity, own, id, path);
  return {id, true};
}

}  // namespace tenon::modeling
