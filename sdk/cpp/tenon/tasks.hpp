// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <utility>

#include <tenon/tasks.h>

#include "host.hpp"

namespace tenon {

/// A timer of the host's; cancelled on destruction, which waits for a run to finish. Made from start() on, gone
/// before drain() returns.
class Timer {
 public:
  Timer() noexcept = default;
  /// fn(arg, token) after delay_ms and then every period_ms. Throws Failure when the host refuses.
  Timer(const Host& host, uint64_t delay_ms, uint64_t period_ms, tenon_task_fn fn, void* arg)
      : host_(host.raw()), tasks_(host.service<tenon_tasks_v1>(TENON_TASKS_ID, TENON_UPTO(tenon_tasks_v1, cancel))) {
    if (tasks_ == nullptr) throw Failure(TENON_UNSUPPORTED, "this host has no tenon.tasks/1");
    Error e;
    check(tasks_->schedule(host_, delay_ms, period_ms, fn, arg, &token_, &e), e);
  }
  Timer(Timer&& other) noexcept
      : host_(other.host_), tasks_(std::exchange(other.tasks_, nullptr)), token_(other.token_) {}
  Timer& operator=(Timer&& other) noexcept {
    if (this != &other) {
      cancel();
      host_ = other.host_;
      tasks_ = std::exchange(other.tasks_, nullptr);
      token_ = other.token_;
    }
    return *this;
  }
  Timer(const Timer&) = delete;
  Timer& operator=(const Timer&) = delete;
  ~Timer() { cancel(); }

  void cancel() noexcept {
    if (tasks_ != nullptr) std::exchange(tasks_, nullptr)->cancel(host_, token_);
  }

 private:
  const tenon_host* host_ = nullptr;
  const tenon_tasks_v1* tasks_ = nullptr;
  uint64_t token_ = 0;
};

}  // namespace tenon
