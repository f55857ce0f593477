// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <thread>
#include <vector>

#include <tenon/tasks.h>

#include "kernel/clock.h"
#include "kernel/host_service.h"
#include "tenon/cancel_source.hpp"

namespace tenon::host {

struct TasksConfig {
  uint32_t threads = 4;
  uint32_t queue = 10000;  ///< submitted and not yet begun
  uint32_t timers = 10000;
};

/// "tenon.tasks/1": a bounded queue before a fixed number of workers, and one thread that watches the timers.
class TasksService final : public HostService {
 public:
  static constexpr char kId[] = TENON_TASKS_ID;

  TasksService(TasksConfig config, const Clock& clock);
  ~TasksService() override;  ///< waits for running tasks; queued ones are dropped

  const char* id() const noexcept override { return kId; }
  const void* table() const noexcept override;
  /// Sets the plugin's tokens, drops what it has queued and scheduled, waits for what runs (bounded).
  void quiesce(PluginContext&) noexcept override;

  void submit(const PluginContext& owner, tenon_task_fn fn, void* arg);
  uint64_t schedule(const PluginContext& owner, uint64_t delay_ms, uint64_t period_ms, tenon_task_fn fn, void* arg);
  void cancel(uint64_t token) noexcept;
  /// Tasks that are queued or run now.
  size_t active() const;

 private:
  struct Owner {  // what one plugin has here
    CancelSource cancel;
    uint32_t running = 0;
    bool closed = false;
  };
  struct Timer {
    const PluginContext* plugin;
    uint64_t dueMs, periodMs;
    tenon_task_fn fn;
    void* arg;
    bool queued = false, gone = false;
    uint32_t running = 0;
  };
  struct Job {
    const PluginContext* plugin;
    tenon_task_fn fn;
    void* arg;
    std::shared_ptr<Timer> timer;  // set when a timer made it
    uint64_t token;
  };
  std::shared_ptr<Owner> ownerOf(const PluginContext&);
  void work();
  void watchTimers();
  void runJob(std::unique_lock<std::mutex>&, Job job);

  TasksConfig config_;
  const Clock& clock_;
  mutable std::mutex mutex_;
  std::condition_variable queued_, finished_, timersChanged_;
  std::deque<Job> queue_;
  std::map<uint64_t, std::shared_ptr<Timer>> timers_;  // by token
  std::set<std::pair<uint64_t, uint64_t>> due_;        // (due, token), of timers not queued or running
  std::map<const PluginContext*, std::shared_ptr<Owner>> owners_;
  uint64_t nextToken_ = 1;
  bool stop_ = false;
  std::vector<std::thread> workers_;
  std::thread watcher_;
};

}  // namespace tenon::host
