// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "registry/registry.h"
#include "table_changes.h"

namespace tenon::modeling {

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
  /// The rows of an import are there, or are not: what was begun with ChangeOptions::rows is over. Never throws: what
  /// cannot be settled now is by the next change or the next start.
  void settleImport(Source& source, const std::string& rows);
  /// Finishes what was cut off, of one datasource. The caller holds registry.lockChanges().
  void recover(Source& source, const tenon_cancel* cancel);
  /// The same for every datasource, at the start. What cannot be reached is told and left for later.
  void recoverAll();

 private:
  void finishImport(Source& source, Connection& connection, const Journal::Entry& entry, const tenon_cancel* cancel);
  void finish(Source& source, const Journal::Entry& entry, const tenon_cancel* cancel);
  /// Runs `change`, which answers tables that were left over. Sessions are made anew after it: what they have prepared
  /// is for the old tables.
  template <class Change>
  void withNewSessions(Source& source, Change&& change);
  void undo(Source& source, Connection& connection, const std::vector<ModelChange>& changes, bool force);
  void publish(Source& source, const std::vector<ModelChange>& changes, std::optional<int64_t> journal,
               const tenon_cancel* cancel);

  const Host& host_;
  Registry& registry_;
};

}  // namespace tenon::modeling
