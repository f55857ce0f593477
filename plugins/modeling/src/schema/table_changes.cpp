// SPDX-License-Identifier: Apache-2.0
#include "table_changes.h"

#include <algorithm>
#include <random>

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
  c.execute(begin, nullptr, cancel);
  const auto end = [&] { c.execute(d.text(&tenon_dialect::rebuild_end), nullptr, nullptr); };
  try {
    body();
  } catch (...) {
    end();
    throw;
  }
  end();
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
    return column == nullptr || column->declared != was.second;
  });
}

/// All tables in one transaction.
void changeWithin(Connection& c, const std::vector<ModelChange>& changes, bool force, const tenon_cancel* cancel) {
  if (std::any_of(changes.begin(), changes.end(), [&](const auto& m) { return isDone(c, m, cancel); })) return;
  const bool rebuilds = std::any_of(changes.begin(), changes.end(),
                                    [&](const auto& m) { return needsRebuild(c.dialect(), tableChangeOf(m)); });
  aroundRebuild(c, rebuilds, cancel, [&] {
    Transaction tx(c, cancel);
    for (const auto& m : changes) {
      const TableChange change = tableChangeOf(m);
      for (const auto& r : rewritesOf(c.dialect(), change, force))
        c.execute(statementOf(c.dialect(), change, r), nullptr, cancel);
      changeTable(c, change, cancel);
    }
    tx.commit();
  });
}

/// One table after the other; when one fails, it and those before it are turned back.
class OneByOne {
 public:
  OneByOne(Connection& c, const std::vector<ModelChange>& changes, bool force) : connection_(c), changes_(changes) {
    for (const auto& m : changes) tables_.push_back(tableChangeOf(m));
    for (size_t i = 0; i < changes.size(); ++i)
      kept_.emplace_back(c, tables_[i], changes[i].kept, force, changes.size() == 1);
  }

  void run(const tenon_cancel* cancel) {
    size_t at = 0;
    try {
      for (; at < changes_.size(); ++at) {
        if (!isDone(connection_, changes_[at], cancel)) kept_[at].rewrite(cancel);
        changeTable(connection_, tables_[at], cancel);
      }
    } catch (const Failure& f) {
      if (mayHaveHappened(f) || connection_.broken()) throw;
      turnBack(at, f);
      throw;
    }
    for (auto& k : kept_) k.drop();
  }

 private:
  /// Not under the caller's token: what was begun is undone also when nobody waits any more.
  void turnBack(size_t failed, const Failure& why) {
    try {
      for (size_t i = failed + 1; i-- > 0;) {
        // The one that failed is one statement, which was refused; but what follows that may have failed too.
        const bool begun = i < failed || isDone(connection_, changes_[i], nullptr);
        const TableChange back = tables_[i].inverse();
        if (begun) {
          for (const auto& r : rewritesOf(connection_.dialect(), back, false))
            connection_.execute(statementOf(connection_.dialect(), back, r), nullptr, nullptr);
          changeTable(connection_, back, nullptr);
        }
        kept_[i].restore();
      }
      for (auto& k : kept_) k.drop();
    } catch (const Failure& f) {
      throw Failure(TENON_OUTCOME_UNKNOWN,
                    std::string(why.what()) + "; and the change could not be turned back yet: " + f.what());
    }
  }

  Connection& connection_;
  const std::vector<ModelChange>& changes_;
  std::vector<TableChange> tables_;
  std::vector<KeptValues> kept_;  // one for each table
};

/// A name that no other change uses, on whatever host.
std::string nameOfKept() {
  std::random_device random;
  std::string name(kOwnTables);
  name += "kept_";
  for (int i = 0; i < 24; ++i) name.push_back("0123456789abcdef"[random() % 16]);
  return name;
}

}  // namespace

bool mayHaveHappened(const Failure& f) noexcept {
  return f.reason() == TENON_REASON_CONNECTION || f.code() == TENON_OUTCOME_UNKNOWN;
}

/// What is changed must be there. (The steps of a change pass over what is missing: they may be gone through again.)
void lookAhead(Connection& c, ModelChange& m, const tenon_cancel* cancel) {
  const Entity *before = m.entityBefore(), *after = m.entityAfter();
  if (before == nullptr || after == nullptr) return;
  const Dialect& d = c.dialect();
  const PhysicalSchema schema = readPhysicalSchema(c, cancel, m.name);
  const auto table = schema.tables.find(m.name);
  const auto missing = [](const std::string& what) {
    throw Failure(TENON_INVALID, "there is no " + what).from(TENON_FROM_BACKEND).because(TENON_REASON_NO_SUCH_OBJECT);
  };
  if (table == schema.tables.end()) missing("table " + m.name);
  m.kept = nameOfKept();
  for (const KeptField& k : difference(*before, *after, m.renames).kept) {
    const bool definedAnew = columnDefinition(d, *k.before) != columnDefinition(d, *k.after);
    if (!definedAnew && k.before->unique == k.after->unique) continue;
    const PhysicalColumn* column = table->second.column(k.before->name);
    if (column == nullptr) missing("column " + k.before->name);
    if (k.before->name != k.after->name || columnType(d, *k.before) != columnType(d, *k.after))
      m.declared[k.before->name] = column->declared;
  }
}

void changeTables(Connection& c, const std::vector<ModelChange>& changes, bool force, const tenon_cancel* cancel) {
  std::vector<ModelChange> tables;
  for (const auto& m : changes)
    if (m.touchesTable()) tables.push_back(m);
  if (c.dialect().has(TENON_SQL_TRANSACTIONAL_DDL))
    changeWithin(c, tables, force, cancel);
  else
    OneByOne(c, tables, force).run(cancel);
}

}  // namespace tenon::modeling
