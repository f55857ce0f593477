// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <libpq-fe.h>

#include <cstdint>
#include <memory>
#include <thread>

#include "wait.h"

namespace tenon::postgresql {

/// Asks the server to stop what a session runs. PQcancel() opens a connection and blocks until the server has closed
/// it, without a limit: it runs on a thread of its own. Once it has returned, the server has signalled the session, and
/// a signal that comes before the next statement is sent does not hit it.
class CancelRequest {
 public:
  explicit CancelRequest(PGconn* connection);
  /// Joins the thread if it has done its work, and else leaves it behind: a server that stalls must hold nobody. It
  /// owns what it uses.
  ~CancelRequest();
  CancelRequest(const CancelRequest&) = delete;
  CancelRequest& operator=(const CancelRequest&) = delete;

  /// Has the server taken it? Waits until `until_ms`.
  bool done(uint64_t until_ms) noexcept;

 private:
  struct Shared {
    explicit Shared(PGconn* connection) : cancel(PQgetCancel(connection)) {}
    ~Shared() { PQfreeCancel(cancel); }
    Shared(const Shared&) = delete;
    Shared& operator=(const Shared&) = delete;
    PGcancel* cancel;
    Bell finished;
  };
  std::shared_ptr<Shared> shared_;
  std::thread thread_;
  bool done_ = false;
};

}  // namespace tenon::postgresql
