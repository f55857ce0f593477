// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "tenon/extras/json.hpp"

namespace tenon::graphql {

/// Replaces a value by what `path` finds in it: response keys and list positions, with dots between; a key that is
/// applied to a list is looked for in each of its elements. False, and null, where there is nothing.
bool transform(Json& value, std::string_view path);

}  // namespace tenon::graphql
