// SPDX-License-Identifier: Apache-2.0
#include "delays.h"

#include <chrono>
#include <utility>
#include <vector>

namespace tenon::graphql {

Delays::Delays(const Host& host)
    : host_(host), tasks_(host.service<tenon_tasks_v1>(TENON_TASKS_ID, TENON_UPTO(tenon_tasks_v1, cancel))) {}

void Delays::after(uint64_t delay_ms, Action action) {
  const std::lock_guard lock(mutex_);
  if (stopped_ || tasks_ == nullptr) return;
  byDue_.emplace(host_.monotonicMs() + delay_ms, std::move(action));
  arm();
}

/// The caller holds mutex_. A timer that was armed for a later time comes all the same, and finds nothing to do.
void Delays::arm() {
  if (byDue_.empty() || byDue_.begin()->first >= armed_ms_) return;
  const uint64_t due_ms = byDue_.begin()->first, now_ms = host_.monotonicMs();
  Error e;
  if (tasks_->schedule(host_.raw(), due_ms > now_ms ? due_ms - now_ms : 0, 0, run, this, nullptr, &e) == TENON_OK)
    armed_ms_ = due_ms;
  else if (!std::exchange(hasWarned_, true))  // whoever comes next tries again
    host_.warn("GraphQL subscriptions have no timer: " + std::string(e.text()));
}

void Delays::run(void* arg, const tenon_cancel*) {
  auto& self = *static_cast<Delays*>(arg);
  std::vector<Action> due;
  {
    const std::lock_guard lock(self.mutex_);
    const uint64_t now_ms = self.host_.monotonicMs();
    if (self.armed_ms_ <= now_ms) self.armed_ms_ = UINT64_MAX;
    const auto end = self.byDue_.upper_bound(now_ms);
    for (auto it = self.byDue_.begin(); it != end; ++it) due.push_back(std::move(it->second));
    self.byDue_.erase(self.byDue_.begin(), end);
    self.arm();
    ++self.running_;
  }
  for (const Action& action : due) guard(nullptr, action);
  due.clear();  // what they hold may come back here
  const std::lock_guard lock(self.mutex_);
  --self.running_;
  self.idle_.notify_all();
}

bool Delays::stop(uint64_t limit_ms) {
  std::multimap<uint64_t, Action> dropped;  // goes outside the lock
  std::unique_lock lock(mutex_);
  stopped_ = true;
  dropped.swap(byDue_);
  return idle_.wait_for(lock, std::chrono::milliseconds(limit_ms), [&] { return running_ == 0; });
}

}  // namespace tenon::graphql
