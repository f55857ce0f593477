// SPDX-License-Identifier: Apache-2.0
#include "worker_pool.h"

#include <algorithm>

namespace tenon::host {

namespace {
constexpr int kIdleStandIn_ms = 5000;
}

WorkerPool::WorkerPool(uint32_t base, uint32_t most, Serve serve)
    : base_(base), most_(std::max(base, most)), serve_(std::move(serve)) {
  for (uint32_t i = 0; i < base_; ++i) start(false);
}

WorkerPool::~WorkerPool() {
  stop();
  join();
}

void WorkerPool::start(bool standIn) {
  Worker& worker = workers_.emplace_back();
  running_.fetch_add(1);
  worker.thread = std::thread([this, standIn, &worker] {
    while (!stop_.load(std::memory_order_relaxed))
      if (!serve_(standIn ? kIdleStandIn_ms : -1) && standIn) break;
    running_.fetch_sub(1);
    worker.ended.store(true);
  });
}

void WorkerPool::adjust(uint32_t heldUp) {
  workers_.remove_if([](Worker& w) {
    if (!w.ended.load()) return false;
    w.thread.join();
    return true;
  });
  const uint32_t wanted = std::min(most_, base_ + heldUp);
  while (workers_.size() < wanted) start(true);
}

void WorkerPool::join() {
  for (auto& w : workers_)
    if (w.thread.joinable()) w.thread.join();
}

}  // namespace tenon::host
