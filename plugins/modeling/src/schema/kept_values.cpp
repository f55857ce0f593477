// SPDX-License-Identifier: Apache-2.0
#include "kept_values.h"

#include <algorithm>

#include "sync/physical.h"

namespace tenon::modeling {

KeptValues::KeptValues(Connection& connection, const TableChange& change, std::string name, bool force, bool alone)
    : connection_(connection),
      change_(change),
      name_(std::move(name)),
      rewrites_(rewritesOf(connection.dialect(), change, force)) {
  const Dialect& d = connection.dialect();
  if (!d.has(TENON_SQL_ALTER_LIST) || change.before == nullptr || change.after == nullptr ||
      change.before->identity() == nullptr || (rewrites_.empty() && alone))
    return;
  for (const auto& r : rewrites_) columns_.push_back({r.field, r.condition});
  for (const KeptField& k : difference(*change.before, *change.after, change.renames).kept)
    if (!isWidening(*k.before, *k.after))  // on their way there and back they may get another form
      columns_.push_back({k.before, d.quoted(k.before->name) + " is not null"});
}

void KeptValues::rewrite(const tenon_cancel* cancel) {
  const Dialect& d = connection_.dialect();
  if (!columns_.empty())
    connection_.execute("create table if not exists " + d.quoted(name_) + " like " + d.quoted(change_.before->name),
                        nullptr, cancel);
  if (columns_.empty() && rewrites_.empty()) return;
  Transaction tx(connection_, cancel);
  if (!columns_.empty()) save(cancel);
  for (const auto& r : rewrites_) connection_.execute(statementOf(d, change_, r), nullptr, cancel);
  tx.commit();
}

/// Rows that are kept already stay what they were.
void KeptValues::save(const tenon_cancel* cancel) {
  const Dialect& d = connection_.dialect();
  const std::string &table = change_.before->name, id = d.quoted(change_.before->identity()->name);
  std::string names, conditions;
  const PhysicalSchema schema = readPhysicalSchema(connection_, cancel, table);
  for (const auto& c : schema.tables.at(table).columns)
    if (!c.computed) names += (names.empty() ? "" : ", ") + d.quoted(c.name);
  for (const auto& c : columns_) conditions += (conditions.empty() ? "" : " or ") + ("(" + c.condition + ")");
  connection_.execute("insert into " + d.quoted(name_) + " (" + names + ") select " + names + " from " +
                          d.quoted(table) + " where (" + conditions + ") and " + id + " not in (select " + id +
                          " from " + d.quoted(name_) + ")",
                      nullptr, cancel);
}

void KeptValues::restore() {
  const PhysicalSchema schema = readPhysicalSchema(connection_, nullptr, name_);
  if (columns_.empty() || schema.tables.empty()) return;
  const Dialect& d = connection_.dialect();
  const std::string table = d.quoted(change_.before->name), kept = d.quoted(name_);
  const std::string id = d.quoted(change_.before->identity()->name);
  std::string values;
  for (auto c = columns_.begin(); c != columns_.end(); ++c) {
    if (std::any_of(columns_.begin(), c, [&](const auto& earlier) { return earlier.field == c->field; })) continue;
    const std::string column = d.quoted(c->field->name);
    values += (values.empty() ? "" : ", ") + column + " = (select " + kept + "." + column + " from " + kept +
              " where " + kept + "." + id + " = " + table + "." + id + ")";
  }
  Transaction tx(connection_, nullptr);
  connection_.execute(
      "update " + table + " set " + values + " where " + id + " in (select " + id + " from " + kept + ")", nullptr,
      nullptr);
  tx.commit();
}

void KeptValues::drop() {
  if (columns_.empty()) return;
  connection_.execute("drop table if exists " + connection_.dialect().quoted(name_), nullptr, nullptr);
}

}  // namespace tenon::modeling
