// SPDX-License-Identifier: Apache-2.0
#include "migrate.h"

#include <algorithm>
#include <optional>
#include <string>

#include "sql/ddl.h"

namespace tenon::modeling {

namespace {

/// One text column of a description.
std::vector<std::string> described(Connection& c, uint32_t kind, const std::string& table, size_t column,
                                   const tenon_cancel* cancel) {
  std::vector<std::string> out;
  Rows rows = c.describe(kind, table, cancel);
  while (rows.next())
    for (int64_t r = 0; r < rows.batch().rows(); ++r) out.emplace_back(rows.batch()[column].text(r));
  return out;
}

bool has(const std::vector<std::string>& list, const std::string& one) {
  return std::find(list.begin(), list.end(), one) != list.end();
}

std::vector<std::string> statementsFor(Connection& c, const Entity& entity, const tenon_cancel* cancel) {
  const auto columns = described(c, TENON_DESCRIBE_COLUMNS, entity.name, 2, cancel);
  if (columns.empty()) return createTable(c.dialect(), entity, true);
  std::vector<std::string> out;
  for (const auto& f : entity.fields)
    if (f.isColumn() && !has(columns, f.name))
      for (auto& statement : addColumn(c.dialect(), entity, f)) out.push_back(std::move(statement));
  const auto indexes = described(c, TENON_DESCRIBE_INDEXES, entity.name, 1, cancel);
  for (const auto& index : entity.indexes)
    if (!has(indexes, index.name)) out.push_back(createIndex(c.dialect(), entity, index));
  return out;
}

}  // namespace

void bringUpToDate(Connection& connection, const std::vector<Model>& models, const tenon_cancel* cancel) {
  std::optional<Transaction> tx;
  if (connection.dialect().has(TENON_SQL_TRANSACTIONAL_DDL)) tx.emplace(connection, cancel);
  for (const auto& model : models)
    if (const auto* entity = std::get_if<Entity>(&model))
      for (const auto& statement : statementsFor(connection, *entity, cancel))
        connection.execute(statement, nullptr, cancel);
  if (tx) tx->commit();
}

}  // namespace tenon::modeling
