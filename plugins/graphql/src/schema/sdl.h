// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "type/type.h"

namespace tenon::graphql {

/// The schema in the schema definition language, in the order of its types; what every server has is left out.
std::string sdlOf(const Schema& schema);

}  // namespace tenon::graphql
