// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "execution/executor.h"
#include "execution/plan.h"
#include "language/parser.h"
#include "rate_limiter.h"
#include "tenon/extras/json.hpp"
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

/// What the requests of one tenant may do.
struct TenantSettings {
  bool introspection = true;
  bool suggestions = true;
  bool trustedOnly = false;             ///< only the documents of `trustedDocuments` are executed
  uint32_t batch = 10;                  ///< operations of one request; 0 = none but single ones
  uint32_t documentBytes = 100 * 1024;  ///< of one document
  uint32_t cost = 10000;                ///< of one operation; 0 = any
  uint32_t timeout_ms = 30000;          ///< of one request; 0 = as long as the host waits
  Rates rates;
  ParseLimits parse;
  PlanLimits plan;
  ExecutionLimits execution;
};

/// The plugin's configuration: its own, and that of tenants of which it says nothing else. Throws Failure(INVALID)
/// naming the key.
struct Settings : TenantSettings {
  bool graphiql = true;              ///< is there the page /graphiql?
  uint32_t cachedDocuments = 1000;   ///< of one schema
  uint32_t persistedQueries = 1000;  ///< documents that clients may name by their hash; 0 = none
  uint32_t slow_ms = 1000;           ///< operations that take longer are told in the log; 0 = none
  uint32_t cacheBytes = 16 << 20;    ///< of answers to @cached queries; 0 = none is kept
  std::string trustedDocuments;      ///< a folder or a file, below the host's home unless it is absolute; empty = none
  std::vector<std::string> administrators = {"admin"};  ///< names of users who may see how an operation is executed
  SubscriptionSettings subscriptions;
  std::map<std::string, TenantSettings, std::less<>> tenants;

  Settings() = default;
  explicit Settings(const Host& host);

  const TenantSettings& of(std::string_view tenant) const {
    const auto it = tenants.find(tenant);
    return it == tenants.end() ? *this : it->second;
  }
  /// Of one evaluation for a client that stays.
  uint32_t liveTimeoutOf(std::string_view tenant) const {
    const uint32_t own_ms = of(tenant).timeout_ms;
    return own_ms == 0 ? subscriptions.timeout_ms : std::min(subscriptions.timeout_ms, own_ms);
  }
  bool isAdministrator(std::string_view userName) const;

 private:
  void readTenants(const Json& json);
  void checkTrust() const;
};

}  // namespace tenon::graphql
