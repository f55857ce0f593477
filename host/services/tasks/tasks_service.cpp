// SPDX-License-Identifier: Apache-2.0
#include "tasks_service.h"

#include <algorithm>
#include <chrono>

#include "kernel/plugin_context.h"
#include "tenon/error.hpp"

namespace tenon::host {

namespace {

using std::chrono::milliseconds;

constexpr milliseconds kTurnableLook{10};     // a turned clock is noticed after this
constexpr milliseconds kQuiesceLimit{10000};  // a task that ignores its token is left to the drain's deadline
thread_local uint64_t timerRunningHere = 0;

void checkMayWork(const tenon_host* host) {
  if (!PluginContext::of(host).mayWork())
    throw Failure(TENON_INVALID, "tasks run between start() and drain()").from(TENON_FROM_CALLER);
}

tenon_status submitThunk(const tenon_host* host, tenon_task_fn fn, void* arg, tenon_error* e) {
  return guard(e, [&] {
    checkMayWork(host);
    serviceOf<TasksService>(host).submit(PluginContext::of(host), fn, arg);
  });
}

tenon_status scheduleThunk(const tenon_host* host, uint64_t delay, uint64_t period, tenon_task_fn fn, void* arg,
                           uint64_t* token, tenon_error* e) {
  return guard(e, [&] {
    checkMayWork(host);
    const uint64_t t = serviceOf<TasksService>(host).schedule(PluginContext::of(host), delay, period, fn, arg);
    if (token != nullptr) *token = t;
  });
}

void cancelThunk(const tenon_host* host, uint64_t token) {
  serviceOf<TasksService>(host).cancel(token);
}

constexpr tenon_tasks_v1 kTable = {sizeof(tenon_tasks_v1), 0, submitThunk, scheduleThunk, cancelThunk};

}  // namespace

TasksService::TasksService(TasksConfig config, const Clock& clock) : config_(config), clock_(clock) {
  for (uint32_t i = 0; i < std::max(config_.threads, 1U); ++i) workers_.emplace_back([this] { work(); });
  watcher_ = std::thread([this] { watchTimers(); });
}

TasksService::~TasksService() {
  {
    const std::lock_guard lock(mutex_);
    stop_ = true;
    queue_.clear();
    for (auto& [plugin, owner] : owners_) owner->cancel.cancel();
  }
  queued_.notify_all();
  timersChanged_.notify_all();
  for (auto& w : workers_) w.join();
  watcher_.join();
}

const void* TasksService::table() const noexcept {
  return &kTable;
}

std::shared_ptr<TasksService::Owner> TasksService::ownerOf(const PluginContext& plugin) {
  auto& owner = owners_[&plugin];
  if (!owner) owner = std::make_shared<Owner>();
  if (owner->closed) throw Failure(TENON_UNAVAILABLE, "the plugin is draining");
  return owner;
}

void TasksService::submit(const PluginContext& plugin, tenon_task_fn fn, void* arg) {
  if (fn == nullptr) throw Failure(TENON_INVALID, "a task needs a function");
  const std::lock_guard lock(mutex_);
  ownerOf(plugin);
  if (queue_.size() >= config_.queue) throw Failure(TENON_UNAVAILABLE, "the task queue is full").retryAfter(1000);
  queue_.push_back({&plugin, fn, arg, nullptr, 0});
  queued_.notify_one();
}

uint64_t TasksService::schedule(const PluginContext& plugin, uint64_t delay_ms, uint64_t period_ms, tenon_task_fn fn,
                                void* arg) {
  if (fn == nullptr) throw Failure(TENON_INVALID, "a task needs a function");
  const std::lock_guard lock(mutex_);
  ownerOf(plugin);
  if (timers_.size() >= config_.timers) throw Failure(TENON_TOO_LARGE, "there are too many timers");
  const uint64_t token = nextToken_++;
  const uint64_t due = clock_.monotonicMs() + delay_ms;
  timers_[token] = std::make_shared<Timer>(Timer{&plugin, due, period_ms, fn, arg});
  due_.emplace(due, token);
  timersChanged_.notify_one();
  return token;
}

void TasksService::cancel(uint64_t token) noexcept {
  std::unique_lock lock(mutex_);
  const auto it = timers_.find(token);
  if (it == timers_.end()) return;
  const auto timer = it->second;
  timer->gone = true;
  due_.erase({timer->dueMs, token});
  timers_.erase(it);
  if (timerRunningHere == token) return;  // from inside the task itself
  finished_.wait(lock, [&] { return timer->running == 0; });
}

void TasksService::quiesce(PluginContext& plugin) noexcept {
  std::unique_lock lock(mutex_);
  const auto it = owners_.find(&plugin);
  if (it == owners_.end()) return;
  const auto owner = it->second;
  owner->closed = true;
  std::erase_if(queue_, [&](const Job& j) { return j.plugin == &plugin; });
  for (auto t = timers_.begin(); t != timers_.end();) {
    if (t->second->plugin != &plugin) {
      ++t;
      continue;
    }
    t->second->gone = true;
    due_.erase({t->second->dueMs, t->first});
    t = timers_.erase(t);
  }
  lock.unlock();
  owner->cancel.cancel();
  lock.lock();
  finished_.wait_for(lock, kQuiesceLimit, [&] { return owner->running == 0; });
  owners_.erase(&plugin);
}

size_t TasksService::active() const {
  const std::lock_guard lock(mutex_);
  size_t n = queue_.size();
  for (const auto& [plugin, owner] : owners_) n += owner->running;
  return n;
}

void TasksService::runJob(std::unique_lock<std::mutex>& lock, Job job) {
  const auto it = owners_.find(job.plugin);
  if (it == owners_.end() || it->second->closed) return;
  const auto owner = it->second;
  if (job.timer) {
    job.timer->queued = false;
    if (job.timer->gone) return;
    ++job.timer->running;
  }
  ++owner->running;
  lock.unlock();
  timerRunningHere = job.token;
  job.fn(job.arg, owner->cancel.token());
  timerRunningHere = 0;
  lock.lock();
  --owner->running;
  if (job.timer) {
    --job.timer->running;
    if (!job.timer->gone) {
      if (job.timer->periodMs == 0) {
        timers_.erase(job.token);
      } else {  // the next whole period after now: late runs do not pile up
        const uint64_t now = clock_.monotonicMs(), period = job.timer->periodMs;
        uint64_t next = job.timer->dueMs + period;
        if (next <= now) next += (now - next) / period * period + period;
        job.timer->dueMs = next;
        due_.emplace(next, job.token);
        timersChanged_.notify_one();
      }
    }
  }
  finished_.notify_all();
}

void TasksService::work() {
  std::unique_lock lock(mutex_);
  for (;;) {
    queued_.wait(lock, [&] { return stop_ || !queue_.empty(); });
    if (stop_) return;
    Job job = std::move(queue_.front());
    queue_.pop_front();
    runJob(lock, std::move(job));
  }
}

void TasksService::watchTimers() {
  std::unique_lock lock(mutex_);
  while (!stop_) {
    const uint64_t now = clock_.monotonicMs();
    while (!due_.empty() && due_.begin()->first <= now) {
      const uint64_t token = due_.begin()->second;
      due_.erase(due_.begin());
      const auto& timer = timers_.at(token);
      timer->queued = true;
      queue_.push_back({timer->plugin, timer->fn, timer->arg, timer, token});
      queued_.notify_one();
    }
    if (due_.empty()) {
      timersChanged_.wait(lock);
    } else {
      const milliseconds left(std::min<uint64_t>(due_.begin()->first - now, 60000));
      timersChanged_.wait_for(lock, clock_.turnable() ? std::min(left, kTurnableLook) : left);
    }
  }
}

}  // namespace tenon::host
