// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include <tenon/cancel.h>

#include "deadline.hpp"

namespace tenon {

/// A caller's token with a time limit on top (0 = none): set when either is. One thread arms it; it outlives
/// whoever was given it.
class LimitedToken {
 public:
  LimitedToken() noexcept : token_{sizeof(tenon_cancel), 0, this, 0, isSet, watch, unwatch} {}
  LimitedToken(const LimitedToken&) = delete;
  LimitedToken& operator=(const LimitedToken&) = delete;

  const tenon_cancel* arm(const tenon_cancel* parent, uint32_t limit_ms) noexcept {
    parent_ = parent;
    const uint64_t callers_ms = parent != nullptr ? parent->deadline_ms : 0;
    token_.deadline_ms = limit_ms != 0 ? monotonicMs() + limit_ms : callers_ms;
    if (callers_ms != 0 && callers_ms < token_.deadline_ms) token_.deadline_ms = callers_ms;
    return &token_;
  }

 private:
  static const LimitedToken& of(const tenon_cancel* t) noexcept { return *static_cast<const LimitedToken*>(t->impl); }
  static int32_t isSet(const tenon_cancel* t) {
    const auto* parent = of(t).parent_;
    return (parent != nullptr && parent->is_set(parent) != 0) ||
                   (t->deadline_ms != 0 && monotonicMs() >= t->deadline_ms)
               ? 1
               : 0;
  }
  static uint64_t watch(const tenon_cancel* t, void (*fn)(void*), void* arg) {
    // Rows may outlive the token's next statement: whoever was asked to watch is asked to stop.
    const auto* parent = of(t).watched_ = of(t).parent_;
    return parent != nullptr ? parent->watch(parent, fn, arg) : kUnwatched;
  }
  static void unwatch(const tenon_cancel* t, uint64_t id) {
    const auto* parent = of(t).watched_;
    if (parent != nullptr) parent->unwatch(parent, id);
  }
  static constexpr uint64_t kUnwatched = 1;  // accepted, though nobody will ever cancel

  tenon_cancel token_;
  const tenon_cancel* parent_ = nullptr;
  mutable const tenon_cancel* watched_ = nullptr;
};

}  // namespace tenon
