// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "model.h"

namespace tenon::modeling {

/// Appends the canonical JSON: every key present, the order of the published page. withIdl adds the derived
/// `idl`; the registry stores it without.
void appendModel(std::string& out, const Model& model, bool withIdl);

/// Reads one model object into its normal form (normal_form.h) and validates it. Unknown keys are ignored, older
/// names and shapes understood. Throws Invalid (routes/answer.h) with every problem; `path` precedes their fields,
/// such as "objects[2].".
Model readModel(const Json& json, const std::string& path = {});

}  // namespace tenon::modeling
