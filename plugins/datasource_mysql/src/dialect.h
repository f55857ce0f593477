// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <tenon/datasource.h>

namespace tenon::mysql {

/// mariaDb: it answers the rows of an insert, and keeps JSON as text.
const tenon_dialect* dialect(bool mariaDb) noexcept;

}  // namespace tenon::mysql
