// SPDX-License-Identifier: Apache-2.0
#include "routes.h"

#include <algorithm>

namespace tenon::graphql {

namespace {

Answer refusal(ErrorType type, std::string message, std::string_view code) {
  return {{{type, std::move(message), code, {}, nullptr}}, {}, {}};
}

/// Warnings, and of a schema that was asked for its hash.
std::string extensionsOf(const std::vector<std::string>& warnings, const Plan& plan, ServedSchema& served) {
  const bool asksForSchema = std::any_of(plan.roots.begin(), plan.roots.end(),
                                         [](const Node& n) { return n.is(IntrospectionAction::Schema); });
  if (warnings.empty() && !asksForSchema) return {};
  Json out = Json::object();
  if (!warnings.empty()) out["warnings"] = warnings;
  if (asksForSchema) out["schema"] = served.version();
  return dumpJson(out);
}

}  // namespace

Routes::Routes(Http& http, const Host& host, Schemas& schemas, const Settings& settings)
    : host_(host), schemas_(schemas), settings_(settings), persisted_(settings.persistedQueries) {
  http.route<&Routes::get>("GET", "/api/f/graphql", this);
  http.route<&Routes::post>("POST", "/api/f/graphql", this);
  http.route<&Routes::sdl>("GET", "/api/f/graphql/schema.graphql", this);
}

template <class Read>
void Routes::answering(Request& request, Reply& reply, Read&& read, const tenon_cancel* cancel) {
  const auto media = accepted(request.header("Accept"));
  thread_local std::string out;
  out.clear();
  int32_t status = 200;
  const auto refuse = [&](int32_t with, Answer answer) {
    out.clear();
    status = with;
    write(out, answer, media.value_or(Media::Json));
  };
  try {
    if (!media) throw BadRequest(406, "the reply is application/json or application/graphql-response+json");
    const GraphqlRequests given = read();
    const Caller caller{request.principal()->tenant_id, request.principal()->user_id};
    const bool mayChange = request.method() == "POST";
    // One of a batch that is no request takes nothing from the others.
    const auto executeOf = [&](const GraphqlRequest& one) {
      try {
        return execute(one, caller, mayChange, cancel);
      } catch (const BadRequest& bad) {
        return refusal(ErrorType::InvalidSyntax, bad.what(), "parse-failed");
      }
    };
    if (given.isBatch) out += '[';
    for (const GraphqlRequest& one : given.list) {
      if (&one != &given.list.front()) out += ',';
      const Answer answer = given.isBatch ? executeOf(one) : execute(one, caller, mayChange, cancel);
      if (!given.isBatch) status = statusOf(answer, *media);
      write(out, answer, *media);
    }
    if (given.isBatch) out += ']';
  } catch (const BadRequest& bad) {
    if (bad.status() == 405) reply.header("Allow", "POST");
    refuse(bad.status(), refusal(ErrorType::InvalidSyntax, bad.what(), "parse-failed"));
  }
  reply.send(status, nameOf(media.value_or(Media::Json)), out);
}

void Routes::get(Request& request, Reply& reply, const tenon_cancel* cancel) {
  answering(
      request, reply,
      [&] {
        return GraphqlRequests{{readQuery(request)}, false};
      },
      cancel);
}

void Routes::post(Request& request, Reply& reply, const tenon_cancel* cancel) {
  answering(
      request, reply, [&] { return readBody(request, settings_.batch); }, cancel);
}

void Routes::sdl(Request& request, Reply& reply, const tenon_cancel*) {
  if (!settings_.introspection)
    throw Failure(TENON_DENIED, request.language() == "en" ? "introspection is switched off" : "未开放模式查询");
  const auto served = schemas_.of(request.principal()->tenant_id);
  const std::string tag = '"' + served->version() + '"';
  reply.header("ETag", tag);
  if (request.header("If-None-Match").value_or("").find(tag) != std::string_view::npos)
    reply.send(304, {}, {});
  else
    reply.send(200, "application/graphql; charset=utf-8", served->sdl());
}

Answer Routes::execute(const GraphqlRequest& given, const Caller& caller, bool mayChange, const tenon_cancel* cancel) {
  Answer out;
  try {
    auto document = persisted_.documentOf(given.query, given.extensions, caller.tenant);
    if (document.text.empty()) throw BadRequest(400, "\"query\" is missing");
    const auto served = schemas_.of(caller.tenant);
    const auto plan = served->plan(document.text, given.operationName);
    persisted_.keep(std::move(document));
    if (!mayChange && plan->changes) throw BadRequest(405, "a GET executes queries only");
    Variables variables =
        coerceVariables(served->schema(), *plan->document, *plan->operation, given.variables, !settings_.suggestions);
    Executor executor(host_, *plan, std::move(variables), served->reads(), caller, settings_.execution, cancel);
    executor.run(out.data);
    out.errors = executor.errors();
    out.extensions = extensionsOf(executor.warnings(), *plan, *served);
  } catch (const RequestError& e) {
    out.errors = e.errors();
  }
  return out;
}

}  // namespace tenon::graphql
