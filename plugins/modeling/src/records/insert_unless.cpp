// SPDX-License-Identifier: Apache-2.0
// Of WriteSession: a record to insert whose key another one may have.
#include <algorithm>

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

/// The fields whose values come from related records, which are written first.
std::vector<const Field*> WriteSession::givenByRelated(const Entity& entity, const Json& body,
                                                       const std::string& path) const {
  std::vector<const Field*> out;
  for (const Field& f : entity.fields) {
    if (!isGiven(f, body)) continue;
    const Link link = linkOf(entity, f, path);
    if (link.parentHolds) out.push_back(link.local);
  }
  return out;
}

/// A record that is in the way is looked for first: those related to a new one are not written for nothing.
WriteSession::Inserted WriteSession::insertUnless(const Conflict& conflict, const Entity& entity, const Json& body,
                                                  const std::string& path) {
  mustBeObject(body, path);
  const auto given = givenByRelated(entity, body, path);
  const auto anyOf = [&](const std::vector<const Field*>& fields) {
    return std::any_of(given.begin(), given.end(),
                       [&](const Field* f) { return std::find(fields.begin(), fields.end(), f) != fields.end(); });
  };
  const auto find = [&](const Json& record) {
    auto same = sameKey(entity, conflict, record, caller_, path);
    auto ids = same ? idsWhere(entity, *same) : std::vector<Value>();
    return std::pair(std::move(same), std::move(ids));
  };
  std::optional<Json> keyed;
  const bool isKeyGiven = anyOf(conflict.key);
  if (isKeyGiven) keyed = withChildrenFirst(entity, body, path);
  auto [same, found] = find(keyed ? *keyed : body);
  if (found.empty()) {
    if (!isKeyGiven) keyed = withChildrenFirst(entity, body, path);
    const Json& own = keyed ? *keyed : body;
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
  // What could not be inserted is wrong whether its key is taken or not; what related records would give is unknown.
  if (given.empty()) valuesForInsert(shapes_.of(entity), shapes_.models(), body, caller_, now_ms_, path);
  const Value& id = found.front();
  if (conflict.columns.empty()) return {id, false};
  if (!conflict.where.empty() && idsWhere(entity, Json{{"_and", Json::array({*same, conflict.where})}}).empty())
    return {id, false};
  if (!keyed && anyOf(conflict.columns)) keyed = withChildrenFirst(entity, body, path);
  const Json& own = keyed ? *keyed : body;
  Json set = Json::object();
  for (const Field* f : conflict.columns)
    if (own.contains(f->name)) set[f->name] = own[f->name];
  if (!set.empty()) update(entity, id, set, path);
  writeChildren(entity, own, id, path);
  return {id, true};
}

}  // namespace tenon::modeling
