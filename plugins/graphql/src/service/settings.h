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
  uint32_t batch = 10;                  ///< operations of one request; 0 = none but single ones
  uint32_t persistedQueries = 1000;     ///< documents that clients may name by their hash; 0 = none
  uint32_t documentBytes = 100 * 1024;  ///< of one document
  ParseLimits parse;
  PlanLimits plan;
  ExecutionLimits execution;

  Settings() = default;
  explicit Settings(const Host& host);
};

}  // namespace tenon::graphql
