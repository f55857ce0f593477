// SPDX-License-Identifier: Apache-2.0
#include "work_queue.h"

#include <chrono>

namespace tenon::graphql {

namespace {
constexpr uint64_t kRetry_ms = 100;  // when the host's queue is full
}

WorkQueue::WorkQueue(const Host& host, uint32_t workers)
    : host_(host),
      tasks_(host.service<tenon_tasks_v1>(TENON_TASKS_ID, TENON_UPTO(tenon_tasks_v1, cancel))),
      workers_(workers) {}

void WorkQueue::add(Job job) {
  const std::lock_guard lock(mutex_);
  if (stopped_ || tasks_ == nullptr) return;
  jobs_.push_back(std::move(job));
  hire();
}

/// The caller holds mutex_. Jobs do not get lost: as long as there are some, one task at least is on its way.
void WorkQueue::hire() {
  if (hired_ == workers_ || hired_ - running_ >= jobs_.size()) return;
  Error e;
  if (tasks_->submit(host_.raw(), run, this, &e) == TENON_OK ||
      (hired_ == 0 && tasks_->schedule(host_.raw(), kRetry_ms, 0, run, this, nullptr, &e) == TENON_OK))
    ++hired_;
  else if (hired_ == 0)
    host_.warn("GraphQL subscriptions wait: " + std::string(e.text()));  // until the next job is added
}

void WorkQueue::run(void* arg, const tenon_cancel* cancel) {
  auto& self = *static_cast<WorkQueue*>(arg);
  std::unique_lock lock(self.mutex_);
  if (!self.jobs_.empty() && !self.stopped_) {
    Job job = std::move(self.jobs_.front());
    self.jobs_.pop_front();
    ++self.running_;
    lock.unlock();
    Error e;
    if (guard(&e, [&] { job(cancel); }) != TENON_OK)
      self.host_.error("GraphQL subscriptions: " + std::string(e.text()));
    job = nullptr;  // what it holds may come back here
    lock.lock();
    --self.running_;
  }
  --self.hired_;
  if (!self.stopped_) self.hire();  // one job for each task: others' work is not kept waiting
  self.idle_.notify_all();
}

bool WorkQueue::stop(uint64_t limit_ms) {
  std::deque<Job> dropped;
  std::unique_lock lock(mutex_);
  stopped_ = true;
  dropped.swap(jobs_);
  return idle_.wait_for(lock, std::chrono::milliseconds(limit_ms), [&] { return running_ == 0; });
}

}  // namespace tenon::graphql
