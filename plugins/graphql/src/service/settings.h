// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "execution/executor.h"
#include "execution/plan.h"
#include "language/parser.h"
#include "tenon/host.hpp"

namespace tenon::graphql {

/// The plugin's configuration. Throws Failure(INVALID) naming the key.
struct Settings {
  bool introspection = true;
  bool suggestions = true;
  uint32_t cachedDocuments = 1000;      ///< of one schema
  uint32_t documentBytes = 100 * 1024;  ///< of one document
  ParseLimits parse;
  PlanLimits plan;
  ExecutionLimits execution;

  Settings() = default;
  explicit Settings(const Host& host);
};

}  // namespace tenon::graphql
