// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "source/connection.h"

namespace tenon::modeling {

struct PhysicalColumn {
  std::string name;
  int32_t logical = 0;  ///< TENON_TYPE_*
  std::optional<int64_t> length, precision, scale;
  bool nullable = true, generated = false;
  std::optional<std::string> standard;           ///< default, when it is a constant
  int64_t keyOrdinal = 0;                        ///< place in the primary key, 0 = none
  std::optional<std::string> defaultExpression;  ///< default, when it is no constant
  bool computed = false;                         ///< by the database, from other columns
  std::string declared;                          ///< its type as the database spells it
  std::string attributes = {};                   ///< what else a definition of it must say for nothing to be lost
};

struct PhysicalIndex {
  std::string name;
  bool unique = false;
  std::vector<std::pair<std::string, bool>> columns;  ///< name, descending
  bool ofConstraint = false;                          ///< SQLite's, for a key that the table's own text declares
};

/// Of one column: composite ones are left out, because a relation joins one field to one field.
struct PhysicalReference {
  std::string table, column, targetTable, targetColumn;
};

struct PhysicalTable {
  std::string name;
  std::optional<std::string> comment;
  std::vector<PhysicalColumn> columns;
  std::vector<PhysicalIndex> indexes;

  const PhysicalColumn* column(const std::string& n) const;
  /// No two rows share a value of this column.
  bool isUnique(const std::string& column) const;
};

/// Tables that the platform itself keeps in a datasource begin so: they are no models.
inline constexpr std::string_view kOwnTables = "tenon_own_";

/// A database's tables (without views) as its driver describes them, by name.
struct PhysicalSchema {
  std::map<std::string, PhysicalTable> tables;
  std::vector<PhysicalReference> references;  ///< in order of table and constraint
};

/// table: one table by its exact name, or empty for all but the platform's own.
PhysicalSchema readPhysicalSchema(Connection& connection, const tenon_cancel* cancel, std::string_view table = {});
std::vector<std::string> readTableNames(Connection& connection, const tenon_cancel* cancel);

}  // namespace tenon::modeling
