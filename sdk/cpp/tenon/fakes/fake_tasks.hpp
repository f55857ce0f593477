// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstdint>
#include <map>
#include <mutex>
#include <utility>
#include <vector>

#include <tenon/tasks.h>

#include "../error.hpp"
#include "rules.hpp"

namespace tenon::fakes {

/// "tenon.tasks/1" without threads: what was submitted or is due runs when the test says so, on its thread.
class FakeTasks {
 public:
  /// Runs what was submitted, and what is due at `now_ms` of the fake clock, until nothing is left. Answers how
  /// many runs there were.
  int run(uint64_t now_ms, const tenon_cancel* cancel = nullptr) {
    int runs = 0;
    for (;; ++runs) {
      Job job{};
      {
        const std::lock_guard lock(mutex_);
        if (!submitted_.empty()) {
          job = submitted_.front();
          submitted_.erase(submitted_.begin());
        } else {
          const auto due =
              std::find_if(timers_.begin(), timers_.end(), [&](const auto& t) { return t.second.at_ms <= now_ms; });
          if (due == timers_.end()) return runs;
          job = due->second.job;
          if (due->second.period_ms == 0)
            timers_.erase(due);
          else  // a late run does not pile up
            due->second.at_ms = now_ms + due->second.period_ms;
        }
      }
      job.fn(job.arg, cancel);
    }
  }
  size_t timers() const {
    const std::lock_guard lock(mutex_);
    return timers_.size();
  }
  size_t submitted() const {
    const std::lock_guard lock(mutex_);
    return submitted_.size();
  }
  bool full = false;  ///< submit() and schedule() answer UNAVAILABLE

  static const tenon_tasks_v1* table() noexcept {
    static const tenon_tasks_v1 t = {sizeof t, 0, submit, schedule, cancelTimer};
    return &t;
  }

 private:
  struct Job {
    tenon_task_fn fn;
    void* arg;
  };
  struct Timer {
    Job job;
    uint64_t at_ms, period_ms;
  };
  friend class FakeHost;
  static FakeTasks& of(const tenon_host* host);  // in fake_host.hpp
  static Rules& rulesOf(const tenon_host* host);
  static uint64_t nowOf(const tenon_host* host);

  static tenon_status submit(const tenon_host* h, tenon_task_fn fn, void* arg, tenon_error* e) {
    if (const tenon_status s = rulesOf(h).working("submit", e); s != TENON_OK) return s;
    if (of(h).full) return fail(e, TENON_UNAVAILABLE, "the queue is full");
    const std::lock_guard lock(of(h).mutex_);
    of(h).submitted_.push_back({fn, arg});
    return TENON_OK;
  }
  static tenon_status schedule(const tenon_host* h, uint64_t delay_ms, uint64_t period_ms, tenon_task_fn fn, void* arg,
                               uint64_t* token, tenon_error* e) {
    if (const tenon_status s = rulesOf(h).working("schedule", e); s != TENON_OK) return s;
    if (of(h).full) return fail(e, TENON_UNAVAILABLE, "there are too many timers");
    const std::lock_guard lock(of(h).mutex_);
    const uint64_t id = ++of(h).next_;
    of(h).timers_[id] = {{fn, arg}, nowOf(h) + delay_ms, period_ms};
    if (token != nullptr) *token = id;
    return TENON_OK;
  }
  static void cancelTimer(const tenon_host* h, uint64_t token) {
    const std::lock_guard lock(of(h).mutex_);
    of(h).timers_.erase(token);
  }

  mutable std::mutex mutex_;
  std::vector<Job> submitted_;
  std::map<uint64_t, Timer> timers_;
  uint64_t next_ = 0;
};

}  // namespace tenon::fakes
