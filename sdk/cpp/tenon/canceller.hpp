// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

#include "deadline.hpp"
#include "error.hpp"

namespace tenon {

/// Stops statements of client libraries that block: runs a statement's `stop` on a thread of its own once its token is
/// set or its deadline has passed, and again, ever more rarely, while the statement goes on: a server passes over a
/// request that comes before the statement it is meant for. One for each source; the thread starts with the first
/// statement that can be stopped and has ended when the destructor returns.
class Canceller {
 public:
  /// A statement that may be stopped. `stop` runs on the canceller's thread; the destructor waits for it, so that it is
  /// not asked for any more when the session's next statement comes.
  class Guard {
   public:
    Guard(Canceller& canceller, const tenon_cancel* token, std::function<void()> stop)
        : canceller_(canceller), token_(token), stop_(std::move(stop)) {
      if (token_ == nullptr) return;
      canceller_.add(this);
      try {
        watch_ = token_->watch(token_, &Guard::onSet, this);
      } catch (...) {
        canceller_.remove(this);
        throw;
      }
      if (watch_ == 0) onSet(this);
    }
    ~Guard() {
      if (token_ == nullptr) return;
      token_->unwatch(token_, watch_);
      canceller_.remove(this);
    }
    Guard(const Guard&) = delete;
    Guard& operator=(const Guard&) = delete;
    /// Did stop() run? Only the statement's own thread asks, and the answer holds once the statement has ended.
    bool stopped() const {
      const std::lock_guard lock(canceller_.mutex_);
      return state_ == State::Running || state_ == State::Asked;
    }

   private:
    friend class Canceller;
    enum class State : uint8_t { Waiting, Due, Running, Asked };
    /// When stop() is due, on the monotonic clock; UINT64_MAX: not by the clock.
    uint64_t due_ms() const noexcept {
      if (state_ == State::Due) return 0;
      if (state_ == State::Asked) return again_ms_;
      if (state_ == State::Running || token_->deadline_ms == 0) return UINT64_MAX;
      return token_->deadline_ms;
    }
    static void onSet(void* self) {
      auto& guard = *static_cast<Guard*>(self);
      const std::lock_guard lock(guard.canceller_.mutex_);
      if (guard.state_ == State::Waiting) guard.state_ = State::Due;
      guard.canceller_.changed_.notify_all();
    }
    Canceller& canceller_;
    const tenon_cancel* token_;
    std::function<void()> stop_;
    uint64_t watch_ = 0;
    State state_ = State::Waiting;
    uint64_t again_ms_ = 0, pause_ms_ = kFirstPause_ms;  // of a statement that was asked to stop
  };

  Canceller() = default;
  Canceller(const Canceller&) = delete;
  Canceller& operator=(const Canceller&) = delete;
  ~Canceller() {
    {
      const std::lock_guard lock(mutex_);
      ending_ = true;
    }
    changed_.notify_all();
    if (thread_.joinable()) thread_.join();
  }

 private:
  void add(Guard* guard) {
    const std::lock_guard lock(mutex_);
    if (!thread_.joinable()) thread_ = std::thread([this] { run(); });  // may throw: then there is no guard
    guards_.push_back(guard);
    // The thread sleeps until the earliest deadline it knows; most statements have a later one and end before it.
    if (guard->token_->deadline_ms != 0 && guard->token_->deadline_ms < wakes_ms_) changed_.notify_all();
  }
  void remove(Guard* guard) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return guard->state_ != Guard::State::Running; });
    guards_.erase(std::find(guards_.begin(), guards_.end(), guard));
  }
  void run() {
    std::unique_lock lock(mutex_);
    while (!ending_) {
      const uint64_t now = monotonicMs();
      wakes_ms_ = UINT64_MAX;
      Guard* first = nullptr;
      for (Guard* g : guards_)
        if (const uint64_t due = g->due_ms(); due < wakes_ms_) {
          wakes_ms_ = due;
          first = g;
        }
      if (first == nullptr) {
        changed_.wait(lock);
        continue;
      }
      if (wakes_ms_ > now) {
        changed_.wait_for(lock, std::chrono::milliseconds(wakes_ms_ - now));
        continue;
      }
      first->state_ = Guard::State::Running;
      lock.unlock();
      guard(nullptr, [&] { first->stop_(); });
      lock.lock();
      first->state_ = Guard::State::Asked;
      first->again_ms_ = monotonicMs() + first->pause_ms_;
      first->pause_ms_ = std::min(first->pause_ms_ * 2, kLongestPause_ms);
      changed_.notify_all();
    }
  }

  static constexpr uint64_t kFirstPause_ms = 200, kLongestPause_ms = 5000;  // between two requests to stop

  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<Guard*> guards_;  // as many as there are sessions with a running statement
  uint64_t wakes_ms_ = UINT64_MAX;
  bool ending_ = false;
  std::thread thread_;
};

}  // namespace tenon
