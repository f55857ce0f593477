// SPDX-License-Identifier: Apache-2.0
#include "live_query.h"

#include <algorithm>

#include "execution/cost.h"
#include "routes/envelope.h"

namespace tenon::graphql {

namespace {

bool mayPass(const GraphqlError& e) noexcept {
  return e.code == kUnexpected || e.code == "timeout" || e.code == "conflict";
}

}  // namespace

std::string LiveQueryKey::text() const {
  const std::string given = dumpJson(variables);
  std::string out;
  for (const std::string_view part : {std::string_view(tenant), std::string_view(document), std::string_view(operation),
                                      std::string_view(given)})  // with its length, so that none runs into the next
    out.append(std::to_string(part.size())).append(1, ':').append(part);
  return out;
}

bool LiveQuery::plan(Schemas& schemas, const Settings& settings) {
  auto served = schemas.of(key_.tenant);
  if (served == served_) return false;
  auto plan = served->plan(key_.document, key_.operation);
  if (plan->changes)
    throw RequestError({ErrorType::OperationNotSupported,
                        "A subscription must not change anything.",
                        "not-supported",
                        {locationOf(plan->document->source(), plan->operation->start)},
                        nullptr});
  const TenantSettings& own = settings.of(key_.tenant);
  variables_ = coerceVariables(served->schema(), *plan->document, *plan->operation, key_.variables, !own.suggestions);
  if (own.cost != 0 || own.rates.costPerSecond != 0) {
    cost_ = costOf(*plan, variables_, own.execution.reads.mostRows);
    refuseCost(cost_, own.cost);
  }
  plan_ = std::move(plan);
  watched_ = watchedModels(*plan_, variables_);
  served_ = std::move(served);
  return true;
}

LiveQuery::Result LiveQuery::evaluate(const Host& host, const ExecutionLimits& limits,
                                      const tenon_cancel* cancel) const {
  const Caller caller{key_.tenant, {}};  // nothing is changed in anybody's name
  Executor executor(host, *plan_, variables_, served_->reads(), caller, limits, cancel);
  Answer answer;
  executor.run(answer.data);
  answer.errors = executor.errors();
  if (!executor.warnings().empty()) answer.extensions = dumpJson({{"warnings", executor.warnings()}});
  Result out;
  out.isPassing = std::any_of(answer.errors.begin(), answer.errors.end(), mayPass);
  write(out.json, answer, Media::Response);
  return out;
}

}  // namespace tenon::graphql
