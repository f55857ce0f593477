// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "journal.h"
#include "registry/registry.h"

namespace tenon::modeling {

/// How a change of models is to be made.
struct ChangeOptions {
  bool force = false;             ///< values that do not fit are cut or dropped
  bool droppedOnPurpose = false;  ///< the caller named the fields that go
};

/// Changes models and their tables together: either both have the new state or both the old one, also when the process
/// is killed in between. Tables first, then the registry; a journal entry spans both. Any thread; one change of a
/// datasource at a time.
class SchemaChanger {
 public:
  SchemaChanger(const Host& host, Registry& registry) : host_(host), registry_(registry) {}

  /// Makes the changes of one datasource, in order. The caller holds registry.lockChanges(). Throws Invalid with what
  /// is wrong with models or rows, Failure otherwise; then nothing has changed, or an entry is left that the next
  /// change or the next start goes through again.
  /// Answers the changes as they were made, with those of other models that follow.
  std::vector<ModelChange> apply(Source& source, const std::vector<ModelChange>& changes, ChangeOptions options,
                                 const tenon_cancel* cancel);
  /// Finishes what was cut off, of one datasource. The caller holds registry.lockChanges().
  void recover(Source& source, const tenon_cancel* cancel);
  /// The same for every datasource, at the start. What cannot be reached is told and left for later.
  void recoverAll();

 private:
  void finish(Source& source, const Journal::Entry& entry, const tenon_cancel* cancel);
  /// changeTables(), and new sessions after it.
  void changeTablesOf(Source& source, Connection& connection, const std::vector<ModelChange>& changes, bool force,
                      const tenon_cancel* cancel);
  void publish(Source& source, const std::vector<ModelChange>& changes, std::optional<int64_t> journal,
               const tenon_cancel* cancel);

  const Host& host_;
  Registry& registry_;
};

}  // namespace tenon::modeling
