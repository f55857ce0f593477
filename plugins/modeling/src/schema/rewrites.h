// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "table_change.h"

namespace tenon::modeling {

/// Values that must become others before their column can be defined anew.
struct Rewrite {
  const Field* field;     ///< as it was before the change
  std::string value;      ///< what they become, in SQL
  std::string condition;  ///< which ones, in SQL
};

/// In the order in which they are to run; each may run again, and then finds nothing left. With `force`, values that
/// do not fit are cut or dropped.
std::vector<Rewrite> rewritesOf(const Dialect& dialect, const TableChange& change, bool force);
std::string statementOf(const Dialect& dialect, const TableChange& change, const Rewrite& rewrite);

}  // namespace tenon::modeling
