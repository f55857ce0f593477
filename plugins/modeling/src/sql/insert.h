// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "tenon/dialect.hpp"
#include "tenon/schema.hpp"

namespace tenon::modeling {

/// `insert into "t" ("a", "b") values (?, ?)`, its parameters from the first on; without columns the dialect's way to
/// insert a row of defaults.
std::string insertInto(const Dialect& dialect, std::string_view table, const std::vector<std::string_view>& columns);
/// The same for the columns of a schema.
std::string insertInto(const Dialect& dialect, std::string_view table, const Schema& columns);

}  // namespace tenon::modeling
