// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstdint>

#include "options.h"
#include "tenon/canceller.hpp"

namespace tenon::mysql {

/// One configured database: what its connections share. Opening it touches no network.
class Source {
 public:
  explicit Source(Options options) : options_(std::move(options)) {}
  const Options& options() const noexcept { return options_; }
  Canceller& canceller() noexcept { return canceller_; }
  /// How often a session has changed definitions: what others keep prepared may be of another table by then, and the
  /// client library would decode its rows by the old columns. Any thread.
  uint64_t changes() const noexcept { return changes_.load(std::memory_order_acquire); }
  void changed() noexcept { changes_.fetch_add(1, std::memory_order_acq_rel); }

 private:
  Options options_;
  Canceller canceller_;
  std::atomic<uint64_t> changes_{0};
};

}  // namespace tenon::mysql
