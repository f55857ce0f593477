// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "ast.h"
#include "source.h"

namespace tenon::graphql {

/// Bounds of one document.
struct ParseLimits {
  uint32_t tokens = 20000;
  uint32_t depth = 200;  ///< of braces, brackets and types in one another: more is refused before the stack feels it
};

/// Parses a document of the October 2021 grammar, the type system's included. source: valid UTF-8. Throws SyntaxError
/// in the reference implementation's words.
std::unique_ptr<Document> parse(std::string source, const ParseLimits& limits = {});

}  // namespace tenon::graphql
