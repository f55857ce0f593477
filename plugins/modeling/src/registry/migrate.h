// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "model/model.h"
#include "source/connection.h"

namespace tenon::modeling {

/// Creates the tables of these entities that are missing and adds the columns and indexes that existing ones
/// lack. In one transaction where the dialect's DDL is transactional. Nothing is dropped or altered.
void bringUpToDate(Connection& connection, const std::vector<Model>& models, const tenon_cancel* cancel);

}  // namespace tenon::modeling
