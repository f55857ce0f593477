// SPDX-License-Identifier: Apache-2.0
// Many records at once: rows that say the same columns go together, in as few statements as the driver makes of them.
#include <algorithm>
#include <map>

#include "generator.h"
#include "refusal.h"
#include "routes/answer.h"
#include "sql/insert.h"
#include "write_session.h"

namespace tenon::modeling {

namespace {

constexpr int64_t kRowsAtOnce = 4096;
constexpr size_t kMostProblems = 100;

/// A column that the database fills when it is not said: it is left out where it has no value.
bool mayBeLeftOut(const Field& f) {
  return f.isAutoIncrement() || f.hasDatabaseDefault() || f.isComputed();
}

/// Is it an update for certain? A row of which no record could be made, but whose record may be there.
bool onlyUpdates(const Entity& entity, const Json& record) {
  const Field* identity = entity.identity();
  if (identity == nullptr || !record.contains(identity->name)) return false;
  return std::any_of(entity.fields.begin(), entity.fields.end(), [&](const Field& f) {
    return f.isColumn() && !f.nullable && !f.identity && f.defaultValue.kind == DefaultValue::Kind::None &&
           !mayBeLeftOut(f) && !record.contains(f.name);
  });
}

/// Fields that an update fills and an insert does not: one statement cannot do both.
bool differsByOutcome(const Entity& entity) {
  return std::any_of(entity.fields.begin(), entity.fields.end(), [](const Field& f) {
    return refreshedOnUpdate(f) && f.defaultValue.kind != DefaultValue::Kind::Generated;
  });
}

/// " on conflict ("id") do update set ..." of the given columns.
std::string upsertClause(const Dialect& d, const Field& identity, const std::vector<const Field*>& given) {
  const bool conflict = d.has(TENON_SQL_ON_CONFLICT);
  std::string sets;
  for (const Field* f : given) {
    if (f->identity) continue;
    const std::string name = d.quoted(f->name);
    sets += (sets.empty() ? "" : ", ") + name + (conflict ? " = excluded." + name : " = values(" + name + ")");
  }
  // A row that says its identity alone changes nothing.
  if (sets.empty())
    sets =
        d.quoted(identity.name) + " = " + (conflict ? "excluded." + d.quoted(identity.name) : d.quoted(identity.name));
  return conflict ? " on conflict (" + d.quoted(identity.name) + ") do update set " + sets
                  : " on duplicate key update " + sets;
}

/// Besides the identity. "On duplicate key" would update whatever row has the value of any of them.
bool hasOtherKeys(const Entity& entity) {
  return std::any_of(entity.fields.begin(), entity.fields.end(),
                     [](const Field& f) { return f.unique && !f.identity; }) ||
         std::any_of(entity.indexes.begin(), entity.indexes.end(), [](const Index& i) { return i.unique; });
}

}  // namespace

/// Rows that say the same columns.
struct WriteSession::Group {
  std::string sql;
  std::vector<size_t> columns;  // of the shape, that are written
  RowBuilder rows;
  size_t first = 0;  // position of the first row in the request
};

/// written, given: by the shape's columns; the latter by the request, which is what an upsert updates.
WriteSession::Group WriteSession::groupOf(const Entity& entity, const std::vector<bool>& written,
                                          const std::vector<bool>& given, bool upsert) const {
  const Dialect& d = connection_.dialect();
  const EntityShape& shape = shapes_.of(entity);
  std::vector<size_t> columns;
  std::vector<std::string_view> names;
  std::vector<Column> formats;
  std::vector<const Field*> updated;
  for (size_t c = 0; c < shape.columns().size(); ++c) {
    const Field* f = shape.columns()[c];
    if (given[c]) updated.push_back(f);
    if (!written[c]) continue;
    columns.push_back(c);
    names.push_back(f->name);
    formats.push_back({"", shape.expected().format(c)});
  }
  std::string sql = insertInto(d, entity.name, names);
  if (upsert && entity.identity() != nullptr) sql += upsertClause(d, *entity.identity(), updated);
  return {std::move(sql), std::move(columns), RowBuilder(Schema(std::move(formats))), 0};
}

void WriteSession::insertGroup(const Entity& entity, Group& group) {
  if (group.rows.rows() == 0) return;
  // Which of the rows it is that the database refuses is only known when there is one.
  const std::string path = group.rows.rows() == 1 ? "[" + std::to_string(group.first) + "]." : "[].";
  models_.insert(entity.name);
  naming(entity, path, [&] { return connection_.execute(group.sql, &group.rows, cancel_).affected; });
  group.rows.reset();
}

size_t WriteSession::insertMany(const Entity& entity, Body& list, bool upsert) {
  const EntityShape& shape = shapes_.of(entity);
  const Field* identity = entity.identity();
  // A row of another tenant must not be updated, and only a statement of its own can see whose it is; events are of
  // single rows.
  const bool oneByOne =
      tracked_ || (upsert && (identity == nullptr || tenantField(entity) != nullptr || differsByOutcome(entity) ||
                              !(connection_.dialect().has(TENON_SQL_ON_CONFLICT) ||
                                (connection_.dialect().has(TENON_SQL_ON_DUPLICATE_KEY) && !hasOtherKeys(entity)))));
  Invalid problems;
  using Columns = std::vector<bool>;
  Columns written(shape.columns().size()), given(shape.columns().size());
  std::map<std::pair<Columns, Columns>, Group> groups;  // by the columns that are written and given
  list.rewind();
  size_t i = 0;
  for (const Json* record = list.next(); record != nullptr; record = list.next(), ++i) {
    const std::string path = "[" + std::to_string(i) + "].";
    if (!record->is_object()) {
      problems.add("[" + std::to_string(i) + "]", "必须是 JSON 对象", "must be a JSON object");
    } else if (oneByOne || holdsRelations(entity, *record) || (upsert && onlyUpdates(entity, *record))) {
      problems.raise();
      for (auto& [key, group] : groups) insertGroup(entity, group);  // in the order of the request
      upsert ? this->upsert(entity, *record, path) : insert(entity, *record, path);
      continue;
    } else {
      try {
        std::vector<Value> values = valuesForInsert(shape, shapes_.models(), *record, caller_, now_ms_, path);
        for (size_t c = 0; c < values.size(); ++c) {
          const Field& f = *shape.columns()[c];
          written[c] = !values[c].isNull() || !mayBeLeftOut(f);
          given[c] = upsert && (record->contains(f.name) || refreshedOnUpdate(f)) && !f.isComputed();
        }
        auto at = groups.find({written, given});
        if (at == groups.end())
          at = groups.emplace(std::pair(written, given), groupOf(entity, written, given, upsert)).first;
        Group& group = at->second;
        if (group.rows.rows() == 0) group.first = i;
        if (identity != nullptr) {
          const Value& id = values[shape.columnOf(identity->name)];
          id.isNull() ? advanceCounter(entity) : noteGiven(entity, id);
        }
        for (size_t c = 0; c < group.columns.size(); ++c) put(group.rows, c, values[group.columns[c]]);
        group.rows.endRow();
        if (group.rows.rows() >= kRowsAtOnce && problems.empty()) insertGroup(entity, group);
      } catch (const Invalid& invalid) {
        for (const auto& p : invalid.problems()) problems.add(p.field, p.zh, p.en);
      }
    }
    if (problems.problems().size() >= kMostProblems) problems.raise();
  }
  problems.raise();
  for (auto& [key, group] : groups) insertGroup(entity, group);
  return i;
}

}  // namespace tenon::modeling
