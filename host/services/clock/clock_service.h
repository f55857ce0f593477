// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstdint>
#include <filesystem>

#include <tenon/clock.h>

#include "kernel/clock.h"
#include "kernel/host_service.h"

namespace tenon::host {

/// "tenon.clock/1". A test turns the clock through a file: its first 8 bytes are a little-endian count of
/// milliseconds that both clocks run ahead. The file is mapped, so that a turn is seen at once and costs a load.
class ClockService final : public HostService, public Clock {
 public:
  static constexpr char kId[] = TENON_CLOCK_ID;

  /// offsetFile empty = the plain clocks. Throws Failure when the file is not there or too short.
  explicit ClockService(const std::filesystem::path& offsetFile);
  ~ClockService() override;

  const char* id() const noexcept override { return kId; }
  const void* table() const noexcept override;
  int64_t wallMs() const noexcept override;
  uint64_t monotonicMs() const noexcept override;
  bool turnable() const noexcept override { return offset_ != nullptr; }

 private:
  int64_t offsetMs() const noexcept {
    return offset_ != nullptr ? std::atomic_ref<int64_t>(*offset_).load(std::memory_order_relaxed) : 0;
  }
  int64_t* offset_ = nullptr;
};

}  // namespace tenon::host
