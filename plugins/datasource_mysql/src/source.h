// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "options.h"
#include "tenon/canceller.hpp"

namespace tenon::mysql {

/// One configured database: what its connections share. Opening it touches no network.
class Source {
 public:
  explicit Source(Options options) : options_(std::move(options)) {}
  const Options& options() const noexcept { return options_; }
  Canceller& canceller() noexcept { return canceller_; }

 private:
  Options options_;
  Canceller canceller_;
};

}  // namespace tenon::mysql
