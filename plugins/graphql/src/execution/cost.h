// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>

#include "plan.h"

namespace tenon::graphql {

/// What an operation costs at most, before it is executed: the weights of its fields, each as often as the lists around
/// it are long. Of fields that @skip or @include leave out by these variables nothing counts. mostRows: the length of a
/// list whose size an @export decides. UINT64_MAX: past counting. Where no variable decides it the plan knows it; else
/// it takes time as the plan has nodes.
uint64_t costOf(const Plan& plan, const Variables& variables, uint32_t mostRows);
/// For a plan that is being made. nullopt: a variable decides it.
std::optional<uint64_t> constantCostOf(const Plan& plan);

/// limit: 0 = none.
inline bool isPast(uint64_t cost, uint32_t limit) noexcept {
  return limit != 0 && cost > limit;
}
/// Throws RequestError where the cost is past the limit.
void refuseCost(uint64_t cost, uint32_t limit);

}  // namespace tenon::graphql
