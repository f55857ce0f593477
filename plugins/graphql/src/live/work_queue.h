// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <string_view>

#include <tenon/tasks.h>

#include "tenon/host.hpp"

namespace tenon::graphql {

/// Work on the host's workers, of which it holds a few at most. Tenants take turns, and each one's work runs in the
/// order in which it comes; where there are several workers one tenant never has them all. What may be waiting is
/// bounded by who adds it. Any thread.
class WorkQueue {
 public:
  /// Its token is set when the plugin drains.
  using Job = std::function<void(const tenon_cancel*)>;

  WorkQueue(const Host& host, uint32_t workers);
  WorkQueue(const WorkQueue&) = delete;
  WorkQueue& operator=(const WorkQueue&) = delete;

  /// Nothing happens after stop(). A job that throws is told in the log.
  void add(std::string_view tenant, Job job);
  /// Drops what waits and waits for what runs. False: something still ran after `limit_ms`.
  bool stop(uint64_t limit_ms);

 private:
  struct Tenant {
    std::deque<Job> jobs;
    uint32_t running = 0;
  };
  using Tenants = std::map<std::string, Tenant, std::less<>>;

  static void run(void* self, const tenon_cancel* cancel);
  // The caller holds mutex_:
  size_t readyOf(const Tenant& tenant) const noexcept;
  void readied(Tenants::iterator tenant, size_t before);
  void hire();

  const Host& host_;
  const tenon_tasks_v1* tasks_;
  const uint32_t workers_, mostOfTenant_;
  std::mutex mutex_;
  std::condition_variable idle_;
  Tenants tenants_;                      // who has work, waiting or running
  std::deque<Tenants::iterator> turns_;  // who has work that may run now, the next one first
  size_t ready_ = 0;                     // jobs that may run now
  uint32_t hired_ = 0;                   // tasks that the host has been given and that have not ended
  uint32_t running_ = 0;
  bool stopped_ = false;
};

}  // namespace tenon::graphql
