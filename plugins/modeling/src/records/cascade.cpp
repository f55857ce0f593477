// SPDX-License-Identifier: Apache-2.0
#include "cascade.h"

#include <algorithm>

#include "model/field_type.h"
#include "routes/answer.h"
#include "write_values.h"

namespace tenon::modeling {

namespace {

constexpr size_t kKeysAtOnce = 500;
constexpr size_t kMostRecords = 1000000;  // of one deletion: their identities are held

std::string keyText(const Value& v) {
  return v.kind == Value::Kind::Text     ? v.text
         : v.kind == Value::Kind::Double ? std::to_string(v.number)
                                         : std::to_string(v.integer);
}

}  // namespace

Cascade::Node& Cascade::nodeOf(const Entity& entity) {
  const auto [it, fresh] = nodes_.try_emplace(&entity);
  Node& node = it->second;
  if (!fresh) return node;
  if (entity.identity() != nullptr) node.columns.push_back(entity.identity());
  for (const Field& f : entity.fields) {
    if (f.isColumn() || !f.cascadeDelete) continue;
    const Entity* child = shapes_.models().entity(f.from);
    const Field* local = f.localField.empty() ? entity.identity() : entity.field(f.localField);
    const Field* foreign = child == nullptr || f.foreignField.empty() ? nullptr : child->field(f.foreignField);
    if (local == nullptr || foreign == nullptr || foreign->identity) continue;
    const auto at = std::find(node.columns.begin(), node.columns.end(), local);
    node.links.push_back({child, static_cast<size_t>(at - node.columns.begin()), foreign});
    if (at == node.columns.end()) node.columns.push_back(local);
  }
  return node;
}

/// The records of a condition that have not been seen. One without an identity cannot be told from others: nothing
/// leads on from it, and it is deleted with those of its key.
void Cascade::read(const Entity& entity, SqlText where, std::vector<Found>& out) {
  const Dialect& d = connection_.dialect();
  Node& node = nodeOf(entity);
  std::string sql;
  std::vector<Column> columns;
  for (const Field* f : node.columns) {
    sql += (sql.empty() ? "select " : ", ") + d.quoted(f->name);
    columns.push_back({f->name, arrowFormat(*f)});
  }
  const Schema expected{std::move(columns)};
  RowBuilder params = parameters(where.values);
  const char* lock = d.text(&tenon_dialect::for_update);  // they must not get another owner meanwhile
  sql += " from " + d.quoted(entity.name) + where.text + (lock != nullptr ? lock : "");
  Rows rows = connection_.query(sql, &params, &expected, cancel_);
  Found found{&entity, {}};
  while (rows.next())
    for (int64_t r = 0; r < rows.batch().rows(); ++r) {
      std::vector<Value> values;
      for (size_t i = 0; i < node.columns.size(); ++i)
        values.push_back(cellValue(rows.batch()[i], arrowFormat(*node.columns[i]), r));
      if (!node.seen.insert(keyText(values[0])).second) continue;
      if (++records_ > kMostRecords)
        throw Invalid("id", "级联删除的记录过多", "the deletion takes too many records with it");
      node.ids.push_back(values[0]);
      found.rows.push_back(std::move(values));
    }
  if (!found.rows.empty()) out.push_back(std::move(found));
}

void Cascade::follow(const Found& found, std::vector<Found>& out) {
  const Dialect& d = connection_.dialect();
  for (const Link& link : nodeOf(*found.entity).links) {
    std::vector<const Value*> keys;
    for (const auto& row : found.rows)
      if (!row[link.local].isNull()) keys.push_back(&row[link.local]);
    for (size_t from = 0; from < keys.size(); from += kKeysAtOnce) {
      SqlText where{" where " + d.quoted(link.foreign->name), {}};
      appendIn(where, d, from, kKeysAtOnce, keys.size(), [&](size_t i) { return *keys[i]; });
      appendTenant(where, d, *link.child, {}, tenant_);
      if (link.child->identity() != nullptr) {
        read(*link.child, std::move(where), out);
        continue;
      }
      RowBuilder params = parameters(where.values);
      connection_.execute("delete from " + d.quoted(link.child->name) + where.text, &params, cancel_);
    }
  }
}

/// Entities below come first.
void Cascade::order(const Entity& entity, std::unordered_set<const Entity*>& visited, std::vector<Doomed>& out) {
  if (!visited.insert(&entity).second) return;
  Node& node = nodeOf(entity);
  for (const Link& link : node.links)
    if (link.child->identity() != nullptr) order(*link.child, visited, out);
  std::reverse(node.ids.begin(), node.ids.end());
  if (!node.ids.empty()) out.push_back({&entity, std::move(node.ids)});
}

std::vector<Cascade::Doomed> Cascade::from(const Entity& entity, const Value& id) {
  SqlText where;
  appendIdentity(where, connection_.dialect(), entity, id, {}, tenant_);
  std::vector<Found> level;
  read(entity, std::move(where), level);
  while (!level.empty()) {
    std::vector<Found> next;
    for (const Found& found : level) follow(found, next);
    level = std::move(next);
  }
  std::vector<Doomed> out;
  std::unordered_set<const Entity*> visited;
  order(entity, visited, out);
  return out;
}

}  // namespace tenon::modeling
