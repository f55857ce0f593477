// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/model.h"
#include "physical.h"

namespace tenon::modeling {

/// What a column's default is as that of a field of its type: autoIncrement of an identity that the database counts, a
/// constant as the record's JSON value, nothing when it is no constant or none of the type.
DefaultValue defaultOf(const PhysicalColumn& column, const Field& field);

}  // namespace tenon::modeling
