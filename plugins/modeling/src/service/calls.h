// SPDX-License-Identifier: Apache-2.0
// What the calls of tenon.data/1 and tenon.models/1 have in common.
#pragma once

#include <memory>
#include <optional>

#include <tenon/drafts/data.h>

#include "data_service.h"
#include "registry/catalogue.h"
#include "routes/answer.h"

namespace tenon::modeling {

/// A transaction that another plugin holds.
struct OpenTransaction {
  std::shared_ptr<Source> source;
  Lease lease;
  std::optional<Transaction> tx;
  // Of one that writes records as the record API does:
  const RecordStore* store = nullptr;
  std::string tenant, user;
  std::shared_ptr<const Shapes> shapes;
  std::optional<WriteSession> session;
  std::optional<Idempotency::Key> key;  ///< of one that happens once
};

inline DataService& of(void* self) {
  return *static_cast<DataService*>(self);
}
inline OpenTransaction* of(tenon_data_tx* tx) {
  return reinterpret_cast<OpenTransaction*>(tx);
}

/// What this plugin throws, as a Failure: other plugins know nothing of Invalid and Missing.
template <class Body>
tenon_status guarded(tenon_error* e, Body&& body) noexcept {
  return guard(e, [&] {
    try {
      return body();
    } catch (const Invalid& invalid) {
      throw Failure(TENON_INVALID, invalid.what())
          .from(TENON_FROM_CALLER)
          .because(invalid.reason())
          .naming(TENON_OBJECT_FIELD, invalid.problems().empty() ? "" : invalid.problems().front().field);
    } catch (const Missing& missing) {
      throw Failure(TENON_NOT_FOUND, "not found: " + missing.name()).from(TENON_FROM_CALLER);
    } catch (const Failure& f) {
      // A statement of ours that the database does not understand is our mistake, not the caller's.
      if (f.origin() == TENON_FROM_BACKEND && f.reason() == TENON_REASON_SYNTAX)
        throw Failure(TENON_INTERNAL, f.what());
      throw;
    }
  });
}

}  // namespace tenon::modeling
