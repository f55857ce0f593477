// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "value.h"

namespace tenon::modeling {

/// The value of a field's default; a null value when it has none, or when the database makes it. now_ms: the
/// wall clock.
Value generated(const Field& field, const ModelSet& models, int64_t now_ms);
/// The present moment in the field's type.
Value present(const Field& field, int64_t now_ms);
/// True for a field that holds the time of the last change: refreshed by updates that do not name it.
bool refreshedOnUpdate(const Field& field);

}  // namespace tenon::modeling
