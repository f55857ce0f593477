// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "journal.h"

namespace tenon::modeling {

/// The changes, and what follows from the names that they change: relations of any model that meet in a renamed field
/// go on under its new name. models: as they are before the changes. Nothing of a table follows.
std::vector<ModelChange> withRenamedRelations(const ModelSet& models, std::vector<ModelChange> changes);

}  // namespace tenon::modeling
