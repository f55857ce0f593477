// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <thread>
#include <vector>

#include <tenon/cancel.h>

#include "deadline.hpp"

namespace tenon {

/// Owns a cancellation token. Reusable for one unit of work after the other through reset(), so that a connection needs
/// no allocation per request. Any thread, but for reset() and deadlineIn(). Nobody watches any more when it goes.
class CancelSource {
 public:
  CancelSource() noexcept : token_{sizeof(tenon_cancel), 0, this, 0, isSetThunk, watchThunk, unwatchThunk} {}
  CancelSource(const CancelSource&) = delete;
  CancelSource& operator=(const CancelSource&) = delete;

  const tenon_cancel* token() const noexcept { return &token_; }
  /// Sets the token and runs every watcher on this thread. Later calls do nothing.
  void cancel() noexcept {
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
  /// Was it cancelled? A deadline that has passed is none of that.
  bool isCancelled() const noexcept { return set_.load(std::memory_order_acquire); }
  /// As its token answers: it was cancelled, or the deadline has passed.
  bool isSet() const noexcept { return isCancelled() || pastDeadline(&token_); }
  /// A new unit of work: not set, with this deadline (CLOCK_MONOTONIC ms, 0 = none). Nobody may watch.
  void reset(uint64_t deadline_ms) noexcept {
    set_.store(false, std::memory_order_release);
    token_.deadline_ms = deadline_ms;
  }
  /// Before the token is given away.
  void deadlineIn(uint64_t ms) noexcept { token_.deadline_ms = monotonicMs() + ms; }

 private:
  struct Watch {
    uint64_t id;
    void (*fn)(void*);
    void* arg;
  };
  static CancelSource& of(const tenon_cancel* t) noexcept { return *static_cast<CancelSource*>(t->impl); }
  static int32_t isSetThunk(const tenon_cancel* t) { return of(t).isSet() ? 1 : 0; }
  static uint64_t watchThunk(const tenon_cancel* t, void (*fn)(void*), void* arg) {
    CancelSource& self = of(t);
    const std::lock_guard lock(self.mutex_);
    // Under the lock: a cancel() that set the flag before has not yet taken its list, or will not see us.
    if (self.isCancelled()) return 0;
    self.watches_.push_back({self.nextId_, fn, arg});
    return self.nextId_++;
  }
  static void unwatchThunk(const tenon_cancel* t, uint64_t id) {
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
  uint64_t nextId_ = 1;
  uint64_t running_ = 0;  // id of the watcher that cancel() is calling now
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

}  // namespace tenon
