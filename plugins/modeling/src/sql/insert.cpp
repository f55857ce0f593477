// SPDX-License-Identifier: Apache-2.0
#include "insert.h"

namespace tenon::modeling {

std::string insertInto(const Dialect& dialect, std::string_view table, const std::vector<std::string_view>& columns) {
  std::string sql = "insert into ", marks;
  dialect.identifier(sql, table);
  if (columns.empty()) return sql + " " + dialect.raw()->insert_defaults;
  uint32_t n = 0;
  for (const auto column : columns) {
    sql += n > 0 ? ", " : " (";
    if (n > 0) marks += ", ";
    dialect.identifier(sql, column);
    dialect.parameter(marks, ++n);
  }
  return sql.append(") values (").append(marks).append(")");
}

std::string insertInto(const Dialect& dialect, std::string_view table, const Schema& columns) {
  std::vector<std::string_view> names;
  for (size_t i = 0; i < columns.size(); ++i) names.push_back(columns.name(i));
  return insertInto(dialect, table, names);
}

}  // namespace tenon::modeling
