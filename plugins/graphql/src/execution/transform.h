// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace tenon::graphql {

/// Appends what `path` finds in a JSON text that is known to be one, as it is written there: response keys and list
/// positions, with dots between; a key that is applied to a list is looked for in each of its elements. False, and
/// null, where there is nothing.
bool transform(std::string_view json, std::string_view path, std::string& out);

}  // namespace tenon::graphql
