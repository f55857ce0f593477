// SPDX-License-Identifier: Apache-2.0
#include "routes.h"

#include "tenon/extras/sha256.hpp"
#include "tenon/limited_token.hpp"

namespace tenon::graphql {

namespace {

constexpr size_t kKeptBytes = size_t{1} << 20U;  // of a thread's buffer between two requests

Answer refusal(const BadRequest& bad) {
  const ErrorType type = bad.code() == "limit-exceeded" ? ErrorType::ExecutionAborted : ErrorType::InvalidSyntax;
  return {{{type, bad.what(), bad.code(), {}, nullptr}}, {}, {}};
}

/// Says how long an answer may be kept. True: the client has it already, and has been told so.
bool tellCached(Request& request, Reply& reply, const Answer& answer, const std::string& body) {
  reply.header("Cache-Control", "private, max-age=" + std::to_string(answer.maxAge_s));
  reply.header("X-Query-Cache-Key", answer.cacheKey);
  if (request.method() == "POST") return false;
  const std::string tag = '"' + sha256Hex(body) + '"';
  reply.header("ETag", tag);
  reply.header("Vary", "Authorization, X-Tenant-Id, Accept");
  if (request.header("If-None-Match").value_or("").find(tag) == std::string_view::npos) return false;
  reply.send(304, {}, {});
  return true;
}

}  // namespace

Routes::Routes(Http& http, const Host& host, Schemas& schemas, const Settings& settings,
               const TrustedDocuments& trusted, ResultCache& cache, RateLimiter& limiter, LiveQueries& live,
               WorkQueue& work, Channels& channels)
    : schemas_(schemas),
      settings_(settings),
      operations_(host, schemas, settings, trusted, cache, limiter),
      clients_(settings, operations_, live, work),
      events_(channels, clients_),
      sockets_(channels, clients_) {
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
    const tenon_principal& principal = *request.principal();
    const TenantSettings& settings = settings_.of(principal.tenant_id);
    Spent spent;
    const Client client{
        principal.tenant_id, principal.user_id, principal.user_name, settings, request.header("traceparent"), &spent};
    if (const uint32_t wait_s = operations_.admit(client.tenant, settings); wait_s > 0) {
      reply.header("Retry-After", std::to_string(wait_s));
      throw BadRequest(429, "the tenant asks for more than it may in a second: try again later", "limit-exceeded");
    }
    const GraphqlRequests given = read(settings.batch);
    const auto key = request.header("Idempotency-Key");
    if (key && (given.isBatch || asEvents))
      throw BadRequest(400, "Idempotency-Key does not go with a batch or an event stream");
    if (asEvents) return events_.open(request, reply, given);
    operations_.charge(client, given.list.size() - 1);
    LimitedToken token;
    const tenon_cancel* limited = token.arm(cancel, settings.timeout_ms);
    const bool mayChange = request.method() == "POST";
    // One of a batch that is no request takes nothing from the others.
    const auto executeOf = [&](const GraphqlRequest& one) {
      try {
        return operations_.execute(one, client, mayChange, std::nullopt, limited);
      } catch (const BadRequest& bad) {
        return refusal(bad);
      }
    };
    if (given.isBatch) out += '[';
    for (const GraphqlRequest& one : given.list) {
      if (&one != &given.list.front()) out += ',';
      if (given.isBatch && out.size() > settings.execution.bytes()) {  // nothing more is done
        write(out, refusal(BadRequest(413, "the replies to the batch become too large", "limit-exceeded")), *media);
        continue;
      }
      const Answer answer = given.isBatch ? executeOf(one) : operations_.execute(one, client, mayChange, key, limited);
      if (!given.isBatch) status = statusOf(answer, *media);
      write(out, answer, *media);
      if (!given.isBatch && !answer.cacheKey.empty() && tellCached(request, reply, answer, out)) return;
    }
    if (given.isBatch) out += ']';
  } catch (const BadRequest& bad) {
    if (bad.status() == 405) reply.header("Allow", "POST");
    refuse(bad.status(), refusal(bad));
  }
  reply.send(status, nameOf(media.value_or(Media::Json)), out);
  if (out.capacity() > kKeptBytes) std::string().swap(out);
}

void Routes::webSocket(Request& request, Reply& reply, const tenon_cancel*) {
  sockets_.open(request, reply);
}

void Routes::get(Request& request, Reply& reply, const tenon_cancel* cancel) {
  if (WebSockets::isAskedFor(request)) return sockets_.open(request, reply);
  answering(
      request, reply,
      [&](uint32_t) {
        return GraphqlRequests{{readQuery(request)}, false};
      },
      cancel);
}

void Routes::post(Request& request, Reply& reply, const tenon_cancel* cancel) {
  answering(
      request, reply, [&](uint32_t most) { return readBody(request, most); }, cancel);
}

void Routes::sdl(Request& request, Reply& reply, const tenon_cancel*) {
  if (!settings_.of(request.principal()->tenant_id).introspection)
    throw Failure(TENON_DENIED, request.language() == "en" ? "introspection is switched off" : "未开放模式查询");
  const auto served = schemas_.of(request.principal()->tenant_id);
  const std::string tag = '"' + served->version() + '"';
  reply.header("ETag", tag);
  if (request.header("If-None-Match").value_or("").find(tag) != std::string_view::npos)
    reply.send(304, {}, {});
  else
    reply.send(200, "application/graphql; charset=utf-8", served->sdl());
}

}  // namespace tenon::graphql
