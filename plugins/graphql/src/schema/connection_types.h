// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "entity_types.h"

namespace tenon::graphql {

/// The type of every connection's pageInfo. Made once for the process and never destroyed; any thread.
const NamedType& pageInfo();

}  // namespace tenon::graphql
