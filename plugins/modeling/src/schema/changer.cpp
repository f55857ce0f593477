// SPDX-License-Identifier: Apache-2.0
#include "changer.h"

#include <algorithm>

#include "context_check.h"
#include "data_check.h"
#include "model/model_json.h"
#include "records/record_store.h"
#include "renamed_relations.h"
#include "routes/datasource_routes.h"
#include "sync/physical.h"
#include "tenon/deadline.hpp"
#include "tenon/limited_token.hpp"

namespace tenon::modeling {

namespace {

/// How long a start waits for a change that is finished.
constexpr uint32_t kPatience_ms = 60000;

/// What a database says about the definition of a table is about the caller's model: names that are too long, rows
/// that are too wide, a table that is there already. Not so that it lacks what the stored model says.
[[noreturn]] void throwAsInvalid(const Failure& f, const std::string& model) {
  const bool ofTheModel = f.origin() == TENON_FROM_BACKEND && f.reason() != TENON_REASON_NO_SUCH_OBJECT &&
                          (f.code() == TENON_INVALID || f.code() == TENON_CONFLICT || f.code() == TENON_TOO_LARGE ||
                           f.code() == TENON_UNSUPPORTED);  // as of a column that a view needs
  if (ofTheModel)
    throw Invalid(f.reason() == TENON_REASON_OBJECT_EXISTS ? "name" : "model", "数据库拒绝 " + model + ": " + f.what(),
                  "the database refuses " + model + ": " + f.what());
  throw f;
}

/// It may go better another time.
bool isPassing(const Failure& f) {
  return f.code() == TENON_UNAVAILABLE || f.code() == TENON_DEADLINE || f.code() == TENON_CANCELLED;
}

/// A table that nobody registered may be taken over when it has the model's columns.
void lookAtExisting(Connection& c, ModelChange& m, const tenon_cancel* cancel, Invalid& problems) {
  const PhysicalSchema schema = readPhysicalSchema(c, cancel, m.name);
  const auto table = schema.tables.find(m.name);
  if (table == schema.tables.end()) return;
  m.adopted = true;
  const Entity& e = *m.entityAfter();
  const bool same = std::all_of(e.fields.begin(), e.fields.end(), [&](const Field& f) {
    return !f.isColumn() || table->second.column(f.name) != nullptr;
  });
  if (!same)
    problems.add("name", "数据库中已有同名的表，且字段不一致", "a table of that name exists, with other columns");
}

/// Does the datasource serve the models that the changes lead to?
bool areServed(const Source& source, const std::vector<ModelChange>& changes) {
  const auto models = source.models();
  const auto textOf = [](const Model& m) {
    std::string text;
    appendModel(text, m, false);
    return text;
  };
  return std::all_of(changes.begin(), changes.end(), [&](const ModelChange& c) {
    const Model* served = models->find(c.name);
    return served != nullptr && c.after && textOf(*served) == textOf(*c.after);
  });
}

/// At what would be lost if the changes were undone now.
void lookBack(Connection& c, const std::vector<ModelChange>& changes, const tenon_cancel* cancel, Invalid& problems) {
  for (const auto& m : reversed(changes)) {
    if (!m.touchesTable()) continue;
    const TableChange back{m.entityBefore(), m.entityAfter(), m.renames};
    DataCheck(c, back, false, true, cancel).lookAgain(false, problems);
  }
}

/// Records that hold what an enum will not have any more.
void lookAtEnumUsers(Source& source, const std::vector<ModelChange>& changes, const tenon_cancel* cancel,
                     Invalid& problems) {
  const auto models = source.models();
  for (const auto& c : changes) {
    const EnumModel* before = c.before ? std::get_if<EnumModel>(&*c.before) : nullptr;
    const EnumModel* after = c.after ? std::get_if<EnumModel>(&*c.after) : nullptr;
    if (before == nullptr || after == nullptr) continue;
    const bool loses = std::any_of(before->elements.begin(), before->elements.end(), [&](const std::string& e) {
      return std::find(after->elements.begin(), after->elements.end(), e) == after->elements.end();
    });
    if (!loses) continue;
    Invalid found;
    const Lease lease = poolOf(source).read(cancel);
    for (const auto& m : models->all()) {
      const auto* entity = std::get_if<Entity>(&m);
      if (entity == nullptr) continue;
      const TableChange table{entity, entity, {}};
      for (const Field& f : entity->fields)
        if (f.type == FieldType::EnumRef && f.from == before->name)
          DataCheck(*lease, table, false, true, cancel).lookAtElements(f, *after, "elements", found);
    }
    addProblems(found, changes, c.name, problems);
  }
}

}  // namespace

template <class Change>
void SchemaChanger::withNewSessions(Source& source, Change&& change) {
  struct Refresh {  // whether it succeeds or not
    Pool& pool;
    ~Refresh() { pool.refresh(); }
  } refresh{poolOf(source)};
  for (const auto& left : change())
    host_.warn("the table " + left + " in " + source.name() + " held old values and could not be dropped");
}

void SchemaChanger::undo(Source& source, Connection& connection, const std::vector<ModelChange>& changes, bool force) {
  withNewSessions(source, [&] { return undoTables(connection, changes, force); });
}

void SchemaChanger::publish(Source& source, const std::vector<ModelChange>& changes, std::optional<int64_t> journal,
                            const tenon_cancel* cancel) {
  std::vector<Registry::Change> stored;
  for (const auto& c : changes) stored.push_back({c.name, c.after});
  const std::lock_guard lock(registry_.mutex());
  registry_.apply(source, stored, cancel, journal);
}

std::vector<ModelChange> SchemaChanger::apply(Source& source, const std::vector<ModelChange>& given,
                                              ChangeOptions options, const tenon_cancel* cancel) {
  Invalid problems;
  checkEnumDefaults(*source.models(), given, problems);
  std::vector<ModelChange> changes = withRenamedRelations(*source.models(), given);
  if (!options.force && !options.unchecked) lookAtEnumUsers(source, changes, cancel, problems);
  const bool tables = std::any_of(changes.begin(), changes.end(), [](const auto& c) { return c.touchesTable(); });
  if (!tables) {
    problems.raise();
    publish(source, changes, std::nullopt, cancel);
    return changes;
  }
  Journal journal(registry_.systemPool());
  const Lease lease = poolOf(source).write(cancel);
  for (auto& m : changes) {
    const TableChange change{m.entityBefore(), m.entityAfter(), m.renames};
    Invalid found;
    if (change.before == nullptr && change.after != nullptr) lookAtExisting(*lease, m, cancel, found);
    lookAhead(*lease, m, cancel, found);
    if (!options.unchecked)
      DataCheck(*lease, change, options.force, changes.size() == 1, cancel)
          .look(
              options.droppedOnPurpose,
              [&](const std::string& name) { return enumToBe(*source.models(), changes, name); }, found);
    checkTable(lease->dialect(), m, found);
    addProblems(found, given, m.name, problems);
  }
  problems.raise();
  options.lockWait_ms = poolOf(source).lockWaitMs();
  const Source::Changing changing(source);
  const int64_t entry =
      journal.begin(source.name(), {0, {}, changes, options.force, options.rows}, host_.wallMs(), cancel);
  try {
    withNewSessions(source, [&] { return changeTables(*lease, changes, options, cancel); });
  } catch (const Failure& f) {
    // With a lost connection nobody knows how far it came: the entry stays, and is gone through again.
    if (mayHaveHappened(f) || lease->broken()) throw;
    journal.drop(entry, nullptr);
    throwAsInvalid(f, changes.front().name);
  } catch (const Invalid&) {  // rows that came in between
    journal.drop(entry, nullptr);
    throw;
  }
  // Nothing must come between the table and its model any more.
  try {
    publish(source, changes, options.rows.empty() ? std::optional(entry) : std::nullopt, nullptr);
  } catch (const Failure& f) {
    // What cannot be turned back without a loss is finished later, by the next change or the next start.
    if (mayHaveHappened(f) || options.force || !canTurnBack(changes)) throw;
    undo(source, *lease, changes, options.force);
    journal.drop(entry, nullptr);
    throwAsInvalid(f, changes.front().name);
  }
  return changes;
}

void SchemaChanger::finish(Source& source, const Journal::Entry& entry, const tenon_cancel* cancel) {
  const Source::Changing changing(source);
  const Lease lease = poolOf(source).write(cancel);
  const std::string& name = entry.changes.front().name;
  const auto giveUp = [&](const std::exception& e) {
    host_.error("a change of " + name + " in " + source.name() +
                " was cut off and cannot be finished, so it is undone: " + e.what());
    Journal(registry_.systemPool()).drop(entry.id, cancel);
  };
  if (!entry.rows.empty()) return finishImport(source, *lease, entry, cancel);
  ChangeOptions options{entry.force, true};
  options.lockWait_ms = poolOf(source).lockWaitMs();
  const auto goesOn = [&](const Failure& f) { return mayHaveHappened(f) || isPassing(f) || lease->broken(); };
  try {
    withNewSessions(source, [&] { return changeTables(*lease, entry.changes, options, cancel); });
  } catch (const Failure& f) {
    // Rows or names have changed meanwhile, and it cannot be done any more.
    if (goesOn(f)) throw;
    return giveUp(f);
  } catch (const Invalid& invalid) {
    return giveUp(invalid);
  }
  try {
    publish(source, entry.changes, entry.id, cancel);
  } catch (const Failure& f) {
    if (goesOn(f) || entry.force || !canTurnBack(entry.changes)) throw;
    undo(source, *lease, entry.changes, entry.force);
    return giveUp(f);
  }
  host_.info("a change of " + name + " in " + source.name() + " that was cut off is finished");
}

/// Models are nothing without the rows they came with: either those are there, or the models go again. But not over
/// records that somebody has written meanwhile: then they stay.
void SchemaChanger::finishImport(Source& source, Connection& connection, const Journal::Entry& entry,
                                 const tenon_cancel* cancel) {
  Journal journal(registry_.systemPool());
  if (RecordStore::hasImported(connection, entry.rows, cancel)) return journal.drop(entry.id, cancel);
  const std::string what = "the models of an import into " + source.name() + " that was cut off";
  // Nobody could write records of models that were not served.
  Invalid inTheWay;
  if (areServed(source, entry.changes)) lookBack(connection, entry.changes, cancel, inTheWay);
  if (!inTheWay.empty()) {
    host_.warn(what + " stay without its rows, since records would be lost: " + inTheWay.what());
    return journal.drop(entry.id, cancel);
  }
  undo(source, connection, entry.changes, entry.force);
  publish(source, reversed(entry.changes), entry.id, cancel);
  host_.info(what + " are gone again");
}

void SchemaChanger::settleImport(Source& source, const std::string& rows) {
  if (rows.empty()) return;
  try {
    for (const auto& entry : Journal(registry_.systemPool()).open(source.name(), nullptr))
      if (entry.rows == rows) finish(source, entry, nullptr);
  } catch (const std::exception& e) {
    host_.error("an import into " + source.name() + " is settled later: " + e.what());
  }
}

void SchemaChanger::recover(Source& source, const tenon_cancel* cancel) {
  registry_.settle(source, cancel);
  for (const auto& entry : Journal(registry_.systemPool()).open(source.name(), cancel)) finish(source, entry, cancel);
}

void SchemaChanger::recoverAll() {
  Journal journal(registry_.systemPool());
  std::vector<Journal::Entry> entries;
  try {
    entries = journal.open({}, nullptr);
  } catch (const std::exception& e) {
    host_.error(std::string("changes of models that were cut off cannot be read: ") + e.what());
  }
  LimitedToken patience;
  for (const auto& entry : entries) {
    const auto source = registry_.catalogue().findAny(entry.datasource, {});
    try {
      if (source == nullptr)
        journal.drop(entry.id, nullptr);
      else
        finish(*source, entry, patience.arm(nullptr, kPatience_ms));
    } catch (const std::exception& e) {
      host_.error("a change of the models of " + entry.datasource +
                  " was cut off and cannot be finished yet: " + e.what());
    }
  }
}

}  // namespace tenon::modeling
