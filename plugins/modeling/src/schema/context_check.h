// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "journal.h"
#include "routes/answer.h"
#include "tenon/dialect.hpp"

namespace tenon::modeling {

/// What validate() cannot see in one model alone: fixed defaults are elements of their enums, also of an enum that
/// changes. models: as they are before the changes. Adds problems with the model's name before their paths where there
/// are several changes.
void checkEnumDefaults(const ModelSet& models, const std::vector<ModelChange>& changes, Invalid& problems);

/// An enum as it will be after the changes; nullptr: there is none of that name.
const EnumModel* enumToBe(const ModelSet& models, const std::vector<ModelChange>& changes, const std::string& name);

/// The model can be a table of the database: it has columns, and none that is more precise than the database's. What a
/// stored model says already is left alone.
void checkTable(const Dialect& dialect, const ModelChange& change, Invalid& problems);

/// Adds what was found about one of several changes.
void addProblems(const Invalid& found, const std::vector<ModelChange>& changes, const std::string& model,
                 Invalid& problems);

}  // namespace tenon::modeling
