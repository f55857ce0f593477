// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>
#include <unordered_set>

#include "delays.h"
#include "live_query.h"
#include "work_queue.h"

namespace tenon::graphql {

/// The live queries that somebody listens to, each once for all who ask the same. One is evaluated when it is new and
/// when a change was committed to a model that it reads; several changes meanwhile lead to one more evaluation. What
/// each costs is charged to its tenant, and while that is over its rate its queries wait. Who listens is told when the
/// result is another. Any thread.
class LiveQueries {
 public:
  LiveQueries(const Host& host, Schemas& schemas, const Settings& settings, RateLimiter& limiter, WorkQueue& work,
              Delays& delays)
      : host_(host), schemas_(schemas), settings_(settings), limiter_(limiter), work_(work), delays_(delays) {}

  /// The receiver hears the result as it is now, and again when it changes, until unsubscribe() or its end. Throws
  /// RequestError: it is no good, or there are too many.
  void subscribe(LiveQueryKey key, std::shared_ptr<Receiver> receiver);
  /// Nobody listens any more: what is being evaluated is cancelled. One that is unknown is passed over.
  void unsubscribe(const Receiver& receiver);

  /// Does any query read records that may be written? One that comes later sees what is committed now.
  bool areThere();
  /// Records of a model were written, and are committed.
  void written(const WatchedModel& model);
  /// Schemas may be others: queries on an old one are planned anew.
  void schemasChanged();
  /// Nothing is evaluated any more, and nobody told.
  void stop();

 private:
  using Query = std::shared_ptr<LiveQuery>;

  // The caller holds mutex_:
  bool join(const std::string& text, const std::shared_ptr<Receiver>& receiver);
  void admit(const std::string& tenant) const;
  void due(const Query& query);
  void queue(const Query& query);
  void queueIn(const Query& query, uint64_t delay_ms);
  void index(const Query& query);
  void unindex(const Query& query);
  void forget(const Query& query);

  void evaluate(const Query& query, const tenon_cancel* cancel);
  void deliver(const Query& query, const LiveQuery::Result* fresh);
  void retry(const Query& query);
  void end(const Query& query, const std::vector<GraphqlError>& errors);

  const Host& host_;
  Schemas& schemas_;
  const Settings& settings_;
  RateLimiter& limiter_;
  WorkQueue& work_;
  Delays& delays_;
  std::mutex mutex_;
  bool stopped_ = false;
  std::unordered_map<std::string_view, Query> byText_;
  std::unordered_map<const Receiver*, Query> byReceiver_;
  std::unordered_map<std::string, uint32_t> receivers_;  // by tenant
  std::map<WatchedModel, std::unordered_set<Query>> byModel_;
};

}  // namespace tenon::graphql
