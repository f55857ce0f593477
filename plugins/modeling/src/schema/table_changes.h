// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "journal.h"
#include "routes/answer.h"

namespace tenon::modeling {

/// Looks at the table of a change before it begins, and notes in the change what it looks like. What cannot be changed
/// is added to `problems`. Throws Failure for a table or column that is not there.
void lookAhead(Connection& connection, ModelChange& change, const tenon_cancel* cancel, Invalid& problems);

/// How a change of models is to be made.
struct ChangeOptions {
  bool force = false;             ///< values that do not fit are cut or dropped
  bool droppedOnPurpose = false;  ///< the caller named the fields that go
  bool unchecked = false;         ///< back to what it was, whatever has been written meanwhile
  std::string rows = {};          ///< the name of an import whose rows follow: without them nothing is to stay
  uint32_t lockWait_ms = 0;       ///< how long to wait for others' locks; 0: as long as the caller does
};

/// Brings the tables of all changes from wherever they stand to their new state: in one transaction where the database
/// has such for definitions, else one after the other. Rows that would lose something are looked for once more, when
/// nobody else can write any more. When it throws, the tables are what they were, but for a lost connection and
/// TENON_OUTCOME_UNKNOWN: then nobody knows how far it came, and it may be begun again. Throws Failure and Invalid.
/// Answers the names of tables with old values that could not be dropped. The session waits for locks no longer than
/// the options say from then on: it is to be replaced.
std::vector<std::string> changeTables(Connection& connection, const std::vector<ModelChange>& changes,
                                      ChangeOptions options, const tenon_cancel* cancel);

/// Brings them back to what they were before, from wherever they stand, whatever has been written meanwhile and
/// whether anybody waits or not. Throws Failure; may be begun again. Answers as changeTables().
std::vector<std::string> undoTables(Connection& connection, const std::vector<ModelChange>& changes, bool force);

/// 24 digits that no other change has, on whatever host.
std::string uniqueName();

}  // namespace tenon::modeling
