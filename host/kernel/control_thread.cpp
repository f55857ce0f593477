// SPDX-License-Identifier: Apache-2.0
#include "control_thread.h"

#include <chrono>
#include <utility>

namespace tenon::host {

ControlThread::ControlThread() : state_(std::make_shared<State>()) {
  thread_ = std::thread([state = state_] {
    std::unique_lock lock(state->mutex);
    for (;;) {
      state->changed.wait(lock, [&] { return state->stop || state->job; });
      if (!state->job) return;
      const auto job = std::exchange(state->job, nullptr);
      lock.unlock();
      job();
      lock.lock();
      state->busy = false;
      state->changed.notify_all();
    }
  });
}

ControlThread::~ControlThread() {
  {
    const std::lock_guard lock(state_->mutex);
    state_->stop = true;
  }
  state_->changed.notify_all();
  if (stuck_)
    thread_.detach();
  else
    thread_.join();
}

bool ControlThread::run(std::function<void()> job, uint64_t timeout_ms) {
  if (stuck_) return false;
  std::unique_lock lock(state_->mutex);
  state_->job = std::move(job);
  state_->busy = true;
  state_->changed.notify_all();
  if (!state_->changed.wait_for(lock, std::chrono::milliseconds(timeout_ms), [&] { return !state_->busy; }))
    stuck_ = true;
  return !stuck_;
}

}  // namespace tenon::host
