// SPDX-License-Identifier: Apache-2.0
#pragma once

struct sqlite3;

namespace tenon::sqlite {

/// Gives a handle the function behind SQLite's REGEXP operator, which SQLite leaves to its host. RE2's syntax: it
/// matches in time linear in the text, whatever the pattern, and in bounded memory. Throws Failure.
void addRegexp(sqlite3* db);

}  // namespace tenon::sqlite
