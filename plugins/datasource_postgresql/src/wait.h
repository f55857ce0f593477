// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstdint>

#include <tenon/cancel.h>

#include "tenon/error.hpp"

namespace tenon::postgresql {

inline constexpr uint64_t kForever_ms = UINT64_MAX;

/// What wakes a thread that waits for a socket: a descriptor that another thread makes readable.
class Bell {
 public:
  Bell();
  ~Bell();
  Bell(const Bell&) = delete;
  Bell& operator=(const Bell&) = delete;

  int fd() const noexcept { return fd_; }
  /// From any thread.
  void ring() const noexcept;
  void silence() const noexcept;

 private:
  int fd_;
};

struct Readiness {
  bool socket = false, bell = false;
};
/// Waits until one of the two descriptors is ready or the time has come; -1 for one that is not looked at.
Readiness pollUntil(int fd, short events, int bell, uint64_t until_ms);

/// What one call obeys: its token, watched from the constructor to the destructor, and a limit of the driver's own.
/// Used by the call's thread only; the token may be set from any.
class Wait {
 public:
  enum class Outcome : uint8_t { Ready, Stopped, TimedOut };

  Wait(const Bell& bell, const tenon_cancel* token, uint64_t limit_ms = kForever_ms);
  ~Wait();
  Wait(const Wait&) = delete;
  Wait& operator=(const Wait&) = delete;

  /// Until the socket is ready for one of `events`, or the call is to be stopped, or `until_ms` has come.
  Outcome forSocket(int fd, short events, uint64_t until_ms);
  /// Was Stopped answered, once?
  bool stopped() const noexcept { return stopped_; }
  /// Why: CANCELLED or DEADLINE, as it was when it was noticed. Only when stopped.
  Failure failure() const;

 private:
  static void onSet(void* self) noexcept;
  const Bell& bell_;
  const tenon_cancel* token_;
  uint64_t deadline_ms_;
  uint64_t watch_ = 0;
  bool stopped_ = false, late_ = false;
  std::atomic<bool> rung_{false};
};

}  // namespace tenon::postgresql
