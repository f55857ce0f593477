// SPDX-License-Identifier: Apache-2.0
#include "table_changes.h"

#include <algorithm>
#include <random>

#include "data_check.h"
#include "kept_values.h"
#include "sql/ddl.h"
#include "sync/physical.h"

namespace tenon::modeling {

namespace {

TableChange tableChangeOf(const ModelChange& c) {
  return {c.entityBefore(), c.entityAfter(), c.renames};
}

/// Runs `body` between the dialect's statements around a rebuild. They belong to the session, not to the transaction.
template <class Body>
void aroundRebuild(Connection& c, bool rebuilds, const tenon_cancel* cancel, Body&& body) {
  const Dialect& d = c.dialect();
  const char* begin = rebuilds ? d.text(&tenon_dialect::rebuild_begin) : nullptr;
  if (begin == nullptr) return body();
  const auto run = [&](const char* lines, const tenon_cancel* token) {
    eachLine(lines, [&](const std::string& line) { c.execute(line, nullptr, token); });
  };
  run(begin, cancel);
  const auto end = [&] { run(d.text(&tenon_dialect::rebuild_end), nullptr); };
  try {
    body();
  } catch (...) {
    end();
    throw;
  }
  end();
}

/// What a column is physically, to tell whether it has changed.
std::string signatureOf(const PhysicalColumn& column) {
  return column.declared + (column.nullable ? "" : " not null");
}

/// Does the table say by its columns that it has changed already? Statements that make values ready must not meet the
/// new ones. False where only the table's other properties change: those may be gone through again.
bool isDone(Connection& c, const ModelChange& m, const tenon_cancel* cancel) {
  if (m.declared.empty()) return false;
  const PhysicalSchema schema = readPhysicalSchema(c, cancel, m.name);
  const auto table = schema.tables.find(m.name);
  if (table == schema.tables.end()) return false;
  return std::any_of(m.declared.begin(), m.declared.end(), [&](const auto& was) {
    const PhysicalColumn* column = table->second.column(was.first);
    return column == nullptr || signatureOf(*column) != was.second;
  });
}

/// Are there columns that become others or go? Only then can rows lose something.
bool definesAnew(const Dialect& dialect, const TableChange& change) {
  if (change.before == nullptr || change.after == nullptr) return false;
  const EntityDifference diff = difference(*change.before, *change.after, change.renames);
  return !diff.dropped.empty() ||
         std::any_of(diff.kept.begin(), diff.kept.end(), [&](const KeptField& k) { return isDefinedAnew(dialect, k); });
}

bool hasTable(Connection& c, const std::string& name, const tenon_cancel* cancel) {
  return !readPhysicalSchema(c, cancel, name).tables.empty();
}

void lookAgain(Connection& c, const TableChange& change, ChangeOptions options, const tenon_cancel* cancel) {
  if (options.unchecked) return;
  Invalid problems;
  DataCheck(c, change, options.force, true, cancel).lookAgain(options.droppedOnPurpose, problems);
  problems.raise();
}

/// All tables in one transaction.
void changeWithin(Connection& c, const std::vector<ModelChange>& changes, ChangeOptions options,
                  const tenon_cancel* cancel) {
  if (std::any_of(changes.begin(), changes.end(), [&](const auto& m) { return isDone(c, m, cancel); })) return;
  const Dialect& d = c.dialect();
  const bool rebuilds = std::any_of(changes.begin(), changes.end(),
                                    [&](const auto& m) { return needsRebuild(c, tableChangeOf(m), cancel); });
  aroundRebuild(c, rebuilds, cancel, [&] {
    Transaction tx(c, cancel);
    for (const auto& m : changes) {
      const TableChange change = tableChangeOf(m);
      if (definesAnew(d, change) && hasTable(c, m.name, cancel)) {
        if (const char* lock = d.text(&tenon_dialect::lock_table))
          c.execute(fillTemplate(lock, {{"table", d.quoted(m.name)}}), nullptr, cancel);
        lookAgain(c, change, options, cancel);
      }
      for (const auto& r : rewritesOf(d, change, options.force)) c.execute(statementOf(d, change, r), nullptr, cancel);
      changeTable(c, change, cancel);
    }
    tx.commit();
  });
}

/// One table after the other; when one fails, it and those before it are turned back.
class OneByOne {
 public:
  OneByOne(Connection& c, const std::vector<ModelChange>& changes, ChangeOptions options)
      : connection_(c), changes_(changes), options_(options) {
    for (const auto& m : changes) tables_.push_back(tableChangeOf(m));
    for (size_t i = 0; i < changes.size(); ++i)
      kept_.emplace_back(c, tables_[i], changes[i].kept, options.force, changes.size() == 1);
  }

  std::vector<std::string> run(const tenon_cancel* cancel) {
    size_t at = 0;
    try {
      for (; at < changes_.size(); ++at) change(at, cancel);
    } catch (const std::exception& e) {
      if (isLeftOpen(e)) throw;
      finally(e, [&] {
        while (at > 0) turnBack(--at, true);
        dropKept();
      });
      throw;
    }
    return dropKept();
  }

  /// Back from wherever the tables stand.
  std::vector<std::string> undo() {
    for (size_t i = changes_.size(); i-- > 0;)
      turnBack(i, changes_[i].declared.empty() || isDone(connection_, changes_[i], nullptr));
    return dropKept();
  }

 private:
  /// Does nobody know how far it came, so that the journal must lead on?
  bool isLeftOpen(const std::exception& e) const {
    const auto* f = dynamic_cast<const Failure*>(&e);
    return connection_.broken() || (f != nullptr && mayHaveHappened(*f));
  }

  /// Keeps others from a table while it changes. Without the right to do so it goes without: what they write in
  /// between is then looked at by the database alone.
  class TableLock {
   public:
    TableLock(Connection& c, const std::string& statement, const tenon_cancel* cancel) : connection_(c) {
      try {
        c.execute(statement, nullptr, cancel);
        locked_ = true;
      } catch (const Failure& f) {
        if (f.code() != TENON_DENIED) throw;
      }
    }
    ~TableLock() {
      if (locked_ && guard(nullptr, [&] { connection_.execute("unlock tables", nullptr, nullptr); }) != TENON_OK)
        connection_.abandon();
    }
    TableLock(const TableLock&) = delete;
    TableLock& operator=(const TableLock&) = delete;

   private:
    Connection& connection_;
    bool locked_ = false;
  };

  void change(size_t i, const tenon_cancel* cancel) {
    const TableChange& table = tables_[i];
    if (!definesAnew(connection_.dialect(), table) || !hasTable(connection_, table.before->name, cancel))
      return changeTable(connection_, table, cancel);
    kept_[i].make(cancel);
    const TableLock lock(connection_, kept_[i].lockStatement(), cancel);
    try {
      if (!isDone(connection_, changes_[i], cancel)) {
        lookAgain(connection_, table, options_, cancel);
        kept_[i].rewrite(cancel);
      }
      changeTable(connection_, table, cancel);
    } catch (const std::exception& e) {
      if (isLeftOpen(e)) throw;
      // The table is changed by one statement, which was refused; but what follows that may have failed too.
      finally(e, [&] { turnBack(i, isDone(connection_, changes_[i], nullptr)); });
      throw;
    }
  }

  /// changed: the table itself, not only its values.
  void turnBack(size_t i, bool changed) {
    const TableChange back = tables_[i].inverse();
    const Dialect& d = connection_.dialect();
    if (changed) {
      for (const auto& r : rewritesOf(d, back, false)) connection_.execute(statementOf(d, back, r), nullptr, nullptr);
      changeTable(connection_, back, nullptr);
    }
    kept_[i].restore();
  }

  /// Undoes what was begun, also when nobody waits any more. What cannot be undone is left to the journal.
  template <class Undo>
  void finally(const std::exception& why, Undo&& undo) {
    try {
      undo();
    } catch (const Failure& f) {
      throw Failure(TENON_OUTCOME_UNKNOWN,
                    std::string(why.what()) + "; and the change could not be turned back yet: " + f.what());
    }
  }

  std::vector<std::string> dropKept() {
    std::vector<std::string> left;
    for (size_t i = 0; i < kept_.size(); ++i) {
      try {
        kept_[i].drop();
      } catch (const Failure& f) {
        if (mayHaveHappened(f)) throw;
        left.push_back(changes_[i].kept);
      }
    }
    return left;
  }

  Connection& connection_;
  const std::vector<ModelChange>& changes_;
  ChangeOptions options_;
  std::vector<TableChange> tables_;
  std::vector<KeptValues> kept_;  // one for each table
};

/// A wait for another's lock ends after so long, with TENON_REASON_BUSY: that of an alteration as well as that of a
/// lock by name. SQLite has no such setting.
void boundLockWaits(Connection& c, uint32_t limit_ms, const tenon_cancel* cancel) {
  struct Setting {
    std::string_view database;
    const char* name;
    uint32_t unit_ms;
  };
  constexpr Setting kSettings[] = {{"postgresql", "lock_timeout", 1}, {"mysql", "lock_wait_timeout", 1000}};
  for (const Setting& s : kSettings)
    if (limit_ms != 0 && s.database == c.dialect().raw()->name)
      c.execute("set session " + std::string(s.name) + " = " + std::to_string((limit_ms + s.unit_ms - 1) / s.unit_ms),
                nullptr, cancel);
}

std::vector<ModelChange> touching(const std::vector<ModelChange>& changes) {
  std::vector<ModelChange> tables;
  for (const auto& m : changes)
    if (m.touchesTable()) tables.push_back(m);
  return tables;
}

}  // namespace

std::string uniqueName() {
  std::random_device random;
  std::string name;
  for (int i = 0; i < 24; ++i) name.push_back("0123456789abcdef"[random() % 16]);
  return name;
}

/// What is changed must be there. (The steps of a change pass over what is missing: they may be gone through again.)
void lookAhead(Connection& c, ModelChange& m, const tenon_cancel* cancel, Invalid& problems) {
  const Entity *before = m.entityBefore(), *after = m.entityAfter();
  if (before == nullptr || after == nullptr) return;
  const Dialect& d = c.dialect();
  const PhysicalSchema schema = readPhysicalSchema(c, cancel, m.name);
  const auto table = schema.tables.find(m.name);
  const auto missing = [](const std::string& what) {
    throw Failure(TENON_INVALID, "there is no " + what).from(TENON_FROM_BACKEND).because(TENON_REASON_NO_SUCH_OBJECT);
  };
  if (table == schema.tables.end()) missing("table " + m.name);
  m.kept = std::string(kOwnTables) + "kept_" + uniqueName();
  for (const KeptField& k : difference(*before, *after, m.renames).kept) {
    const bool definedAnew = columnDefinition(d, *k.before) != columnDefinition(d, *k.after);
    if (!definedAnew && k.before->unique == k.after->unique) continue;
    const PhysicalColumn* column = table->second.column(k.before->name);
    if (column == nullptr) missing("column " + k.before->name);
    if (isDefinedAnew(d, k) && column->computed)
      problems.add("fields[" + std::to_string(after->indexOf(k.after->name)) + "]", "该字段由数据库计算，不能修改",
                   "the database computes it: it cannot be changed");
    const bool required = (k.before->nullable && !k.before->identity) != (k.after->nullable && !k.after->identity);
    if (k.before->name != k.after->name || columnType(d, *k.before) != columnType(d, *k.after) || required)
      m.declared[k.before->name] = signatureOf(*column);
  }
}

std::vector<std::string> undoTables(Connection& c, const std::vector<ModelChange>& changes, bool force) {
  const auto tables = touching(changes);
  const Connection::Unhurried unhurried(c);
  if (!c.dialect().has(TENON_SQL_TRANSACTIONAL_DDL)) return OneByOne(c, tables, {force, true, true}).undo();
  const bool tells = std::any_of(tables.begin(), tables.end(), [](const auto& m) { return !m.declared.empty(); });
  const bool done = std::any_of(tables.begin(), tables.end(), [&](const auto& m) { return isDone(c, m, nullptr); });
  if (done || !tells) changeWithin(c, reversed(tables), {false, true, true}, nullptr);
  return {};
}

std::vector<std::string> changeTables(Connection& c, const std::vector<ModelChange>& changes, ChangeOptions options,
                                      const tenon_cancel* cancel) {
  const auto tables = touching(changes);
  // Tables may be large: the caller's patience counts, and nobody's where something is turned back or finished.
  const Connection::Unhurried unhurried(c);
  boundLockWaits(c, options.lockWait_ms, cancel);
  if (!c.dialect().has(TENON_SQL_TRANSACTIONAL_DDL)) return OneByOne(c, tables, options).run(cancel);
  changeWithin(c, tables, options, cancel);
  return {};
}

}  // namespace tenon::modeling
