// SPDX-License-Identifier: Apache-2.0
#include "live_queries.h"

#include <algorithm>
#include <iterator>

#include "tenon/extras/sha256.hpp"

namespace tenon::graphql {

namespace {

constexpr size_t kKeptResult = 256 * 1024;  // bytes of a result that is kept for who comes soon after
// Until a failure that may pass is tried again; the last one from then on.
constexpr uint64_t kPauses_ms[] = {5000, 10000, 20000, 40000, 60000};
constexpr uint64_t kMostWait_ms =
    60000;  // for a tenant's debt, before it is looked at again: who listens may have gone

[[noreturn]] void refuse(const std::string& what) {
  throw RequestError({ErrorType::ExecutionAborted, what, "limit-exceeded", {}, nullptr});
}

}  // namespace

void LiveQueries::subscribe(LiveQueryKey key, std::shared_ptr<Receiver> receiver) {
  const std::string text = key.text();
  {
    const std::lock_guard lock(mutex_);
    admit(key.tenant);
    if (join(text, receiver)) return;
  }
  const auto made = std::make_shared<LiveQuery>(std::move(key), text);
  made->plan(schemas_, settings_);
  const std::lock_guard lock(mutex_);
  admit(made->key().tenant);
  if (join(text, receiver)) return;  // another was faster
  if (stopped_) return;
  byText_.emplace(made->text(), made);
  index(made);
  join(text, receiver);
}

/// Nothing may be added past the limits.
void LiveQueries::admit(const std::string& tenant) const {
  const auto known = receivers_.find(tenant);
  if (byReceiver_.size() >= settings_.subscriptions.total) refuse("There are too many subscriptions.");
  if (known != receivers_.end() && known->second >= settings_.subscriptions.perTenant)
    refuse("The tenant has too many subscriptions.");
}

/// False: there is no such query yet.
bool LiveQueries::join(const std::string& text, const std::shared_ptr<Receiver>& receiver) {
  const auto it = byText_.find(text);
  if (it == byText_.end()) return false;
  const Query& query = it->second;
  query->listeners.push_back({receiver, true});
  byReceiver_.emplace(receiver.get(), query);
  ++receivers_[query->key().tenant];
  due(query);
  return true;
}

void LiveQueries::unsubscribe(const Receiver& receiver) {
  std::shared_ptr<CancelSource> running;
  Query query;  // goes outside the lock
  {
    const std::lock_guard lock(mutex_);
    const auto it = byReceiver_.find(&receiver);
    if (it == byReceiver_.end()) return;
    query = it->second;
    byReceiver_.erase(it);
    std::erase_if(query->listeners, [&](const auto& l) { return l.receiver.get() == &receiver; });
    if (const auto n = receivers_.find(query->key().tenant); --n->second == 0) receivers_.erase(n);
    if (!query->listeners.empty()) return;
    running = query->cancel;
    forget(query);
  }
  if (running != nullptr) running->cancel();
}

void LiveQueries::index(const Query& query) {
  unindex(query);
  query->indexed = query->watched();
  query->on = query->schema();
  for (const WatchedModel& m : query->indexed) byModel_[m].insert(query);
}

void LiveQueries::unindex(const Query& query) {
  for (const WatchedModel& m : query->indexed)
    if (const auto it = byModel_.find(m); it != byModel_.end() && it->second.erase(query) != 0 && it->second.empty())
      byModel_.erase(it);
  query->indexed.clear();
}

/// It is found no more: who asks the same from now on gets another one.
void LiveQueries::forget(const Query& query) {
  unindex(query);
  if (const auto it = byText_.find(query->text()); it != byText_.end() && it->second == query) byText_.erase(it);
}

bool LiveQueries::areThere() {
  const std::lock_guard lock(mutex_);
  return !byModel_.empty();
}

void LiveQueries::written(const WatchedModel& model) {
  const std::lock_guard lock(mutex_);
  const auto it = byModel_.find(model);
  if (it == byModel_.end()) return;
  for (const Query& query : it->second) {
    query->isStale = true;
    due(query);
  }
}

void LiveQueries::schemasChanged() {
  const std::lock_guard lock(mutex_);
  std::unordered_map<std::string_view, std::shared_ptr<ServedSchema>> now;
  for (const auto& [text, query] : byText_) {
    auto& served = now[query->key().tenant];
    if (served == nullptr) served = schemas_.of(query->key().tenant);
    if (served.get() == query->on) continue;
    query->isStale = true;
    due(query);
  }
}

void LiveQueries::due(const Query& query) {
  if (stopped_ || query->state != LiveQuery::State::Idle) return;  // what is on its way sees what has changed
  const uint64_t now_ms = host_.monotonicMs();
  if (!query->isStale || query->next_ms <= now_ms) return queue(query);
  queueIn(query, query->next_ms - now_ms);
}

void LiveQueries::queueIn(const Query& query, uint64_t delay_ms) {
  query->state = LiveQuery::State::Waiting;
  delays_.after(delay_ms, [this, query] {
    const std::lock_guard lock(mutex_);
    if (!stopped_ && !query->listeners.empty()) queue(query);
  });
}

void LiveQueries::queue(const Query& query) {
  query->state = LiveQuery::State::Queued;
  work_.add(query->key().tenant, [this, query](const tenon_cancel* cancel) { evaluate(query, cancel); });
}

void LiveQueries::evaluate(const Query& query, const tenon_cancel* cancel) {
  const std::string& tenant = query->key().tenant;
  const Rates& rates = settings_.of(tenant).rates;
  const auto own = std::make_shared<CancelSource>();
  own->deadlineIn(settings_.liveTimeoutOf(tenant));
  bool isKnown = false;
  {
    const std::lock_guard lock(mutex_);
    query->state = LiveQuery::State::Running;
    if (stopped_ || query->listeners.empty()) return;  // it is found no more
    const uint64_t now_ms = host_.monotonicMs();
    // An older result may have been overtaken by what nobody tells of: who comes later must not begin with it.
    isKnown = !query->isStale && !query->result.empty() && now_ms < query->next_ms;
    if (!isKnown) {
      if (const uint64_t wait_ms = limiter_.wait_ms(tenant, rates, now_ms); wait_ms > 0)
        return queueIn(query, std::min(wait_ms, kMostWait_ms));
      query->isStale = false;
      query->next_ms = now_ms + settings_.subscriptions.interval_ms;
      query->cancel = own;
    }
  }
  try {
    if (isKnown) return deliver(query, nullptr);
    const CancelledWith draining(*own, cancel);
    if (query->plan(schemas_, settings_)) {
      const std::lock_guard lock(mutex_);
      if (!query->listeners.empty()) index(query);
    }
    limiter_.charge(tenant, rates, 0, query->cost(), host_.monotonicMs());
    ExecutionLimits limits = settings_.of(tenant).execution;
    limits.replyBytes = settings_.subscriptions.queuedBytes;
    const LiveQuery::Result fresh = query->evaluate(host_, limits, own->token());
    if (!own->isCancelled()) deliver(query, &fresh);
  } catch (const RequestError& e) {
    end(query, e.errors());
  } catch (const std::exception& e) {
    host_.error(std::string("GraphQL subscription: ") + e.what());
    end(query,
        {{ErrorType::DataFetchingException, "an unexpected error: see the log of the host", kUnexpected, {}, {}}});
  }
}

/// fresh: nullptr = the last result, for who has none yet.
void LiveQueries::deliver(const Query& query, const LiveQuery::Result* fresh) {
  const std::string hash = fresh != nullptr ? sha256Hex(fresh->json) : std::string();
  std::vector<std::shared_ptr<Receiver>> to;
  std::string text;
  {
    const std::lock_guard lock(mutex_);
    query->cancel = nullptr;
    const bool differs = fresh != nullptr && hash != query->hash;
    if (differs) {
      query->hash = hash;
      query->result = fresh->json.size() <= kKeptResult ? fresh->json : std::string();
    }
    for (LiveQuery::Listener& l : query->listeners)
      if (differs || l.isNew) {
        l.isNew = false;
        to.push_back(l.receiver);
      }
    if (fresh == nullptr) text = query->result;
  }
  // While it runs no other thread delivers: results keep their order without a lock.
  for (const auto& receiver : to) receiver->next(fresh != nullptr ? fresh->json : text);
  const std::lock_guard lock(mutex_);
  query->state = LiveQuery::State::Idle;
  if (query->listeners.empty()) return;
  if (fresh != nullptr && !fresh->isPassing) query->retries = 0;
  if (fresh != nullptr && fresh->isPassing && !query->isToRetry) {
    query->isToRetry = true;
    const size_t pause = std::min<size_t>(query->retries++, std::size(kPauses_ms) - 1);
    delays_.after(kPauses_ms[pause], [this, query] { retry(query); });
  }
  const bool anyNew =
      std::any_of(query->listeners.begin(), query->listeners.end(), [](const auto& l) { return l.isNew; });
  if (query->isStale || anyNew) due(query);
}

void LiveQueries::retry(const Query& query) {
  const std::lock_guard lock(mutex_);
  query->isToRetry = false;
  if (query->listeners.empty()) return;
  query->isStale = true;
  due(query);
}

void LiveQueries::end(const Query& query, const std::vector<GraphqlError>& errors) {
  std::vector<LiveQuery::Listener> listeners;
  {
    const std::lock_guard lock(mutex_);
    if (stopped_) return;
    listeners.swap(query->listeners);
    for (const auto& l : listeners) {
      byReceiver_.erase(l.receiver.get());
      if (const auto n = receivers_.find(query->key().tenant); --n->second == 0) receivers_.erase(n);
    }
    forget(query);
  }
  for (const auto& l : listeners) l.receiver->refused(errors);
}

void LiveQueries::stop() {
  std::unordered_map<std::string_view, Query> byText;
  std::unordered_map<const Receiver*, Query> byReceiver;
  {
    const std::lock_guard lock(mutex_);
    stopped_ = true;
    byText.swap(byText_);
    byReceiver.swap(byReceiver_);
    receivers_.clear();
    byModel_.clear();
  }
  for (const auto& [text, query] : byText) {
    std::shared_ptr<CancelSource> running;
    {
      const std::lock_guard lock(mutex_);
      running = query->cancel;
    }
    if (running != nullptr) running->cancel();
  }
}

}  // namespace tenon::graphql
