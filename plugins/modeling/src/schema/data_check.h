// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>

#include "routes/answer.h"
#include "table_change.h"

namespace tenon::modeling {

/// Looks at the rows of a table whose entity changes. What the change would lose, or what the database would refuse
/// because of them, is added to `problems` with the rows concerned. With `force`, values that do not fit are cut or
/// dropped instead; what no force can help (nulls where none may be) is still a problem.
class DataCheck {
 public:
  /// The enums as they will be; nullptr for a name that is none.
  using Enums = std::function<const EnumModel*(const std::string&)>;

  /// alone: no other table changes with it.
  DataCheck(Connection& connection, const TableChange& change, bool force, bool alone, const tenon_cancel* cancel)
      : connection_(connection), change_(change), force_(force), alone_(alone), cancel_(cancel) {}

  /// droppedOnPurpose: the caller said that it drops fields; else a dropped one with values is a problem.
  void look(bool droppedOnPurpose, const Enums& enums, Invalid& problems);
  /// At the values of one field, whose enum has other elements now.
  void lookAtElements(const Field& field, const EnumModel& elements, const std::string& path, Invalid& problems);
  /// Once nobody else can write any more: at what would be lost. What the database itself refuses is left to it.
  void lookAgain(bool droppedOnPurpose, Invalid& problems);

 private:
  bool isEmpty();
  void lookAtKept(const KeptField& k, Invalid& problems);
  void lookAtLosses(const KeptField& k, Invalid& problems);
  void lookAtUnique(const std::vector<const Field*>& stored, const std::string& path, Invalid& problems);
  void lookAtUniqueIndexes(const EntityDifference& diff, Invalid& problems);
  void lookAtDropped(const EntityDifference& diff, Invalid& problems);
  bool lacksWayBack();
  void report(const std::string& condition, const std::string& path, const std::string& zh, const std::string& en,
              Invalid& problems);
  std::string pathOf(const Field& f, const char* member) const;

  Connection& connection_;
  const TableChange& change_;
  bool force_, alone_;
  const tenon_cancel* cancel_;
};

}  // namespace tenon::modeling
