// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>

#include <tenon/tasks.h>

#include "tenon/host.hpp"

namespace tenon::graphql {

/// Work on the host's workers, of which it holds a few at most, in the order in which it comes. What may be waiting is
/// bounded by who adds it. Any thread.
class WorkQueue {
 public:
  /// Its token is set when the plugin drains.
  using Job = std::function<void(const tenon_cancel*)>;

  WorkQueue(const Host& host, uint32_t workers);
  WorkQueue(const WorkQueue&) = delete;
  WorkQueue& operator=(const WorkQueue&) = delete;

  /// Nothing happens after stop(). A job that throws is told in the log.
  void add(Job job);
  /// Drops what waits and waits for what runs. False: something still ran after `limit_ms`.
  bool stop(uint64_t limit_ms);

 private:
  static void run(void* self, const tenon_cancel* cancel);
  void hire();

  const Host& host_;
  const tenon_tasks_v1* tasks_;
  const uint32_t workers_;
  std::mutex mutex_;
  std::condition_variable idle_;
  std::deque<Job> jobs_;
  uint32_t hired_ = 0;  // tasks that the host has been given and that have not ended
  uint32_t running_ = 0;
  bool stopped_ = false;
};

}  // namespace tenon::graphql
