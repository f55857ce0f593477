// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstdint>
#include <mutex>
#include <vector>

#include <tenon/cancel.h>

#include "../deadline.hpp"

namespace tenon::fakes {

/// A cancellation token for tests. Any thread. A watcher runs on the thread that calls cancel().
class FakeCancel {
 public:
  FakeCancel() noexcept : token_{sizeof(tenon_cancel), 0, this, 0, isSet, watch, unwatch} {}
  FakeCancel(const FakeCancel&) = delete;
  FakeCancel& operator=(const FakeCancel&) = delete;

  const tenon_cancel* token() const noexcept { return &token_; }
  /// Before the token is given away.
  void deadlineIn(uint64_t ms) noexcept { token_.deadline_ms = monotonicMs() + ms; }
  /// From now on is_set() answers 1 after it was asked `looks` more times: cancels at a known place of a loop.
  void cancelAfter(int looks) noexcept { looks_ = looks; }
  void cancel() {
    const std::lock_guard lock(mutex_);
    if (set_.exchange(true)) return;
    for (const auto& w : watches_) w.fn(w.arg);
    watches_.clear();
  }
  /// How often the plugin looked, and how many watchers it left behind.
  int looks() const noexcept { return asked_; }
  size_t watchers() const {
    const std::lock_guard lock(mutex_);
    return watches_.size();
  }

 private:
  struct Watch {
    uint64_t id;
    void (*fn)(void*);
    void* arg;
  };
  static FakeCancel& of(const tenon_cancel* t) noexcept { return *static_cast<FakeCancel*>(t->impl); }
  static int32_t isSet(const tenon_cancel* t) {
    FakeCancel& c = of(t);
    ++c.asked_;
    if (c.looks_ >= 0 && c.looks_-- == 0) c.set_ = true;
    return c.set_ || (t->deadline_ms != 0 && monotonicMs() >= t->deadline_ms) ? 1 : 0;
  }
  static uint64_t watch(const tenon_cancel* t, void (*fn)(void*), void* arg) {
    FakeCancel& c = of(t);
    const std::lock_guard lock(c.mutex_);
    if (c.set_) return 0;
    c.watches_.push_back({c.next_, fn, arg});
    return c.next_++;
  }
  static void unwatch(const tenon_cancel* t, uint64_t id) {
    FakeCancel& c = of(t);
    const std::lock_guard lock(c.mutex_);  // cancel() holds it while watchers run
    std::erase_if(c.watches_, [&](const Watch& w) { return w.id == id; });
  }

  tenon_cancel token_;
  std::atomic<bool> set_{false};
  std::atomic<int> asked_{0}, looks_{-1};
  mutable std::mutex mutex_;
  std::vector<Watch> watches_;
  uint64_t next_ = 1;
};

}  // namespace tenon::fakes
