// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "plan.h"

namespace tenon::graphql {

/// What an operation costs at most, before it is executed: the weights of its fields, each as often as the lists around
/// it are long. Of fields that @skip or @include leave out by these variables nothing counts. mostRows: the length of a
/// list whose size an @export decides. Takes time as the plan has nodes; UINT64_MAX: past counting.
uint64_t costOf(const Plan& plan, const Variables& variables, uint32_t mostRows);

/// limit: 0 = none.
inline bool isPast(uint64_t cost, uint32_t limit) noexcept {
  return limit != 0 && cost > limit;
}
/// Throws RequestError where the cost is past the limit.
void refuseCost(uint64_t cost, uint32_t limit);

}  // namespace tenon::graphql
