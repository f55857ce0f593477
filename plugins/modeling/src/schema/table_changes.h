// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "journal.h"

namespace tenon::modeling {

/// What the table of a change looks like before it begins, as isDone() needs it later on.
void lookAhead(Connection& connection, ModelChange& change, const tenon_cancel* cancel);

/// Brings the tables of all changes from wherever they stand to their new state: in one transaction where the database
/// has such for definitions, else one after the other. When it throws, they are what they were, but for a lost
/// connection and TENON_OUTCOME_UNKNOWN: then nobody knows how far it came, and it may be begun again. Throws Failure.
void changeTables(Connection& connection, const std::vector<ModelChange>& changes, bool force,
                  const tenon_cancel* cancel);

/// With a lost connection nobody knows how far it came.
bool mayHaveHappened(const Failure& f) noexcept;

}  // namespace tenon::modeling
