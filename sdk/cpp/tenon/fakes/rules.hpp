// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include <tenon/plugin.h>

#include "../error.hpp"

namespace tenon::fakes {

/// Where the plugin under test is in its life, as the ABI's text speaks of it.
enum class Phase : uint8_t { Creating, Created, Working, Draining, Drained };

/// Keeps the rules of phase and thread that the ABI states for calls into the host, and notes who breaks them.
/// A test that sets no phase is in Working and sees only what is wrong at any time. Any thread.
class Rules {
 public:
  void enter(Phase phase) {
    const std::lock_guard lock(mutex_);
    phase_ = phase;
    control_ = std::this_thread::get_id();
  }
  Phase phase() const {
    const std::lock_guard lock(mutex_);
    return phase_;
  }
  /// What was done against the rules, in order.
  std::vector<std::string> broken() const {
    const std::lock_guard lock(mutex_);
    return broken_;
  }
  void note(std::string what) {
    const std::lock_guard lock(mutex_);
    broken_.push_back(std::move(what));
  }

  /// [control], inside create() only.
  tenon_status creating(const char* call, tenon_error* e) {
    const std::lock_guard lock(mutex_);
    if (phase_ != Phase::Creating) return refuse(call, "inside create() only", e);
    if (std::this_thread::get_id() != control_) return refuse(call, "on the lifecycle thread only", e);
    return TENON_OK;
  }
  /// From start() to the return of drain(): what a plugin still finishes in drain() is its own.
  tenon_status working(const char* call, tenon_error* e) {
    const std::lock_guard lock(mutex_);
    if (phase_ == Phase::Creating || phase_ == Phase::Created) return refuse(call, "from start() on", e);
    if (phase_ == Phase::Drained) return refuse(call, "before drain() has returned", e);
    return TENON_OK;
  }
  /// Until drain() has returned: destroy() frees memory only.
  void alive(const char* call) {
    const std::lock_guard lock(mutex_);
    if (phase_ == Phase::Drained) refuse(call, "before drain() has returned", nullptr);
  }

 private:
  tenon_status refuse(const char* call, const char* when, tenon_error* e) {
    broken_.push_back(std::string(call) + "() is called " + when);
    return fail(e, TENON_INVALID, broken_.back(), TENON_FROM_CALLER);
  }
  mutable std::mutex mutex_;
  Phase phase_ = Phase::Working;
  std::thread::id control_;
  std::vector<std::string> broken_;
};

}  // namespace tenon::fakes
