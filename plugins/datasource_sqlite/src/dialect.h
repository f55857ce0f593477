// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <tenon/datasource.h>

namespace tenon::sqlite {

/// The SQL of the SQLite this plugin is built with.
const tenon_dialect* dialect() noexcept;

}  // namespace tenon::sqlite
