// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "model/model.h"

namespace tenon::modeling {

/// The tables in which this plugin keeps datasources and models: ordinary models of the datasource `system`.
const std::vector<Model>& systemModels();

inline constexpr char kSystemName[] = "system";
inline constexpr char kDatasourceTable[] = "f_datasource";
inline constexpr char kRegistryTable[] = "f_model_registry";
inline constexpr char kChangeTable[] = "f_model_change";

}  // namespace tenon::modeling
