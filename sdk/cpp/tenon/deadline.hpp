// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <time.h>

#include <cstdint>

#include <tenon/cancel.h>

namespace tenon {

/// CLOCK_MONOTONIC in milliseconds: what the deadline of a tenon_cancel is measured on.
inline uint64_t monotonicMs() noexcept {
  timespec t{};
  clock_gettime(CLOCK_MONOTONIC, &t);
  return static_cast<uint64_t>(t.tv_sec) * 1000 + static_cast<uint64_t>(t.tv_nsec) / 1000000;
}

/// Is the token set, or its deadline past? NULL never is.
inline bool isSet(const tenon_cancel* token) {
  return token != nullptr && token->is_set(token) != 0;
}
inline bool pastDeadline(const tenon_cancel* token) noexcept {
  return token != nullptr && token->deadline_ms != 0 && monotonicMs() >= token->deadline_ms;
}

}  // namespace tenon
