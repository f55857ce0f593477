// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace tenon::postgresql {

/// What can be told of a statement without its tables: the server's lexical rules, applied once to each text.
struct SqlText {
  uint32_t parameters = 0;  ///< the highest $n outside of strings, names and comments
  /// It looks like a query that changes nothing, so that stopping it undoes nothing.
  bool onlyReads = false;
};

SqlText readSql(std::string_view sql);

/// "insert into T (a, b) values ($1, $2)" and nothing else.
struct PlainInsert {
  std::string_view head;  ///< up to and with "values"
  uint32_t columns = 0;
};

std::optional<PlainInsert> plainInsert(std::string_view sql);

}  // namespace tenon::postgresql
