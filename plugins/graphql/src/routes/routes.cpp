// SPDX-License-Identifier: Apache-2.0
#include "routes.h"

#include "execution/executor.h"
#include "tenon/json_writer.hpp"

namespace tenon::graphql {

namespace {

Answer refusal(ErrorType type, std::string message, std::string_view code) {
  return {{{type, std::move(message), code, {}, nullptr}}, {}, {}};
}

std::string warningsJson(const std::vector<std::string>& warnings) {
  if (warnings.empty()) return {};
  std::string out = "{\"warnings\":[";
  for (size_t i = 0; i < warnings.size(); ++i) {
    if (i > 0) out += ',';
    appendJsonString(out, warnings[i]);
  }
  return out + "]}";
}

}  // namespace

Routes::Routes(Http& http, const Host& host, Schemas& schemas, const Settings& settings)
    : host_(host), schemas_(schemas), settings_(settings) {
  http.route<&Routes::get>("GET", "/api/f/graphql", this);
  http.route<&Routes::post>("POST", "/api/f/graphql", this);
}

template <class Read>
void Routes::answering(Request& request, Reply& reply, Read&& read, const tenon_cancel* cancel) {
  const auto media = accepted(request.header("Accept"));
  thread_local std::string out;
  out.clear();
  int32_t status = 200;
  Answer answer;
  if (!media) {
    status = 406;
    answer = refusal(ErrorType::ExecutionAborted, "The reply is application/json or application/graphql-response+json.",
                     "not-supported");
  } else {
    try {
      const GraphqlRequest given = read();
      answer = execute(given, {request.principal()->tenant_id, request.principal()->user_id},
                       request.method() == "POST", cancel);
      status = statusOf(answer, *media);
    } catch (const BadRequest& bad) {
      status = bad.status();
      answer = refusal(ErrorType::InvalidSyntax, bad.what(), "parse-failed");
      if (status == 405) reply.header("Allow", "POST");
    }
  }
  write(out, answer, media.value_or(Media::Json));
  reply.send(status, nameOf(media.value_or(Media::Json)), out);
}

void Routes::get(Request& request, Reply& reply, const tenon_cancel* cancel) {
  answering(
      request, reply, [&] { return readQuery(request); }, cancel);
}

void Routes::post(Request& request, Reply& reply, const tenon_cancel* cancel) {
  answering(
      request, reply, [&] { return readBody(request); }, cancel);
}

Answer Routes::execute(const GraphqlRequest& given, const Caller& caller, bool mayChange, const tenon_cancel* cancel) {
  if (given.query.empty()) throw BadRequest(400, "\"query\" is missing");
  Answer out;
  try {
    const auto served = schemas_.of(caller.tenant);
    const auto plan = served->plan(given.query, given.operationName);
    if (!mayChange && plan->changes) throw BadRequest(405, "a GET executes queries only");
    Variables variables =
        coerceVariables(served->schema(), *plan->document, *plan->operation, given.variables, !settings_.suggestions);
    Executor executor(host_, *plan, std::move(variables), served->reads(), caller, settings_.execution, cancel);
    executor.run(out.data);
    out.errors = executor.errors();
    out.extensions = warningsJson(executor.warnings());
  } catch (const RequestError& e) {
    out.errors = e.errors();
  }
  return out;
}

}  // namespace tenon::graphql
