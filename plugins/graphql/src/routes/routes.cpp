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

Routes::Routes(Http& http, const Host& host, Schemas& schemas, const Settings& settings, LiveQueries& live,
               WorkQueue& work, Channels& channels)
    : host_(host),
      schemas_(schemas),
      settings_(settings),
      persisted_(settings.persistedQueries),
      operations_(
          settings.subscriptions, live, work,
          [this](const GraphqlRequest& given, std::string_view tenant) { return prepare(given, tenant); },
          [this](const GraphqlRequest& given, const Caller& caller, const tenon_cancel* cancel) {
            return execute(given, caller, true, std::nullopt, cancel);
          }),
      events_(channels, operations_),
      sockets_(channels, operations_) {
  http.route<&Routes::get>("GET", "/api/f/graphql", this);
  http.route<&Routes::post>("POST", "/api/f/graphql", this);
  http.route<&Routes::webSocket>("GET", "/api/f/graphql/ws", this, 0);
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
    const bool asEvents = prefersEvents(request.header("Accept"));
    if (!media && !asEvents)
      throw BadRequest(406, "the reply is application/json, application/graphql-response+json or text/event-stream");
    const GraphqlRequests given = read();
    const auto key = request.header("Idempotency-Key");
    if (key && (given.isBatch || asEvents))
      throw BadRequest(400, "Idempotency-Key does not go with a batch or an event stream");
    if (asEvents) return events_.open(request, reply, given);
    const Caller caller{request.principal()->tenant_id, request.principal()->user_id};
    const bool mayChange = request.method() == "POST";
    // One of a batch that is no request takes nothing from the others.
    const auto executeOf = [&](const GraphqlRequest& one) {
      try {
        return execute(one, caller, mayChange, std::nullopt, cancel);
      } catch (const BadRequest& bad) {
        return refusal(ErrorType::InvalidSyntax, bad.what(), "parse-failed");
      }
    };
    if (given.isBatch) out += '[';
    for (const GraphqlRequest& one : given.list) {
      if (&one != &given.list.front()) out += ',';
      const Answer answer = given.isBatch ? executeOf(one) : execute(one, caller, mayChange, key, cancel);
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

void Routes::webSocket(Request& request, Reply& reply, const tenon_cancel*) {
  sockets_.open(request, reply);
}

void Routes::get(Request& request, Reply& reply, const tenon_cancel* cancel) {
  if (WebSockets::isAskedFor(request)) return sockets_.open(request, reply);
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

PreparedOperation Routes::prepare(const GraphqlRequest& given, std::string_view tenant) {
  auto document = persisted_.documentOf(given.query, given.extensions, tenant);
  if (document.text.empty()) throw BadRequest(400, "\"query\" is missing");
  PreparedOperation out{document.text, schemas_.of(tenant), nullptr};
  out.plan = out.served->plan(out.document, given.operationName);
  persisted_.keep(std::move(document));
  return out;
}

Answer Routes::execute(const GraphqlRequest& given, const Caller& caller, bool mayChange,
                       std::optional<std::string_view> key, const tenon_cancel* cancel) {
  Answer out;
  try {
    const auto [document, served, plan] = prepare(given, caller.tenant);
    if (plan->operation->type == OperationType::Subscription)
      throw RequestError({ErrorType::OperationNotSupported,
                          "A subscription needs text/event-stream or a WebSocket.",
                          "not-supported",
                          {locationOf(plan->document->source(), plan->operation->start)},
                          nullptr});
    if (!mayChange && plan->changes) throw BadRequest(405, "a GET executes queries only");
    Variables variables =
        coerceVariables(served->schema(), *plan->document, *plan->operation, given.variables, !settings_.suggestions);
    Executor executor(host_, *plan, std::move(variables), served->reads(), caller, settings_.execution, cancel);
    std::optional<Once> once;
    if (key && plan->changes)
      once = Once{*key, dumpJson(Json::array({plan->document->source(), given.operationName, given.variables}))};
    executor.run(out.data, once ? &*once : nullptr);
    out.errors = executor.errors();
    out.extensions = extensionsOf(executor.warnings(), *plan, *served);
  } catch (const RequestError& e) {
    out.errors = e.errors();
  }
  return out;
}

}  // namespace tenon::graphql
