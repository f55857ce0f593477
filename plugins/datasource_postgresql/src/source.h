// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstdint>

#include "options.h"

namespace tenon::postgresql {

/// One configured database: what its connections share.
struct Source {
  explicit Source(Options o) : options(std::move(o)) {}
  const Options options;
  /// Counts changes of tables that went through here. What was prepared before keeps the parameters' types that it was
  /// given then, and would put a value of the old type in a column of the new one: it is prepared anew.
  std::atomic<uint64_t> changes{0};
};

}  // namespace tenon::postgresql
