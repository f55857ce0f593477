// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sqlite3.h>

#include "tenon/row_builder.hpp"
#include "tenon/row_reader.hpp"

namespace tenon::sqlite {

/// Puts the cell `column` of the statement's current row into the builder, as the builder's column wants it.
/// Throws Failure(REASON_TYPE), naming the column, when the stored value is not of that kind.
void deliver(sqlite3_stmt* statement, int column, RowBuilder& out);

/// Binds row `row` of a batch of parameters. keep: SQLite copies the values, because the statement lives
/// longer than the batch.
void bind(sqlite3* db, sqlite3_stmt* statement, const Schema& schema, const ArrowArray& batch, int64_t row, bool keep);

}  // namespace tenon::sqlite
