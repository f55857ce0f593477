// SPDX-License-Identifier: Apache-2.0
#include "physical.h"

#include <algorithm>
#include <tuple>

#include "sql/key_names.h"

namespace tenon::modeling {

namespace {

template <class Fn>
void eachRow(Rows rows, Fn&& fn) {
  while (rows.next())
    for (int64_t r = 0; r < rows.batch().rows(); ++r) fn(rows.batch(), r);
}

bool isOwn(std::string_view table) {
  return table.substr(0, kOwnTables.size()) == kOwnTables;
}

std::string textAt(const BatchView& b, size_t column, int64_t row) {
  return std::string(b[column].text(row));
}
std::optional<int64_t> numberAt(const BatchView& b, size_t column, int64_t row) {
  return b[column].isNull(row) ? std::nullopt : std::optional(b[column].i64(row));
}

/// SQLite numbers the keys that a table's text declares, and anew when one goes. They are called as the platform calls
/// its own, unless an index has that name already.
void nameConstraints(PhysicalTable& table) {
  for (PhysicalIndex& i : table.indexes) {
    i.ofConstraint = i.name.starts_with("sqlite_autoindex_");
    if (!i.ofConstraint) continue;
    std::vector<std::string> columns;
    for (const auto& [column, descending] : i.columns) columns.push_back(column);
    std::string name = uniqueKeyName(table.name, std::move(columns));
    if (std::none_of(table.indexes.begin(), table.indexes.end(), [&](const auto& x) { return x.name == name; }))
      i.name = std::move(name);
  }
}

void readReferences(Connection& connection, const tenon_cancel* cancel, PhysicalSchema& schema) {
  std::map<std::pair<std::string, std::string>, int> width;
  std::vector<std::pair<std::string, PhysicalReference>> all;  // with their constraint's name
  eachRow(connection.describe(TENON_DESCRIBE_FOREIGN_KEYS, {}, cancel), [&](const BatchView& b, int64_t r) {
    all.push_back({textAt(b, 1, r), {textAt(b, 0, r), textAt(b, 3, r), textAt(b, 4, r), textAt(b, 5, r)}});
    ++width[{all.back().second.table, all.back().first}];
  });
  for (auto& [constraint, reference] : all)
    if (width[{reference.table, constraint}] == 1) schema.references.push_back(std::move(reference));
  std::sort(schema.references.begin(), schema.references.end(), [](const auto& a, const auto& b) {
    return std::tie(a.table, a.column, a.targetTable, a.targetColumn) <
           std::tie(b.table, b.column, b.targetTable, b.targetColumn);
  });
}

}  // namespace

const PhysicalColumn* PhysicalTable::column(const std::string& n) const {
  const auto it = std::find_if(columns.begin(), columns.end(), [&](const auto& c) { return c.name == n; });
  return it == columns.end() ? nullptr : &*it;
}

bool PhysicalTable::isUnique(const std::string& n) const {
  const auto keys = std::count_if(columns.begin(), columns.end(), [](const auto& c) { return c.keyOrdinal > 0; });
  const PhysicalColumn* c = column(n);
  if (c != nullptr && c->keyOrdinal > 0 && keys == 1) return true;
  return std::any_of(indexes.begin(), indexes.end(),
                     [&](const auto& i) { return i.unique && i.columns.size() == 1 && i.columns[0].first == n; });
}

std::vector<std::string> readTableNames(Connection& connection, const tenon_cancel* cancel) {
  std::vector<std::string> out;
  eachRow(connection.describe(TENON_DESCRIBE_TABLES, {}, cancel), [&](const BatchView& b, int64_t r) {
    if (b[1].text(r) == "table" && !isOwn(b[0].text(r))) out.push_back(textAt(b, 0, r));
  });
  return out;
}

PhysicalSchema readPhysicalSchema(Connection& connection, const tenon_cancel* cancel, std::string_view table) {
  PhysicalSchema schema;
  eachRow(connection.describe(TENON_DESCRIBE_TABLES, table, cancel), [&](const BatchView& b, int64_t r) {
    if (b[1].text(r) != "table" || (table.empty() && isOwn(b[0].text(r)))) return;
    PhysicalTable& t = schema.tables[textAt(b, 0, r)];
    t.name = textAt(b, 0, r);
    if (!b[2].isNull(r)) t.comment = textAt(b, 2, r);
  });
  eachRow(connection.describe(TENON_DESCRIBE_COLUMNS, table, cancel), [&](const BatchView& b, int64_t r) {
    const auto it = schema.tables.find(textAt(b, 0, r));
    if (it == schema.tables.end()) return;
    PhysicalColumn c;
    c.name = textAt(b, 2, r);
    c.logical = static_cast<int32_t>(b[3].i64(r));
    c.declared = b[4].text(r);
    c.length = numberAt(b, 5, r);
    c.precision = numberAt(b, 6, r);
    c.scale = numberAt(b, 7, r);
    c.nullable = b[8].boolean(r);
    if (!b[9].isNull(r)) c.standard = textAt(b, 9, r);
    c.generated = b[10].boolean(r);
    c.keyOrdinal = b[11].i64(r);
    if (b.columns() > 13 && !b[13].isNull(r)) c.defaultExpression = textAt(b, 13, r);
    c.computed = b.columns() > 14 && b[14].boolean(r);
    if (b.columns() > 15 && !b[15].isNull(r)) c.attributes = textAt(b, 15, r);
    it->second.columns.push_back(std::move(c));
  });
  eachRow(connection.describe(TENON_DESCRIBE_INDEXES, table, cancel), [&](const BatchView& b, int64_t r) {
    const auto it = schema.tables.find(textAt(b, 0, r));
    if (it == schema.tables.end()) return;
    auto& indexes = it->second.indexes;
    const std::string name = textAt(b, 1, r);
    if (indexes.empty() || indexes.back().name != name) indexes.push_back({name, b[5].boolean(r), {}, false});
    indexes.back().columns.emplace_back(textAt(b, 3, r), b[4].boolean(r));
  });
  for (auto& [name, t] : schema.tables) nameConstraints(t);
  if (table.empty()) readReferences(connection, cancel, schema);
  return schema;
}

}  // namespace tenon::modeling
