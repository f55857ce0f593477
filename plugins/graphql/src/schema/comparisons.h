// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <span>

#include "type/arena.h"

namespace tenon::graphql {

// Types that are the same in every schema. Made once for the process and never destroyed; any thread.

/// String_comparison_exp and the like: what a field of this scalar is compared with.
const NamedType& comparisonOf(ScalarKind kind);
/// asc, desc and where nulls go.
const NamedType& orderBy();
/// The comparisons, order_by and the scalars that documents may name although the specification does not list them.
std::span<const NamedType* const> sharedTypes();

/// The fields of an enum's comparison, made in the arena. of: the enum.
std::span<const InputDefinition> enumComparison(TypeArena& arena, const NamedType& of);

}  // namespace tenon::graphql
