// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "error.h"
#include "language/ast.h"
#include "type/type.h"

namespace tenon::graphql {

struct ValidationOptions {
  bool hideSuggestions = false;  ///< no name of the schema is proposed
  size_t mostErrors = 100;       ///< after which nobody looks further
};

/// Looks at a document by every rule of the specification, in time that grows with its length, whatever its fragments
/// say. Empty: it may be executed. The wording is the reference implementation's.
std::vector<ValidationError> validate(const Schema& schema, const Document& document,
                                      const ValidationOptions& options = {});

}  // namespace tenon::graphql
