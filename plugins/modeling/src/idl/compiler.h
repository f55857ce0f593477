// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "idl.h"
#include "syntax.h"

namespace tenon::modeling::idl {

struct Finding {
  Position position;
  Wording wording;
};

struct Compiled {
  std::vector<Model> models;  ///< of use only when there are no errors
  std::vector<Finding> errors, warnings;
};

/// What a document means: types, annotations and defaults become models, which are validated as those of JSON are.
/// foreign: an index that is left out becomes a warning.
Compiled compile(const Document& document, ForeignIndexes foreign);

}  // namespace tenon::modeling::idl
