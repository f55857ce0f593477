// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "difference.h"
#include "source/pool.h"

namespace tenon::modeling {

/// One model's change. before nullopt: it is new; after nullopt: it goes.
struct ModelChange {
  std::string name;
  std::optional<Model> before, after;
  Renames renames;
  bool adopted = false;  ///< the table was there before the model: it stays as it is, and when the model goes again
  std::map<std::string, std::string> declared = {};  ///< columns that get another name or type -> their type before
  std::string kept = {};                             ///< the table that keeps old values, where one is needed

  const Entity* entityBefore() const { return before ? std::get_if<Entity>(&*before) : nullptr; }
  const Entity* entityAfter() const { return after ? std::get_if<Entity>(&*after) : nullptr; }
  bool touchesTable() const { return !adopted && (entityBefore() != nullptr || entityAfter() != nullptr); }
};

/// With a lost connection nobody knows how far it came.
bool mayHaveHappened(const Failure& f) noexcept;

/// Can the values of before such changes come back with them? Not those of a table or a column that went, nor those
/// whose type became one from which no way leads back.
bool canTurnBack(const std::vector<ModelChange>& changes);
/// The changes that lead back, the last one first.
std::vector<ModelChange> reversed(const std::vector<ModelChange>& changes);

/// Changes of tables that have begun: a row in `system` from before the first statement until the registry has the
/// new models, in one transaction with them. What is found at a start was cut off, and is gone through again.
class Journal {
 public:
  explicit Journal(Pool& system) : system_(system) {}

  struct Entry {
    int64_t id = 0;
    std::string datasource;
    std::vector<ModelChange> changes;
    bool force = false;
    std::string rows;  ///< the name of an import, which is in the datasource when its rows are: see RecordStore
  };
  /// Answers the entry's number. id and datasource are not looked at.
  int64_t begin(const std::string& datasource, const Entry& entry, int64_t now_ms, const tenon_cancel* cancel);
  /// For one datasource, or for all with an empty name, oldest first. Throws Failure for one that cannot be read.
  std::vector<Entry> open(const std::string& datasource, const tenon_cancel* cancel);
  /// The change did not happen.
  void drop(int64_t id, const tenon_cancel* cancel);
  /// The statement that takes an entry away, for the registry's own transaction.
  static void dropWithin(Connection& system, int64_t id, const tenon_cancel* cancel);

 private:
  Pool& system_;
};

}  // namespace tenon::modeling
