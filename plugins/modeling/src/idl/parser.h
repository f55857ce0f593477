// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "syntax.h"

namespace tenon::modeling::idl {

/// Lists stand in lists only in annotations that nobody reads: this many are plenty.
inline constexpr int kDeepestList = 8;

/// Throws SyntaxError (lexer.h) at the first thing that is no IDL.
Document parse(std::string_view text);

}  // namespace tenon::modeling::idl
