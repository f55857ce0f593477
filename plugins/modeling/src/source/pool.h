// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "connection.h"
#include "tenon/host.hpp"

namespace tenon::modeling {

struct PoolConfig {
  uint32_t size = 8;             ///< connections at most (read-only ones, where the driver has a single writer)
  uint32_t waitMs = 2000;        ///< for a free connection, then UNAVAILABLE with retry_after_ms
  uint32_t maxWaiting = 32;      ///< callers that may wait at once: a slow database takes no more threads than these
  uint32_t statementMs = 30000;  ///< deadline of a statement that has no earlier one
  uint32_t lockWaitMs = 30000;   ///< for others' locks while tables change, then UNAVAILABLE with retry_after_ms
  uint32_t idleMs = 300000;      ///< an idle connection is closed after this
  uint32_t pingAfterMs = 30000;  ///< an idle connection is checked before use after this
};

class Pool;

/// A borrowed connection; goes back on destruction (rolled back if a transaction is open).
class Lease {
 public:
  Lease() noexcept = default;
  Lease(Pool* pool, std::unique_ptr<Connection> c) noexcept : pool_(pool), connection_(std::move(c)) {}
  Lease(Lease&&) noexcept = default;
  Lease& operator=(Lease&& other) noexcept;
  ~Lease() { giveBack(); }
  Connection* operator->() const noexcept { return connection_.get(); }
  Connection& operator*() const noexcept { return *connection_; }
  explicit operator bool() const noexcept { return connection_ != nullptr; }

 private:
  void giveBack() noexcept;
  Pool* pool_ = nullptr;
  std::unique_ptr<Connection> connection_;
};

/// The connections of one datasource. Any thread. Opened on demand, kept warm, replaced when broken.
class Pool {
 public:
  /// Opens the source (checks the configuration, connects to nothing). Throws Failure. `driver` is held.
  Pool(Ref<tenon_datasource_v1> driver, std::string_view configJson, PoolConfig config);
  ~Pool();
  Pool(const Pool&) = delete;
  Pool& operator=(const Pool&) = delete;

  /// For statements that change nothing.
  Lease read(const tenon_cancel* cancel) { return take(false, cancel); }
  /// For everything else. Where the driver has a single writer, there is one.
  Lease write(const tenon_cancel* cancel) { return take(true, cancel); }

  uint64_t capabilities() const noexcept { return capabilities_; }
  uint32_t lockWaitMs() const noexcept { return config_.lockWaitMs; }
  /// Of all its connections; makes one when there has been none. Throws Failure.
  Dialect dialect(const tenon_cancel* cancel);
  /// Closes connections that were idle too long. Called by a timer.
  void sweep() noexcept;
  /// Replaces every connection, those in use when they come back: tables have changed, and statements that a session
  /// has prepared may answer other columns now, which some databases refuse.
  void refresh() noexcept;

  struct Stats {
    uint32_t open = 0, inUse = 0, waiting = 0;
  };
  Stats stats() const noexcept;
  /// True while the last attempt to connect failed.
  bool failing() const noexcept { return failing_.load(std::memory_order_relaxed); }

 private:
  friend class Lease;
  struct Idle {
    std::unique_ptr<Connection> connection;
    uint64_t sinceMs;
  };
  struct Side {  // the readers or the writers
    std::vector<Idle> idle;
    uint32_t open = 0, limit = 0, waiting = 0;
  };
  Lease take(bool write, const tenon_cancel* cancel);
  void give(std::unique_ptr<Connection> c) noexcept;

  Ref<tenon_datasource_v1> driver_;
  PoolConfig config_;
  uint64_t capabilities_;
  tenon_source* source_ = nullptr;
  std::atomic<bool> failing_{false};
  std::atomic<const tenon_dialect*> dialect_{nullptr};  // once there was a connection
  std::atomic<uint64_t> generation_{0};
  mutable std::mutex mutex_;
  std::condition_variable freed_;
  Side readers_, writers_;  // without SINGLE_WRITER everything lives in writers_
};

}  // namespace tenon::modeling
