// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "difference.h"
#include "source/connection.h"

namespace tenon::modeling {

/// An entity's change. before nullptr: it is new; after nullptr: it goes.
struct TableChange {
  const Entity* before = nullptr;
  const Entity* after = nullptr;
  Renames renames;

  TableChange inverse() const { return {after, before, reversed(renames)}; }
};

/// Is the column another one, beside its name?
bool isDefinedAnew(const Dialect& dialect, const KeptField& k);
/// Is the table copied, because the database changes columns, or drops keys, in no other way (rebuild_begin of the
/// dialect)?
bool needsRebuild(Connection& connection, const TableChange& change, const tenon_cancel* cancel);

/// Brings the table from wherever it stands between `before` and `after` to `after`: what is there already is left
/// alone, so that a change that was cut off can be gone through again. One atomic statement with ALTER_LIST; elsewhere
/// several, in the caller's transaction. Throws Failure.
void changeTable(Connection& connection, const TableChange& change, const tenon_cancel* cancel);

}  // namespace tenon::modeling
