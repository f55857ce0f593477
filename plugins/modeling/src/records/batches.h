// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string_view>
#include <type_traits>
#include <vector>

#include "source/connection.h"

namespace tenon::modeling {

/// All rows of a statement, in memory: its connection is free for others.
struct Batches {
  Schema schema;  ///< as delivered
  std::vector<BatchView> batches;
};

/// Reads what is left of the rows. Throws Invalid past `budget` rows, which it lowers.
Batches drained(Rows rows, uint64_t& budget);

/// Runs a query and reads its rows. A stored value that is not of its column's type spoils nothing: its column is read
/// again as texts. asked: the columns. params: Connection::Params or RowBuilder.
template <class Params>
Batches readAll(Connection& connection, std::string_view sql, Params& params, const Schema& asked,
                const tenon_cancel* cancel, uint64_t& budget, QueryLimits limits = {}) {
  const uint64_t had = budget;
  Schema expected = asked;
  const auto query = [&] {
    if constexpr (std::is_same_v<Params, RowBuilder>)
      return connection.query(sql, &params, &expected, cancel, limits);
    else
      return connection.query(sql, params, &expected, cancel, limits);
  };
  for (size_t tries = 0;; ++tries) {
    try {
      return drained(query(), budget);
    } catch (const Failure& f) {
      size_t column = 0;
      while (column < expected.size() && expected.name(column) != f.object()) ++column;
      if (f.reason() != TENON_REASON_TYPE || f.objectKind() != TENON_OBJECT_COLUMNS || column == expected.size() ||
          tries >= expected.size())
        throw;
      std::vector<Column> looser;
      for (size_t i = 0; i < expected.size(); ++i)
        looser.push_back({expected.name(i), i == column ? "u" : expected.format(i)});
      expected = Schema(std::move(looser));
      budget = had;
    }
  }
}

}  // namespace tenon::modeling
