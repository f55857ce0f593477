// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "rewrites.h"

namespace tenon::modeling {

/// A table beside one that changes, with the rows whose values the change makes others: what they were can come back
/// when it fails. For databases that commit before each "alter table", so that no transaction spans both. It is of the
/// platform's own names, and goes when the change is through or turned back. One thread, as its connection.
class KeptValues {
 public:
  /// name: of that table. force: as for the change. alone: the change is of one table, whose definition is changed as
  /// a whole or not at all: then only values that are rewritten before it need a way back.
  KeptValues(Connection& connection, const TableChange& change, std::string name, bool force, bool alone);

  /// Makes the values ready for the change. When that fails, or the process is killed in the midst, they are what
  /// they were, or all ready; once more changes nothing.
  void rewrite(const tenon_cancel* cancel);
  /// Gives the table, which has its old columns again, the old values too. Nothing where there is nothing kept.
  void restore();
  void drop();

 private:
  struct Column {
    const Field* field;
    std::string condition;  ///< on the rows that lose its value
  };

  void save(const tenon_cancel* cancel);

  Connection& connection_;
  const TableChange& change_;
  std::string name_;
  std::vector<Rewrite> rewrites_;
  std::vector<Column> columns_;
};

}  // namespace tenon::modeling
