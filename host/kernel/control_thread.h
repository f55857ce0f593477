// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>

namespace tenon::host {

/// The one thread on which a plugin's lifecycle functions run. A call that does not come back in time is left
/// behind with its thread: the host goes on without it.
class ControlThread {
 public:
  ControlThread();
  ~ControlThread();  ///< joins, unless a call was left behind
  ControlThread(const ControlThread&) = delete;
  ControlThread& operator=(const ControlThread&) = delete;

  /// Runs `job` on the thread and waits; false when it did not return within timeout_ms. After that every
  /// further call is false at once. `job` must not throw and must own whatever it touches.
  bool run(std::function<void()> job, uint64_t timeout_ms);
  bool stuck() const noexcept { return stuck_; }

 private:
  struct State {
    std::mutex mutex;
    std::condition_variable changed;
    std::function<void()> job;
    bool busy = false, stop = false;
  };
  std::shared_ptr<State> state_;  // shared with the thread, which may outlive this object
  std::thread thread_;
  bool stuck_ = false;
};

}  // namespace tenon::host
