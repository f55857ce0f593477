// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <mutex>

#include <tenon/tasks.h>

#include "tenon/host.hpp"

namespace tenon::graphql {

/// What is to be done later, all of it by one timer of the host's. Actions run on one of the host's workers and are
/// short. Any thread.
class Delays {
 public:
  using Action = std::function<void()>;

  explicit Delays(const Host& host);
  Delays(const Delays&) = delete;
  Delays& operator=(const Delays&) = delete;

  /// Later than that while the host takes no timer. Nothing happens after stop().
  void after(uint64_t delay_ms, Action action);
  void stop();

 private:
  static void run(void* self, const tenon_cancel*);
  void arm();

  const Host& host_;
  const tenon_tasks_v1* tasks_;
  std::mutex mutex_;
  std::multimap<uint64_t, Action> byDue_;  // on the host's monotonic clock
  uint64_t armed_ms_ = UINT64_MAX;         // when the earliest timer comes
  bool stopped_ = false;
};

}  // namespace tenon::graphql
