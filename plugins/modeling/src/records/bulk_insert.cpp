// SPDX-License-Identifier: Apache-2.0
// Many records at once: rows that say the same columns go together, in as few statements as the driver makes of them.
#include <algorithm>
#include <map>

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

}  // namespace

/// Rows that say the same columns.
struct WriteSession::Group {
  std::vector<size_t> columns;      // of the shape, that are written
  std::vector<const Field*> given;  // by the request: what an upsert updates
  std::vector<std::vector<Value>> rows;
  std::vector<size_t> positions;  // in the request
};

void WriteSession::insertGroup(const Entity& entity, Group& group, bool upsert) {
  if (group.rows.empty()) return;
  const Dialect& d = connection_.dialect();
  const EntityShape& shape = shapes_.of(entity);
  std::vector<std::string_view> names;
  std::vector<Column> formats;
  for (const size_t c : group.columns) {
    names.push_back(shape.columns()[c]->name);
    formats.push_back({"", shape.expected().format(c)});
  }
  std::string sql = insertInto(d, entity.name, names);
  if (upsert && entity.identity() != nullptr) sql += upsertClause(d, *entity.identity(), group.given);
  RowBuilder params{Schema(std::move(formats))};
  for (const auto& row : group.rows) {
    for (size_t i = 0; i < group.columns.size(); ++i) put(params, i, row[group.columns[i]]);
    params.endRow();
  }
  // Which of the rows it is that the database refuses is only known when there is one.
  const std::string path = group.rows.size() == 1 ? "[" + std::to_string(group.positions[0]) + "]." : "[].";
  naming(entity, path, [&] { return connection_.execute(sql, &params, cancel_).affected; });
  group.rows.clear();
  group.positions.clear();
}

size_t WriteSession::insertMany(const Entity& entity, const Json& list, bool upsert) {
  const EntityShape& shape = shapes_.of(entity);
  const Field* identity = entity.identity();
  // A row of another tenant must not be updated, and only a statement of its own can see whose it is; events are of
  // single rows.
  const bool oneByOne = tracked_ || (upsert && (identity == nullptr || tenantField(entity) != nullptr ||
                                                !(connection_.dialect().has(TENON_SQL_ON_CONFLICT) ||
                                                  connection_.dialect().has(TENON_SQL_ON_DUPLICATE_KEY))));
  Invalid problems;
  std::map<std::string, Group> groups;  // by the columns that are written and given
  for (size_t i = 0; i < list.size(); ++i) {
    const std::string path = "[" + std::to_string(i) + "].";
    if (!list[i].is_object()) {
      problems.add("[" + std::to_string(i) + "]", "必须是 JSON 对象", "must be a JSON object");
    } else if (oneByOne || holdsRelations(entity, list[i])) {
      problems.raise();
      for (auto& [key, group] : groups) insertGroup(entity, group, upsert);  // in the order of the request
      upsert ? this->upsert(entity, list[i], path) : insert(entity, list[i], path);
      continue;
    } else {
      try {
        std::vector<Value> values = valuesForInsert(shape, shapes_.models(), list[i], caller_, now_ms_, path);
        std::string key(shape.columns().size() * 2, '0');
        for (size_t c = 0; c < values.size(); ++c) {
          const Field& f = *shape.columns()[c];
          key[2 * c] = !values[c].isNull() || !mayBeLeftOut(f) ? '1' : '0';
          key[2 * c + 1] = upsert && list[i].contains(f.name) ? '1' : '0';
        }
        Group& group = groups[key];
        if (group.columns.empty())
          for (size_t c = 0; c < values.size(); ++c) {
            if (key[2 * c] == '1') group.columns.push_back(c);
            if (key[2 * c + 1] == '1') group.given.push_back(shape.columns()[c]);
          }
        group.rows.push_back(std::move(values));
        group.positions.push_back(i);
        if (static_cast<int64_t>(group.rows.size()) >= kRowsAtOnce && problems.empty())
          insertGroup(entity, group, upsert);
      } catch (const Invalid& invalid) {
        for (const auto& p : invalid.problems()) problems.add(p.field, p.zh, p.en);
      }
    }
    if (problems.problems().size() >= kMostProblems) problems.raise();
  }
  problems.raise();
  for (auto& [key, group] : groups) insertGroup(entity, group, upsert);
  return list.size();
}

}  // namespace tenon::modeling
