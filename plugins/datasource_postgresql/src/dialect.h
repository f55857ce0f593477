// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <tenon/datasource.h>

namespace tenon::postgresql {

/// The SQL of PostgreSQL 12 and later.
const tenon_dialect* dialect() noexcept;

}  // namespace tenon::postgresql
