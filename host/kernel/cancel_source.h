// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <thread>
#include <vector>

#include <tenon/cancel.h>

#include "tenon/deadline.hpp"

namespace tenon::host {

/// Owns a cancellation token. Reusable for one unit of work after the other through reset(), so that a
/// connection needs no allocation per request. Thread-safe but for reset().
class CancelSource {
 public:
  CancelSource() noexcept;
  CancelSource(const CancelSource&) = delete;
  CancelSource& operator=(const CancelSource&) = delete;

  const tenon_cancel* token() const noexcept { return &token_; }
  /// Sets the token and runs every watcher on this thread. Later calls do nothing.
  void cancel() noexcept;
  bool isSet() const noexcept;
  /// A new unit of work: not set, with this deadline (CLOCK_MONOTONIC ms, 0 = none). Nobody may watch.
  void reset(uint64_t deadline_ms) noexcept;

 private:
  struct Watch {
    uint64_t id;
    void (*fn)(void*);
    void* arg;
  };
  static int32_t isSetThunk(const tenon_cancel*);
  static uint64_t watchThunk(const tenon_cancel*, void (*)(void*), void*);
  static void unwatchThunk(const tenon_cancel*, uint64_t);

  tenon_cancel token_;
  std::atomic<bool> set_{false};
  std::mutex mutex_;
  std::condition_variable finished_;
  std::vector<Watch> watches_;
  uint64_t nextId_ = 1;
  uint64_t running_ = 0;  // id of the watcher that cancel() is calling now
  std::thread::id runner_;
};

}  // namespace tenon::host
