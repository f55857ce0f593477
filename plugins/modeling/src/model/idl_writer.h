// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "model.h"

namespace tenon::modeling {

/// The canonical IDL text of an entity or enum; empty for a native query, which IDL cannot say.
std::string idlOf(const Model& model);

}  // namespace tenon::modeling
