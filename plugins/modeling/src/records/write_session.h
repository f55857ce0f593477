// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "body.h"
#include "change_events.h"
#include "conflict.h"
#include "limits.h"
#include "operators.h"
#include "source/connection.h"
#include "sql_text.h"
#include "tree_reader.h"
#include "write_values.h"

namespace tenon::modeling {

/// Writes records with what is nested in them, within the transaction that its caller has open. Problems are Invalid,
/// with the path of the field in the request ("students[2].age"). One thread at a time.
class WriteSession {
 public:
  WriteSession(Connection& connection, const Shapes& shapes, const Caller& caller, int64_t now_ms,
               const RecordLimits& limits, const tenon_cancel* cancel, bool tracked = false)
      : connection_(connection),
        shapes_(shapes),
        caller_(caller),
        now_ms_(now_ms),
        limits_(limits),
        cancel_(cancel),
        tracked_(tracked) {}

  /// From here on what is nested in a record to insert is {"data":..., "conflict":...?} under the relation's name, and
  /// inserted as well: an identity that exists is a conflict, no update.
  void insertRelated() noexcept { insertsRelated_ = true; }

  /// With `tracked`: what was written so far, record by record.
  const std::vector<RecordChange>& changes() const noexcept { return changes_; }
  /// The models of which records may have been written so far: every statement that writes is noted here.
  const std::set<std::string>& written() const noexcept { return models_; }

  /// Throws Invalid for what is wrong with a record to insert by itself, without the database.
  void check(const Entity& entity, const Json& body) const;
  /// Inserts a record and what is nested in it; answers its identity, or null for an entity without one.
  Value insert(const Entity& entity, const Json& body, const std::string& path = {});
  /// The same for an entity without identity, whose record cannot be read again: appends it as far as it is known.
  void insertUnread(const Entity& entity, const Json& body, std::string& out, const std::string& path = {});
  /// Inserts a record, or does what the conflict says where another one has its key. What is nested in it belongs to
  /// whichever of them is written then.
  struct Inserted {
    Value id;
    bool isWritten;  ///< false: the other record stays as it is
  };
  Inserted insertUnless(const Conflict& conflict, const Entity& entity, const Json& body, const std::string& path = {});
  /// Writes the given columns; related records with an identity that exists are updated, others inserted, those that
  /// are not mentioned left alone. A record that is not there changes nothing: answers whether it was.
  bool update(const Entity& entity, const Value& id, const Json& body, const std::string& path = {},
              const std::vector<Increment>& increments = {});
  /// Updates the record that the body's identity names, or inserts it. Answers its identity.
  Value upsert(const Entity& entity, const Json& body, const std::string& path = {});
  /// Inserts many records in as few statements as may be; with `upsert` those whose identity exists are updated with
  /// what is given. Answers how many there were. Problems have the path "[17].age".
  size_t insertMany(const Entity& entity, Body& list, bool upsert);
  /// Deletes a record, and what cascades from it before. Answers whether it was there.
  bool remove(const Entity& entity, const Value& id);
  /// Writes the given columns of every record that a filter of the record API selects, within the caller's tenant.
  /// Answers how many there were. Records that are written one by one are bounded.
  int64_t updateWhere(const Entity& entity, const Json& filter, const Json& body,
                      const std::vector<Increment>& increments = {});
  int64_t removeWhere(const Entity& entity, const Json& filter);
  /// update() and updateWhere() that also make something of the values that are there. Nulls stay null.
  bool change(const Entity& entity, const Value& id, const Json& body, const Operators& operators);
  int64_t changeWhere(const Entity& entity, const Json& filter, const Json& body, const Operators& operators);
  /// Locks a record until the transaction ends. False: it is not there. Throws Failure when the filter does not select
  /// it: it is not what the caller thinks.
  bool mustHold(const Entity& entity, const Value& id, const Json& filter);
  /// The identities of the records that a filter selects, within the caller's tenant, in their order. Nobody else
  /// changes these records until the transaction ends. Throws Invalid for too many.
  std::vector<Value> idsWhere(const Entity& entity, const Json& filter);
  /// Bounds the records of one request that are written one by one: each is a statement or two.
  void count(const std::string& path);
  /// To be called before what was written is committed.
  void finish();

 private:
  /// One relation of an entity with both its ends.
  struct Link {
    const Field* relation;
    const Entity* child;
    const Field* local;
    const Field* foreign;
    bool parentHolds;  // the key: the child must be there first
  };
  Link linkOf(const Entity& entity, const Field& relation, const std::string& path) const;
  /// A relation that the body writes.
  static bool isGiven(const Field& f, const Json& body) {
    return !f.isColumn() && body.contains(f.name) && !body[f.name].is_null();
  }
  static bool holdsRelations(const Entity& entity, const Json& body);
  std::vector<const Field*> givenByRelated(const Entity& entity, const Json& body, const std::string& path) const;
  std::optional<Json> withChildrenFirst(const Entity& entity, const Json& body, const std::string& path);
  void writeChildren(const Entity& entity, const Json& body, const Value& id, const std::string& path);
  Value keyOf(const Link& link, const Entity& entity, const Json& body, const Value& id, const std::string& path);
  /// clause: appended to the statement, " on conflict do nothing" for one; then null means that nothing was inserted.
  Value insertRow(const Entity& entity, const std::vector<Value>& values, std::string* unread,
                  const std::string& clause = {});
  /// The record alone, once what it refers to is there; body says so.
  Value insertOwn(const Entity& entity, const Json& body, const std::string& path, const std::string& clause = {});
  Json relatedOf(const Field& relation, const Json& body, const std::string& path) const;
  Value writeRelated(const Entity& entity, const Json& record, const Json& given, const std::string& path);
  struct Group;
  Group groupOf(const Entity& entity, const std::vector<bool>& written, const std::vector<bool>& given,
                bool upsert) const;
  void insertGroup(const Entity& entity, Group& group);
  void refuseOverflow(const Entity& entity, const std::vector<Increment>& increments,
                      const std::function<void(SqlText&)>& where);
  /// " set a = ?, n = n + ?", and the next version of the record unless it is set: there is something to write.
  void appendSets(SqlText& sql, const Entity& entity, const UpdateValues& given,
                  const std::vector<Increment>& increments) const;
  /// locked: as it was committed last, and stays until the transaction ends.
  Value storedValue(const Entity& entity, const Field& field, const Value& id, bool locked = false);
  std::string whereId(const Entity& entity, const Value& id, std::vector<Value>& values) const;
  /// The database's counter of an identity goes on behind those that were given by hand.
  void advanceCounter(const Entity& entity);
  void noteGiven(const Entity& entity, const Value& id);
  std::vector<std::pair<std::string, std::string>> rowsAt(const Entity& entity, const std::string& where,
                                                          const std::vector<Value>& values);
  std::string rowOf(const Entity& entity, const Value& id);
  void appendFilter(SqlText& sql, const Entity& entity, const Json& filter) const;

  Connection& connection_;
  const Shapes& shapes_;
  Caller caller_;
  int64_t now_ms_;
  const RecordLimits& limits_;
  const tenon_cancel* cancel_;
  bool insertsRelated_ = false;
  bool tracked_;                                      // old and new records are read and kept
  std::unordered_map<const Entity*, int64_t> given_;  // the greatest identities that no counter knows of
  std::vector<RecordChange> changes_;
  std::set<std::string> models_;
  uint32_t written_ = 0;
};

}  // namespace tenon::modeling
