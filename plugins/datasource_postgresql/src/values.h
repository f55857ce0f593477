// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <libpq-fe.h>

#include <string_view>

#include "tenon/row_builder.hpp"

namespace tenon::postgresql {

/// Appends the text that the server gave for a column of `type`, which is not null, as the builder's column wants it.
/// False when it is not of that kind: infinity, years that rows cannot carry, a number that is too large.
bool putCell(RowBuilder& out, size_t column, Oid type, std::string_view text);

}  // namespace tenon::postgresql
