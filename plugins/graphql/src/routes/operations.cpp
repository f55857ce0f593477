// SPDX-License-Identifier: Apache-2.0
#include "operations.h"

#include <algorithm>

#include "execution/cost.h"
#include "language/fingerprint.h"
#include "tenon/extras/sha256.hpp"
#include "trace_context.h"

namespace tenon::graphql {

namespace {

using Clock = Explanation::Clock;

[[noreturn]] void refuse(ErrorType type, const std::string& message, std::string_view code) {
  throw RequestError({type, message, code, {}, nullptr});
}

/// Does a request's `extensions` ask for something?
bool asks(const GraphqlRequest& given, const char* name) {
  const auto it = given.extensions.find(name);
  return it != given.extensions.end() && *it == true;
}

bool asksForSchema(const Plan& plan) {
  return std::any_of(plan.roots.begin(), plan.roots.end(),
                     [](const Node& n) { return n.is(IntrospectionAction::Schema); });
}

/// The hash that a persisted query names, or nothing.
std::string hashOf(const Json& extensions) {
  const auto given = extensions.find("persistedQuery");
  if (given == extensions.end() || !given->is_object()) return {};
  const Json hash = given->value("sha256Hash", Json());
  return hash.is_string() ? hash.get<std::string>() : std::string();
}

}  // namespace

/// One operation on its way.
struct Operations::Run {
  const GraphqlRequest& given;
  const Client& client;
  const TenantSettings& settings;
  const Clock::time_point begun = Clock::now();
  std::optional<TraceContext> trace = {};
  std::string logFields = {};  // of the host's lines about it
  std::string document = {};
  uint64_t cost = 0;
  std::optional<CachePolicy> cached = {};
  Json extensions = Json::object();
  Answer answer = {};
};

uint32_t Operations::admit(std::string_view tenant, const TenantSettings& settings) {
  return limiter_.admit(tenant, settings.rates, host_.monotonicMs());
}

void Operations::charge(const Client& client, size_t operations) {
  if (operations > 0) limiter_.charge(client.tenant, client.settings.rates, operations, 0, host_.monotonicMs());
}

PreparedOperation Operations::prepare(const GraphqlRequest& given, std::string_view tenant,
                                      const TenantSettings& settings) {
  auto document = documentOf(given, tenant, settings);
  PreparedOperation out{document.text, schemas_.of(tenant), nullptr};
  out.plan = out.served->plan(out.document, given.operationName);
  persisted_.keep(std::move(document));
  return out;
}

Answer Operations::execute(const GraphqlRequest& given, const Client& client, bool mayChange,
                           std::optional<std::string_view> key, const tenon_cancel* cancel) {
  Run run{given, client, client.settings};
  if (client.traceparent || asks(given, "tracing")) run.trace = TraceContext::of(client.traceparent);
  if (run.trace) run.logFields = dumpJson({{"traceId", run.trace->traceId}, {"spanId", run.trace->spanId}});
  try {
    execute(run, mayChange, key, cancel);
  } catch (const RequestError& e) {
    run.answer.errors = e.errors();
    run.answer.cacheKey.clear();
  }
  tell(run);
  if (!run.extensions.empty()) run.answer.extensions = dumpJson(run.extensions);
  return std::move(run.answer);
}

void Operations::execute(Run& run, bool mayChange, std::optional<std::string_view> key, const tenon_cancel* cancel) {
  const GraphqlRequest& given = run.given;
  const bool explains = asks(given, "explain");
  if (explains && !settings_.isAdministrator(run.client.userName))
    refuse(ErrorType::OperationNotSupported, "Only an administrator may see how an operation is executed.",
           "permission-error");
  const uint64_t stamp = cache_.stamp();  // before the schema is chosen: an answer by an old one is old
  auto [document, served, plan] = prepare(given, run.client.tenant, run.settings);
  run.document = std::move(document);
  if (plan->operation->type == OperationType::Subscription)
    throw RequestError({ErrorType::OperationNotSupported,
                        "A subscription needs text/event-stream or a WebSocket.",
                        "not-supported",
                        {locationOf(plan->document->source(), plan->operation->start)},
                        nullptr});
  if (!mayChange && plan->changes) throw BadRequest(405, "a GET executes queries only");
  Variables variables =
      coerceVariables(served->schema(), *plan->document, *plan->operation, given.variables, !run.settings.suggestions);
  if (asksForSchema(*plan)) run.extensions["schema"] = served->version();
  if (cache_.isOn() && !explains && isKnown(run, *plan, variables)) return;
  weigh(run, *plan, variables);
  ResultCache::Result result;
  result.stamp = stamp;
  if (run.cached) result.models = watchedModels(*plan, variables);
  Explanation explanation;
  const Caller caller{run.client.tenant, run.client.user, run.logFields, explains ? &explanation : nullptr,
                      run.client.spent};
  Executor executor(host_, *plan, std::move(variables), served->reads(), caller, run.settings.execution, cancel);
  std::optional<Once> once;
  if (key && plan->changes)
    once = Once{*key, dumpJson(Json::array({run.document, given.operationName, given.variables}))};
  executor.run(run.answer.data, once ? &*once : nullptr);
  run.answer.errors = executor.errors();
  if (!executor.warnings().empty()) run.extensions["warnings"] = executor.warnings();
  if (explains) run.extensions["explain"] = explanation.json(*plan);
  if (!run.cached) return;
  if (!run.answer.errors.empty()) return run.answer.cacheKey.clear();
  result.data = run.answer.data;
  result.warnings = executor.warnings();
  result.expires_ms = host_.monotonicMs() + run.answer.maxAge_s * 1000;
  cache_.keep(run.answer.cacheKey, std::move(result));
}

PersistedQueries::Document Operations::documentOf(const GraphqlRequest& given, std::string_view tenant,
                                                  const TenantSettings& settings) {
  if (!given.documentId.empty() && !given.query.empty())
    throw BadRequest(400, "\"query\" and \"documentId\" do not go together");
  if (!given.documentId.empty() || settings.trustedOnly) return trustedOf(given);
  auto out = persisted_.documentOf(given.query, given.extensions, tenant);
  if (out.text.empty()) throw BadRequest(400, "\"query\" is missing");
  return out;
}

/// Of the operator's documents, by whatever name the client has for it.
PersistedQueries::Document Operations::trustedOf(const GraphqlRequest& given) const {
  const std::string id = !given.documentId.empty() ? given.documentId
                         : !given.query.empty()    ? sha256Hex(given.query)
                                                   : hashOf(given.extensions);
  if (id.empty()) throw BadRequest(400, "\"query\" is missing");
  const std::string* known = trusted_.find(id);
  if (known != nullptr) return {*known, {}};
  if (given.documentId.empty())
    refuse(ErrorType::ValidationError, "Only trusted documents are executed, and this is none.", "permission-error");
  refuse(ErrorType::ValidationError, "There is no trusted document of this id.", "not-found");
}

/// Is it @cached, and its answer there? Sets what the answer says of that, and if it is there the answer.
bool Operations::isKnown(Run& run, const Plan& plan, const Variables& variables) {
  try {
    run.cached = cachePolicyOf(plan, variables);
  } catch (const FieldError& e) {
    refuse(ErrorType::ValidationError, e.what(), e.code());
  }
  if (!run.cached) return false;
  run.answer.cacheKey = cacheKeyOf(run.client.tenant, run.document, *plan.operation, variables);
  run.answer.maxAge_s = run.cached->ttl_s;
  const uint64_t now_ms = host_.monotonicMs();
  const auto known = run.cached->refreshes ? nullptr : cache_.find(run.answer.cacheKey, now_ms);
  if (known == nullptr) return false;
  run.answer.data = known->data;
  run.answer.maxAge_s = (known->expires_ms - now_ms + 999) / 1000;
  if (!known->warnings.empty()) run.extensions["warnings"] = known->warnings;
  if (asks(run.given, "cost")) run.extensions["cost"] = {{"requested", 0}, {"limit", run.settings.cost}};
  return true;
}

/// What the operation costs, where somebody wants to know: the limits, or the client.
void Operations::weigh(Run& run, const Plan& plan, const Variables& variables) {
  const TenantSettings& s = run.settings;
  const bool isAsked = asks(run.given, "cost");
  if (s.cost == 0 && s.rates.costPerSecond == 0 && !isAsked) return;
  run.cost = costOf(plan, variables, s.execution.reads.mostRows);
  if (isAsked || isPast(run.cost, s.cost)) run.extensions["cost"] = {{"requested", run.cost}, {"limit", s.cost}};
  refuseCost(run.cost, s.cost);
  if (!limiter_.spend(run.client.tenant, s.rates, run.cost, host_.monotonicMs()))
    refuse(ErrorType::ExecutionAborted, "The tenant asks for more than it may in a second: try again later.",
           "limit-exceeded");
}

/// To the client that asks for it, and of a slow operation to the operator.
void Operations::tell(Run& run) const {
  const auto duration = Clock::now() - run.begun;
  const auto microseconds = std::chrono::duration_cast<std::chrono::microseconds>(duration).count();
  if (asks(run.given, "tracing")) {
    Json& tracing = run.extensions["tracing"] = {{"traceId", run.trace->traceId}, {"spanId", run.trace->spanId}};
    if (run.trace->isGiven()) tracing["parentId"] = run.trace->parentId;
    tracing["sampled"] = run.trace->isSampled;
    tracing["duration_us"] = microseconds;
  }
  if (settings_.slow_ms == 0 || duration < std::chrono::milliseconds(settings_.slow_ms)) return;
  Json fields = {{"document", fingerprintOf(run.document)},
                 {"operation", run.given.operationName},
                 {"tenant", run.client.tenant},
                 {"user", run.client.user},
                 {"duration_ms", microseconds / 1000},
                 {"cost", run.cost}};
  if (run.trace) fields["traceId"] = run.trace->traceId;
  host_.warn("a slow GraphQL operation", dumpJson(fields));
}

}  // namespace tenon::graphql
