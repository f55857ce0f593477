// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "ast.h"

namespace tenon::graphql {

/// A value as it is written, in one line: `{name: "x", tags: [A, B]}`. Only a block string keeps its lines.
std::string printed(const Value& value);
/// "[T!]!"
std::string printed(const TypeNode& type);
/// A text between quotes.
std::string quoted(std::string_view text);

}  // namespace tenon::graphql
