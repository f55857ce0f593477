// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "execution/executor.h"
#include "execution/plan.h"
#include "language/parser.h"
#include "tenon/host.hpp"

namespace tenon::graphql {

/// Of operations over event streams and WebSockets.
struct SubscriptionSettings {
  uint32_t interval_ms = 100;              ///< at least, between two evaluations of one live query
  uint32_t timeout_ms = 30000;             ///< of one evaluation or operation
  uint32_t connectionInit_ms = 3000;       ///< until a WebSocket has sent connection_init
  uint32_t authentication_ms = 30000;      ///< after this it is asked again whether a caller still may
  uint32_t workers = 2;                    ///< evaluations and operations at a time
  uint32_t connections = 10000;            ///< 0 = event streams and WebSockets are switched off
  uint32_t perConnection = 100;            ///< operations that run
  uint32_t perTenant = 5000;               ///< subscriptions
  uint32_t total = 20000;                  ///< subscriptions
  uint32_t messageBytes = 1024 * 1024;     ///< of one message that a client sends
  uint32_t queuedBytes = 4 * 1024 * 1024;  ///< that wait for a slow client, which is dropped beyond
};

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
  SubscriptionSettings subscriptions;

  Settings() = default;
  explicit Settings(const Host& host);
};

}  // namespace tenon::graphql
