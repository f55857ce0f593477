// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <list>
#include <thread>

namespace tenon::host {

/// The threads that serve connections. `base` of them run all the time; while some are held up (by a slow database,
/// by a client that reads slowly), as many others stand in for them, up to `most` altogether, so that the requests
/// that could be answered are. Stand-ins end when they are not needed. All functions but the loop: one thread.
class WorkerPool {
 public:
  /// serve: handles what is ready, or waits for it. Given the milliseconds to wait (-1: for ever), it answers false
  /// when nothing came.
  using Serve = std::function<bool(int wait_ms)>;

  WorkerPool(uint32_t base, uint32_t most, Serve serve);
  ~WorkerPool();  ///< after stop() and once nobody waits any more
  WorkerPool(const WorkerPool&) = delete;
  WorkerPool& operator=(const WorkerPool&) = delete;

  /// heldUp: how many threads have been at one request for long. Starts stand-ins and clears away ended ones.
  void adjust(uint32_t heldUp);
  /// The loops end as soon as serve() returns.
  void stop() noexcept { stop_.store(true); }
  void join();
  uint32_t size() const noexcept { return running_.load(); }

 private:
  struct Worker {
    std::thread thread;
    std::atomic<bool> ended{false};
  };
  void start(bool standIn);

  const uint32_t base_, most_;
  const Serve serve_;
  std::atomic<bool> stop_{false};
  std::atomic<uint32_t> running_{0};
  std::list<Worker> workers_;
};

}  // namespace tenon::host
