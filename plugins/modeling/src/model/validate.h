// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "model.h"

namespace tenon::modeling {

class Invalid;

/// Most fields and indexes of one entity, and fields of one index.
inline constexpr size_t kMostMembers = 1000;

/// Adds everything that is wrong with a model by itself; what it refers to in other models is not looked at. Expects
/// the normal form (normal_form.h). `path` precedes the fields of the problems: "objects[2]." gives
/// "objects[2].fields[1].name".
void validate(const Model& model, const std::string& path, Invalid& problems);

}  // namespace tenon::modeling
