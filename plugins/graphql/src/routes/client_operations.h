// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "live/live_queries.h"
#include "operations.h"

namespace tenon::graphql {

/// One operation of a client that stays. What it asks for goes when it is cancelled or done: of one that waits in vain
/// little is kept. Any thread.
class StartedOperation {
 public:
  /// receiver: of its results; for an operation whose receiver has gone nothing is done.
  StartedOperation(GraphqlRequest request, std::string tenant, std::string user, std::string userName,
                   std::weak_ptr<Receiver> receiver)
      : request_(std::move(request)),
        tenant_(std::move(tenant)),
        user_(std::move(user)),
        userName_(std::move(userName)),
        receiver_(std::move(receiver)) {}

 private:
  friend class ClientOperations;
  /// Once; nullopt: it is cancelled.
  std::optional<GraphqlRequest> takeRequest();

  std::mutex mutex_;
  std::optional<GraphqlRequest> request_;
  const std::string tenant_, user_, userName_;
  const std::weak_ptr<Receiver> receiver_;
  CancelSource cancel_;
};

/// Executes operations of clients that stay, on the host's workers: queries and mutations once, subscriptions until
/// they are cancelled. Any thread.
class ClientOperations {
 public:
  ClientOperations(const Settings& settings, Operations& operations, LiveQueries& live, WorkQueue& work)
      : settings_(settings), operations_(operations), live_(live), work_(work) {}

  void start(const std::shared_ptr<StartedOperation>& operation);
  /// Is it the tenant's turn? False: it has asked for more than it may in a second. For what no request has brought.
  bool admits(std::string_view tenant) { return operations_.admit(tenant, settings_.of(tenant)) == 0; }
  /// It ends as soon as may be. Its receiver may hear a result that was on its way.
  void cancel(StartedOperation& operation);
  /// Is it a mutation? Not, when it is no good.
  bool changes(const GraphqlRequest& request, std::string_view tenant);

 private:
  void run(StartedOperation& operation, const GraphqlRequest& request, Receiver& receiver, const tenon_cancel* cancel);
  bool subscribe(StartedOperation& operation, const GraphqlRequest& request, const std::shared_ptr<Receiver>& receiver);

  const Settings& settings_;
  Operations& operations_;
  LiveQueries& live_;
  WorkQueue& work_;
};

}  // namespace tenon::graphql
