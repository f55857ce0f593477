// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "records/value.h"
#include "statement.h"
#include "tenon/extras/json.hpp"

namespace tenon::modeling::native {

/// A statement in the database's own spelling, and what is bound to it.
struct Bound {
  std::string sql;
  std::vector<Value> values;
};

/// `parameters` is a JSON object. An array stands for as many values as it has elements, an object for its text; a name
/// that the statement does not have is passed over. Throws Invalid for every name without a value, and for too many
/// values.
Bound bindParameters(const Statement& statement, const Dialect& dialect, const Json& parameters);

}  // namespace tenon::modeling::native
