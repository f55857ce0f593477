// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <tenon/datasource.h>

namespace tenon::sqlite {

/// The SQL of the SQLite this plugin is built with.
/// foreignKeys: whether its sessions watch over references.
const tenon_dialect* dialect(bool foreignKeys) noexcept;

}  // namespace tenon::sqlite
