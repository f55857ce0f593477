// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "rewrites.h"

namespace tenon::modeling {

/// A column whose values a change makes others before its end is certain, and a condition on the rows concerned.
struct AtStake {
  std::string column, condition;
};
/// alone: no other table changes with it, so that its definition changes as a whole or not at all.
std::vector<AtStake> rowsAtStake(const Dialect& dialect, const TableChange& change, bool force, bool alone);

/// A table beside one that changes, with the rows at stake: what they were can come back when the change fails. For
/// databases that commit before each "alter table", so that no transaction spans both. It is of the platform's own
/// names, and goes when the change is through or turned back. One thread, as its connection.
class KeptValues {
 public:
  /// name: of that table.
  KeptValues(Connection& connection, const TableChange& change, std::string name, bool force, bool alone);

  bool isNeeded() const noexcept { return !atStake_.empty(); }
  /// Before anything else, and before tables are locked.
  void make(const tenon_cancel* cancel);
  /// Keeps the rows and makes their values ready for the change; once more changes nothing.
  void rewrite(const tenon_cancel* cancel);
  /// Gives the table, which has its old columns again, the old values too. Nothing where there is nothing kept.
  void restore();
  void drop();
  /// "lock tables ...": the table, and what is needed of this one.
  std::string lockStatement() const;

 private:
  std::string table() const { return connection_.dialect().quoted(change_.before->name); }
  std::string own() const { return connection_.dialect().quoted(name_); }
  std::string identity() const { return connection_.dialect().quoted(change_.before->identity()->name); }
  std::string storedColumns(const std::string& of, const tenon_cancel* cancel);

  Connection& connection_;
  const TableChange& change_;
  std::string name_;
  std::vector<Rewrite> rewrites_;
  std::vector<AtStake> atStake_;
};

}  // namespace tenon::modeling
