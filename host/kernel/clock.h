// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace tenon::host {

/// The host's time, which a test may turn; served by services/clock. Any thread.
class Clock {
 public:
  virtual ~Clock() = default;
  virtual int64_t wallMs() const noexcept = 0;
  virtual uint64_t monotonicMs() const noexcept = 0;
  /// True when the clock can be turned: who waits must look again now and then.
  virtual bool turnable() const noexcept = 0;
};

}  // namespace tenon::host
