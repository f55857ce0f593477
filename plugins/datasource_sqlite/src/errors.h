// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sqlite3.h>

#include "tenon/error.hpp"

namespace tenon::sqlite {

/// The Failure for what SQLite answered last on `db`. Never holds a bound value.
Failure failureOf(sqlite3* db, int code);

/// Throws it unless `code` is SQLITE_OK.
inline void checked(sqlite3* db, int code) {
  if (code != SQLITE_OK) throw failureOf(db, code);
}

}  // namespace tenon::sqlite
