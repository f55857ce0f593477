// SPDX-License-Identifier: Apache-2.0
#include "client_operations.h"

namespace tenon::graphql {

namespace {

/// What an operation does not declare makes no difference to it.
Json declared(const Operation& operation, const Json& given) {
  Json out = Json::object();
  for (const VariableDefinition& v : operation.variables)
    if (const auto it = given.find(v.variable.value); it != given.end()) out[v.variable.value] = *it;
  return out;
}

}  // namespace

std::optional<GraphqlRequest> StartedOperation::takeRequest() {
  const std::lock_guard lock(mutex_);
  return std::exchange(request_, std::nullopt);
}

void ClientOperations::start(const std::shared_ptr<StartedOperation>& operation) {
  work_.add(operation->tenant_, [this, operation](const tenon_cancel* cancel) {
    const auto receiver = operation->receiver_.lock();
    const auto request = operation->takeRequest();
    if (receiver == nullptr || !request) return;
    try {
      if (!subscribe(*operation, *request, receiver)) run(*operation, *request, *receiver, cancel);
    } catch (const RequestError& e) {
      receiver->refused(e.errors());
    } catch (const BadRequest& e) {
      receiver->refused({{ErrorType::InvalidSyntax, e.what(), "parse-failed", {}, nullptr}});
    } catch (const std::exception&) {
      receiver->refused({{ErrorType::DataFetchingException,
                          "an unexpected error: see the log of the host",
                          kUnexpected,
                          {},
                          nullptr}});
      throw;  // to be told in the log
    }
  });
}

void ClientOperations::cancel(StartedOperation& operation) {
  operation.takeRequest();
  operation.cancel_.cancel();
  if (const auto receiver = operation.receiver_.lock()) live_.unsubscribe(*receiver);
}

/// False: it is no subscription.
bool ClientOperations::subscribe(StartedOperation& o, const GraphqlRequest& request,
                                 const std::shared_ptr<Receiver>& receiver) {
  PreparedOperation prepared = operations_.prepare(request, o.tenant_, settings_.of(o.tenant_));
  const Operation& operation = *prepared.plan->operation;
  if (operation.type != OperationType::Subscription) return false;
  Json variables = declared(operation, request.variables);
  live_.subscribe({o.tenant_, std::move(prepared.document), request.operationName, std::move(variables)}, receiver);
  if (o.cancel_.isCancelled()) live_.unsubscribe(*receiver);  // meanwhile
  return true;
}

void ClientOperations::run(StartedOperation& o, const GraphqlRequest& request, Receiver& receiver,
                           const tenon_cancel* cancel) {
  o.cancel_.deadlineIn(settings_.liveTimeoutOf(o.tenant_));
  Answer answer;
  {
    const CancelledWith draining(o.cancel_, cancel);
    answer = operations_.execute(request, {o.tenant_, o.user_, o.userName_, settings_.of(o.tenant_), {}}, true,
                                 std::nullopt, o.cancel_.token());
  }
  if (answer.data.empty()) return receiver.refused(answer.errors);
  std::string json;
  write(json, answer, Media::Response);
  if (json.size() > settings_.subscriptions.queuedBytes)
    return receiver.refused({{ErrorType::ExecutionAborted,
                              "the reply becomes too large: narrow the query",
                              "limit-exceeded",
                              {},
                              nullptr}});
  receiver.next(json);
  receiver.complete();
}

bool ClientOperations::changes(const GraphqlRequest& request, std::string_view tenant) {
  try {
    return operations_.prepare(request, tenant, settings_.of(tenant)).plan->changes;
  } catch (const RequestError&) {
    return false;
  } catch (const BadRequest&) {
    return false;
  }
}

}  // namespace tenon::graphql
