// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <thread>
#include <vector>

#include <tenon/cancel.h>

#include "tenon/deadline.hpp"

namespace tenon::graphql {

/// Owns a cancellation token, for work that no request waits for. Any thread. Nobody watches any more when it goes.
class CancelSource {
 public:
  CancelSource() noexcept : token_{sizeof(tenon_cancel), 0, this, 0, isSet, watch, unwatch} {}
  CancelSource(const CancelSource&) = delete;
  CancelSource& operator=(const CancelSource&) = delete;

  const tenon_cancel* token() const noexcept { return &token_; }
  /// Before the token is given away.
  void deadlineIn(uint64_t ms) noexcept { token_.deadline_ms = monotonicMs() + ms; }
  bool isCancelled() const noexcept { return set_.load(std::memory_order_acquire); }
  /// Sets the token and runs every watcher on this thread. Later calls do nothing.
  void cancel() {
    if (set_.exchange(true, std::memory_order_acq_rel)) return;
    std::unique_lock lock(mutex_);
    runner_ = std::this_thread::get_id();
    while (!watches_.empty()) {
      const Watch w = watches_.back();
      watches_.pop_back();
      running_ = w.id;
      lock.unlock();
      w.fn(w.arg);
      lock.lock();
      running_ = 0;
      finished_.notify_all();
    }
  }

 private:
  struct Watch {
    uint64_t id;
    void (*fn)(void*);
    void* arg;
  };
  static CancelSource& of(const tenon_cancel* t) noexcept { return *static_cast<CancelSource*>(t->impl); }
  static int32_t isSet(const tenon_cancel* t) {
    return of(t).isCancelled() || (t->deadline_ms != 0 && monotonicMs() >= t->deadline_ms) ? 1 : 0;
  }
  static uint64_t watch(const tenon_cancel* t, void (*fn)(void*), void* arg) {
    CancelSource& self = of(t);
    const std::lock_guard lock(self.mutex_);
    // Under the lock: a cancel() that set the flag before has not yet taken its list, or will not see us.
    if (self.isCancelled()) return 0;
    self.watches_.push_back({self.next_, fn, arg});
    return self.next_++;
  }
  static void unwatch(const tenon_cancel* t, uint64_t id) {
    if (id == 0) return;
    CancelSource& self = of(t);
    std::unique_lock lock(self.mutex_);
    if (std::erase_if(self.watches_, [&](const Watch& w) { return w.id == id; }) != 0) return;
    // A watcher that unwatches itself must not wait for itself.
    if (self.running_ == id && self.runner_ == std::this_thread::get_id()) return;
    self.finished_.wait(lock, [&] { return self.running_ != id; });
  }

  tenon_cancel token_;
  std::atomic<bool> set_{false};
  std::mutex mutex_;
  std::condition_variable finished_;
  std::vector<Watch> watches_;
  uint64_t next_ = 1, running_ = 0;  // running_: the watcher that cancel() is calling now
  std::thread::id runner_;
};

/// While it lives, what cancels `parent` (may be nullptr) cancels `source`.
class CancelledWith {
 public:
  CancelledWith(CancelSource& source, const tenon_cancel* parent) : source_(source), parent_(parent) {
    if (parent_ == nullptr) return;
    watch_ = parent_->watch(
        parent_, [](void* arg) { static_cast<CancelSource*>(arg)->cancel(); }, &source_);
    if (watch_ == 0) source_.cancel();
  }
  ~CancelledWith() {
    if (parent_ != nullptr) parent_->unwatch(parent_, watch_);
  }
  CancelledWith(const CancelledWith&) = delete;
  CancelledWith& operator=(const CancelledWith&) = delete;

 private:
  CancelSource& source_;
  const tenon_cancel* parent_;
  uint64_t watch_ = 0;
};

}  // namespace tenon::graphql
