// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "source/connection.h"

namespace tenon::modeling {

/// Answers to writes that carried an Idempotency-Key, kept for a day in a table of the datasource itself: the key, the
/// write and its answer are one transaction, so that a repeat finds either all of it or nothing.
class Idempotency {
 public:
  /// A caller's key with what was asked under it, as digests of one length.
  struct Key {
    std::string id, fingerprint;
    /// text: 1 to 255 visible characters, else throws Invalid.
    static Key of(std::string_view text, std::string_view tenant, std::string_view user, std::string_view method,
                  std::string_view target, std::string_view body);
  };

  Idempotency(Connection& connection, const Key& key, int64_t now_ms, const tenon_cancel* cancel)
      : connection_(connection), key_(key), now_ms_(now_ms), cancel_(cancel) {}

  /// What claim() throws in a datasource where no key was used before: makeTable() and begin again.
  struct NoTable : Failure {
    explicit NoTable(const Failure& f) : Failure(f) {}
  };
  /// Outside of a transaction.
  void makeTable();
  /// First in the transaction of the write: true when the key is new. Else the transaction is of no more use.
  bool claim();
  /// Has a write under the key been committed?
  static bool isClaimed(Connection& connection, const Key& key, const tenon_cancel* cancel);
  /// Keeps the answer, before the commit.
  void keep(std::string_view reply);
  /// What was answered under the key. Throws Invalid when something else was asked then.
  std::string stored();

 private:
  void sweep();

  Connection& connection_;
  const Key& key_;
  int64_t now_ms_;
  const tenon_cancel* cancel_;
};

}  // namespace tenon::modeling
