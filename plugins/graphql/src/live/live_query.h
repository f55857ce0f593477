// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "receiver.h"
#include "service/schemas.h"
#include "tenon/cancel_source.hpp"
#include "watched_models.h"

namespace tenon::graphql {

/// What tells one live query from another: whoever agrees in this gets the same results.
struct LiveQueryKey {
  std::string tenant;  ///< all that a caller's rights depend on: rows are a tenant's
  std::string document, operation;
  Json variables;  ///< as they were given, of those that the operation declares

  std::string text() const;
};

/// A subscription's query that is evaluated again and again, with all who receive its results.
class LiveQuery {
 public:
  LiveQuery(LiveQueryKey key, std::string text) : key_(std::move(key)), text_(std::move(text)) {}

  const LiveQueryKey& key() const noexcept { return key_; }
  const std::string& text() const noexcept { return text_; }

  // One thread at a time: the one that evaluates, or the one that has just made it.

  /// Plans it, or plans it anew on the schema that is served now. False: nothing has changed. Throws RequestError: it
  /// does not validate there.
  bool plan(Schemas& schemas, const Settings& settings);
  /// What its results depend on, as it is planned now.
  const WatchedModels& watched() const noexcept { return watched_; }
  const ServedSchema* schema() const noexcept { return served_.get(); }
  /// Of one evaluation; 0 where no limit asks for it.
  uint64_t cost() const noexcept { return cost_; }
  struct Result {
    std::string json;
    bool isPassing = false;  ///< something failed that another time may not
  };
  /// Executes it once.
  Result evaluate(const Host& host, const ExecutionLimits& limits, const tenon_cancel* cancel) const;

  // Guarded by the lock of LiveQueries:

  struct Listener {
    std::shared_ptr<Receiver> receiver;
    bool isNew = true;  ///< has no result yet
  };
  /// Waiting: for the interval between two evaluations. Queued: for a worker.
  enum class State : uint8_t { Idle, Waiting, Queued, Running };

  std::vector<Listener> listeners;
  State state = State::Idle;
  bool isStale = true;                   ///< something has changed since the last evaluation began
  bool isToRetry = false;                ///< the last evaluation has failed, and is repeated later
  uint32_t retries = 0;                  ///< since an evaluation without such a failure
  uint64_t next_ms = 0;                  ///< before this it is not evaluated again
  std::string hash;                      ///< of the last result
  std::string result;                    ///< that one, for who comes soon after, unless it is large
  std::shared_ptr<CancelSource> cancel;  ///< of the evaluation that runs
  WatchedModels indexed;                 ///< under what it is found
  const ServedSchema* on = nullptr;      ///< what it is planned on, to be compared only

 private:
  const LiveQueryKey key_;
  const std::string text_;
  std::shared_ptr<ServedSchema> served_;
  std::shared_ptr<const Plan> plan_;
  Variables variables_;
  WatchedModels watched_;
  uint64_t cost_ = 0;
};

}  // namespace tenon::graphql
