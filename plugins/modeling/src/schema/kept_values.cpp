// SPDX-License-Identifier: Apache-2.0
#include "kept_values.h"

#include <algorithm>

#include "sync/physical.h"

namespace tenon::modeling {

std::vector<AtStake> rowsAtStake(const Dialect& d, const TableChange& change, bool force, bool alone) {
  std::vector<AtStake> out;
  if (!d.has(TENON_SQL_ALTER_LIST) || change.before == nullptr || change.after == nullptr) return out;
  const auto rewrites = rewritesOf(d, change, force);
  const EntityDifference diff = difference(*change.before, *change.after, change.renames);
  // Truth values are spelled after the table has changed, which may fail on its own.
  const bool spells = std::any_of(diff.kept.begin(), diff.kept.end(), [](const KeptField& k) {
    return k.before->type == FieldType::Boolean && isText(k.after->type);
  });
  for (const auto& r : rewrites) out.push_back({r.field->name, r.condition});
  if (alone && !spells) return out;
  const auto hasValue = [&](const Field& f) { out.push_back({f.name, d.quoted(f.name) + " is not null"}); };
  for (const KeptField& k : diff.kept)
    if (!isWidening(*k.before, *k.after)) hasValue(*k.before);  // on its way there and back it may get another form
  for (const Field* f : diff.dropped) hasValue(*f);
  return out;
}

KeptValues::KeptValues(Connection& connection, const TableChange& change, std::string name, bool force, bool alone)
    : connection_(connection), change_(change), name_(std::move(name)) {
  const Dialect& d = connection.dialect();
  rewrites_ = rewritesOf(d, change, force);
  if (change.before != nullptr && change.before->identity() != nullptr) atStake_ = rowsAtStake(d, change, force, alone);
}

/// "`a`, `b`": all columns but those that the database computes.
std::string KeptValues::storedColumns(const std::string& of, const tenon_cancel* cancel) {
  const PhysicalSchema schema = readPhysicalSchema(connection_, cancel, of);
  std::string names;
  for (const auto& c : schema.tables.at(of).columns)
    if (!c.computed) names += (names.empty() ? "" : ", ") + connection_.dialect().quoted(c.name);
  return names;
}

/// Not "like" the table: its other keys and its counter would have their own opinion of the rows. Nor "as select",
/// which TiDB does not know.
void KeptValues::make(const tenon_cancel* cancel) {
  if (!isNeeded()) return;
  const std::string& of = change_.before->name;
  const PhysicalSchema schema = readPhysicalSchema(connection_, cancel, of);
  std::string columns;
  for (const auto& c : schema.tables.at(of).columns)
    if (!c.computed)
      columns += connection_.dialect().quoted(c.name) + " " + c.declared +
                 (c.name == change_.before->identity()->name ? " not null, " : " null, ");
  connection_.execute("create table if not exists " + own() + " (" + columns + "primary key (" + identity() + "))" +
                          connection_.dialect().raw()->table_suffix,
                      nullptr, cancel);
}

std::string KeptValues::lockStatement() const {
  return "lock tables " + table() + " write" +
         (isNeeded() ? ", " + own() + " write, " + own() + " as seen write" : std::string());
}

/// Each statement commits by itself; rows that are kept already stay what they were.
void KeptValues::rewrite(const tenon_cancel* cancel) {
  if (isNeeded()) {
    const std::string names = storedColumns(change_.before->name, cancel);
    std::string any;
    for (const auto& c : atStake_) any += (any.empty() ? "(" : " or (") + c.condition + ")";
    connection_.execute("insert into " + own() + " (" + names + ") select " + names + " from " + table() + " where (" +
                            any + ") and " + identity() + " not in (select " + identity() + " from " + own() + " seen)",
                        nullptr, cancel);
  }
  for (const auto& r : rewrites_) connection_.execute(statementOf(connection_.dialect(), change_, r), nullptr, cancel);
}

/// With those that the database sets by itself, so that none keeps the time of a change that did not happen. Rows that
/// are what they were are not written: a trigger that refused the change refuses that as well.
void KeptValues::restore() {
  if (!isNeeded()) return;
  const PhysicalSchema schema = readPhysicalSchema(connection_, nullptr, name_);
  const PhysicalSchema now = readPhysicalSchema(connection_, nullptr, change_.before->name);
  if (schema.tables.empty() || now.tables.empty()) return;
  const Dialect& d = connection_.dialect();
  std::string values, differing;
  for (const auto& c : now.tables.begin()->second.columns) {
    const bool stake =
        std::any_of(atStake_.begin(), atStake_.end(), [&](const AtStake& a) { return a.column == c.name; });
    if (c.computed || (!stake && c.attributes.find("on update ") == std::string::npos)) continue;
    const std::string column = "." + d.quoted(c.name);
    values += (values.empty() ? "" : ", ") + table() + column + " = " + own() + column;
    // Most collations take texts for equal that are not.
    const bool isTextual = c.logical == TENON_TYPE_STRING || c.logical == TENON_TYPE_TEXT;
    const char *open = isTextual ? "cast(" : "", *close = isTextual ? " as binary)" : "";
    differing += (differing.empty() ? "not (" : " or not (") + (open + table()) + column + close + " <=> " + open +
                 own() + column + close + ")";
  }
  connection_.execute("update " + table() + " join " + own() + " on " + own() + "." + identity() + " = " + table() +
                          "." + identity() + " set " + values + " where " + differing,
                      nullptr, nullptr);
}

void KeptValues::drop() {
  if (isNeeded()) connection_.execute("drop table if exists " + own(), nullptr, nullptr);
}

}  // namespace tenon::modeling
