// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>

#include <tenon/tasks.h>

#include "tenon/host.hpp"

namespace tenon::graphql {

/// What is to be done later, all of it by one timer of the host's. Actions run on one of the host's workers and are
/// short: what takes longer they hand to a WorkQueue. Any thread.
class Delays {
 public:
  using Action = std::function<void()>;

  explicit Delays(const Host& host);
  Delays(const Delays&) = delete;
  Delays& operator=(const Delays&) = delete;

  /// Later than that while the host takes no timer: it is asked again whenever a timer comes or an action is added.
  /// Nothing happens after stop().
  void after(uint64_t delay_ms, Action action);
  /// Drops what waits and waits for the actions that run. False: one still ran after `limit_ms`.
  bool stop(uint64_t limit_ms);

 private:
  static void run(void* self, const tenon_cancel*);
  void arm();

  const Host& host_;
  const tenon_tasks_v1* tasks_;
  std::mutex mutex_;
  std::condition_variable idle_;
  std::multimap<uint64_t, Action> byDue_;  // on the host's monotonic clock
  uint64_t armed_ms_ = UINT64_MAX;         // when the earliest timer comes
  uint32_t running_ = 0;                   // timers that have come and whose actions run
  bool stopped_ = false, hasWarned_ = false;
};

}  // namespace tenon::graphql
