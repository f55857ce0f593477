// SPDX-License-Identifier: Apache-2.0
#pragma once

struct sqlite3;

namespace tenon::sqlite {

/// Gives a handle a sum() that does not fail where SQLite's own does: whole numbers past 64 bits are answered exactly,
/// as the text of their digits, which is what other databases answer. All else is as SQLite does it. Throws Failure.
void addExactSum(sqlite3* db);

}  // namespace tenon::sqlite
