// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string_view>

#include "envelope.h"
#include "execution/executor.h"
#include "graphql_request.h"
#include "service/persisted_queries.h"
#include "service/rate_limiter.h"
#include "service/result_cache.h"
#include "service/schemas.h"
#include "service/trusted_documents.h"

namespace tenon::graphql {

/// Who asks, as a principal and the headers of a request tell it, and what the tenant may do. All of it outlives the
/// execution.
struct Client {
  std::string_view tenant, user, userName;
  const TenantSettings& settings;
  std::optional<std::string_view> traceparent;
  Spent* spent = nullptr;  ///< by the request so far; nullptr: it has this one operation
};

/// What a request asks for.
struct PreparedOperation {
  std::string document;
  std::shared_ptr<ServedSchema> served;
  std::shared_ptr<const Plan> plan;
};

/// Executes what clients send, one operation at a time, within what their tenants may do: callers look that up once for
/// a request. Any thread.
class Operations {
 public:
  Operations(const Host& host, Schemas& schemas, const Settings& settings, const TrustedDocuments& trusted,
             ResultCache& cache, RateLimiter& limiter)
      : host_(host),
        schemas_(schemas),
        settings_(settings),
        trusted_(trusted),
        cache_(cache),
        persisted_(settings.persistedQueries),
        limiter_(limiter) {}

  /// Is it the tenant's turn? 0, or after how many seconds it may be. Before a request is read.
  uint32_t admit(std::string_view tenant, const TenantSettings& settings);
  /// A request holds so many operations more than one.
  void charge(const Client& client, size_t operations);
  /// Finds and plans what a request asks for, within what its tenant may ask for. Throws RequestError and BadRequest.
  PreparedOperation prepare(const GraphqlRequest& given, std::string_view tenant, const TenantSettings& settings);
  /// mayChange: false for a request that must change nothing. key: under which a change happens once. Throws
  /// BadRequest.
  Answer execute(const GraphqlRequest& given, const Client& client, bool mayChange, std::optional<std::string_view> key,
                 const tenon_cancel* cancel);

 private:
  struct Run;
  void execute(Run& run, bool mayChange, std::optional<std::string_view> key, const tenon_cancel* cancel);
  PersistedQueries::Document documentOf(const GraphqlRequest& given, std::string_view tenant,
                                        const TenantSettings& settings);
  PersistedQueries::Document trustedOf(const GraphqlRequest& given) const;
  bool isKnown(Run& run, const Plan& plan, const Variables& variables);
  void weigh(Run& run, const Plan& plan, const Variables& variables);
  void tell(Run& run) const;

  const Host& host_;
  Schemas& schemas_;
  const Settings& settings_;
  const TrustedDocuments& trusted_;
  ResultCache& cache_;
  PersistedQueries persisted_;
  RateLimiter& limiter_;
};

}  // namespace tenon::graphql
