// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "envelope.h"
#include "live/live_queries.h"

namespace tenon::graphql {

/// One operation of a client that stays. Any thread.
class StartedOperation {
 public:
  /// receiver: of its results; for an operation whose receiver has gone nothing is done.
  StartedOperation(GraphqlRequest request, std::string tenant, std::string user, std::weak_ptr<Receiver> receiver)
      : request_(std::move(request)),
        tenant_(std::move(tenant)),
        user_(std::move(user)),
        receiver_(std::move(receiver)) {}

 private:
  friend class ClientOperations;
  const GraphqlRequest request_;
  const std::string tenant_, user_;
  const std::weak_ptr<Receiver> receiver_;
  CancelSource cancel_;
};

/// What a request asks for.
struct PreparedOperation {
  std::string document;
  std::shared_ptr<ServedSchema> served;
  std::shared_ptr<const Plan> plan;
};

/// Executes operations of clients that stay, on the host's workers: queries and mutations once, subscriptions until
/// they are cancelled. Any thread.
class ClientOperations {
 public:
  /// Finds and plans what a request asks for, within what its tenant may do. Throws RequestError and BadRequest.
  using Prepare = std::function<PreparedOperation(const GraphqlRequest&, std::string_view tenant)>;
  /// Executes a query or mutation. The caller's views outlive the call. Throws BadRequest.
  using Execute = std::function<Answer(const GraphqlRequest&, const Caller&, const tenon_cancel*)>;

  ClientOperations(const SubscriptionSettings& settings, LiveQueries& live, WorkQueue& work, Prepare prepare,
                   Execute execute)
      : settings_(settings), live_(live), work_(work), prepare_(std::move(prepare)), execute_(std::move(execute)) {}

  void start(const std::shared_ptr<StartedOperation>& operation);
  /// It ends as soon as may be. Its receiver may hear a result that was on its way.
  void cancel(StartedOperation& operation);
  /// Is it a mutation? Not, when it is no good.
  bool changes(const GraphqlRequest& request, std::string_view tenant);

 private:
  void run(StartedOperation& operation, Receiver& receiver, const tenon_cancel* cancel);
  bool subscribe(StartedOperation& operation, const std::shared_ptr<Receiver>& receiver);

  const SubscriptionSettings& settings_;
  LiveQueries& live_;
  WorkQueue& work_;
  const Prepare prepare_;
  const Execute execute_;
};

}  // namespace tenon::graphql
