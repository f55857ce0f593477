// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "physical.h"
#include "registry/registry.h"

namespace tenon::modeling {

/// Takes physical tables over as models: new ones are built, known ones get the physical facts refreshed and
/// keep what only a model knows, and names whose table has vanished are unregistered. Relations are added
/// wherever both sides are models. tables nullopt = all. Answers the models of the tables asked for. The
/// caller has read the schema, which may take its time, and holds the registry's mutex, for which others wait. Throws
/// Invalid for names that are neither table nor model.
std::vector<Model> syncTables(Registry& registry, Source& source, const PhysicalSchema& schema,
                              const std::optional<std::vector<std::string>>& tables, const Host& host,
                              const tenon_cancel* cancel);

}  // namespace tenon::modeling
