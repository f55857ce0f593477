// SPDX-License-Identifier: Apache-2.0
#include "work_queue.h"

#include <algorithm>
#include <chrono>
#include <utility>
#include <vector>

namespace tenon::graphql {

namespace {
constexpr uint64_t kRetry_ms = 100;  // when the host's queue is full
}

WorkQueue::WorkQueue(const Host& host, uint32_t workers)
    : host_(host),
      tasks_(host.service<tenon_tasks_v1>(TENON_TASKS_ID, TENON_UPTO(tenon_tasks_v1, cancel))),
      workers_(workers),
      mostOfTenant_(workers > 1 ? workers - 1 : 1) {}

void WorkQueue::add(std::string_view tenant, Job job) {
  const std::lock_guard lock(mutex_);
  if (stopped_ || tasks_ == nullptr) return;
  auto own = tenants_.find(tenant);
  if (own == tenants_.end()) own = tenants_.emplace(tenant, Tenant()).first;
  const size_t before = readyOf(own->second);
  own->second.jobs.push_back(std::move(job));
  readied(own, before);
  hire();
}

/// How many of its jobs may run now.
size_t WorkQueue::readyOf(const Tenant& tenant) const noexcept {
  return std::min<size_t>(tenant.jobs.size(), mostOfTenant_ - tenant.running);
}

/// before: what readyOf() has answered until now.
void WorkQueue::readied(Tenants::iterator tenant, size_t before) {
  const size_t now = readyOf(tenant->second);
  ready_ += now - before;
  if (before == 0 && now > 0) turns_.push_back(tenant);
}

/// Jobs do not get lost: as long as some may run, one task at least is on its way.
void WorkQueue::hire() {
  while (hired_ < workers_ && hired_ - running_ < ready_) {
    Error e;
    const bool mustCome = hired_ == running_;
    if (tasks_->submit(host_.raw(), run, this, &e) != TENON_OK &&
        (!mustCome || tasks_->schedule(host_.raw(), kRetry_ms, 0, run, this, nullptr, &e) != TENON_OK)) {
      if (mustCome) host_.warn("GraphQL subscriptions wait: " + std::string(e.text()));  // until a job is added or ends
      return;
    }
    ++hired_;
  }
}

void WorkQueue::run(void* arg, const tenon_cancel* cancel) {
  auto& self = *static_cast<WorkQueue*>(arg);
  std::unique_lock lock(self.mutex_);
  if (!self.turns_.empty()) {
    const auto tenant = self.turns_.front();
    self.turns_.pop_front();
    Tenant& own = tenant->second;
    Job job = std::move(own.jobs.front());
    own.jobs.pop_front();
    ++own.running;
    ++self.running_;
    --self.ready_;
    if (self.readyOf(own) > 0) self.turns_.push_back(tenant);
    lock.unlock();
    Error e;
    if (guard(&e, [&] { job(cancel); }) != TENON_OK)
      self.host_.error("GraphQL subscriptions: " + std::string(e.text()));
    job = nullptr;  // what it holds may come back here
    lock.lock();
    const size_t before = self.readyOf(own);
    --own.running;
    --self.running_;
    self.readied(tenant, before);
    if (own.running == 0 && own.jobs.empty()) self.tenants_.erase(tenant);
  }
  --self.hired_;
  if (!self.stopped_) self.hire();  // one job for each task: others' work is not kept waiting
  self.idle_.notify_all();
}

bool WorkQueue::stop(uint64_t limit_ms) {
  std::vector<std::deque<Job>> dropped;  // goes outside the lock
  std::unique_lock lock(mutex_);
  stopped_ = true;
  for (auto& [name, tenant] : tenants_) dropped.push_back(std::exchange(tenant.jobs, {}));
  turns_.clear();
  ready_ = 0;
  return idle_.wait_for(lock, std::chrono::milliseconds(limit_ms), [&] { return running_ == 0; });
}

}  // namespace tenon::graphql
