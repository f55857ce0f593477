// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "model/model.h"
#include "sync/physical.h"

namespace tenon::modeling {

/// Where tables are not what their models say, since somebody changed them behind the platform's back:
/// [{"model":"Student","differences":[{"field":"age","message":"..."}]}], only models that differ. `field` is null
/// where the table itself is meant.
std::string differencesJson(const ModelSet& models, const PhysicalSchema& schema, bool english);

}  // namespace tenon::modeling
