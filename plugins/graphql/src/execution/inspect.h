// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "tenon/extras/json.hpp"

namespace tenon::graphql {

/// A value as messages show it, as the reference implementation does: `{ a: 1, b: [2, "x"] }`, long lists and deep
/// values cut short.
std::string inspect(const Json& value);

}  // namespace tenon::graphql
