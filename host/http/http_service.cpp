// SPDX-License-Identifier: Apache-2.0
#include "http_service.h"

#include "connection.h"
#include "kernel/plugin_context.h"
#include "syntax.h"
#include "tenon/error.hpp"

namespace tenon::host {

namespace {

tenon_str maybe(std::optional<std::string_view> s) {
  return s ? str(*s) : kAbsent;
}

tenon_request& mutableOf(const tenon_request* r) {
  return *const_cast<tenon_request*>(r);
}

tenon_status addRoute(const tenon_host* host, const tenon_route* route, tenon_error* e) {
  return guard(e, [&] {
    auto& context = PluginContext::of(host);
    context.mustBeCreating("routes are added");
    if (!TENON_HAS(tenon_route, route, handle) || route->handle == nullptr)
      throw Failure(TENON_INVALID, "a route needs a method, a pattern and a handler").from(TENON_FROM_CALLER);
    constexpr uint32_t kKnown = TENON_ROUTE_PROTECTED | TENON_ROUTE_STREAM_BODY;
    if ((route->flags & ~kKnown) != 0)
      throw Failure(TENON_UNSUPPORTED, "the route has a flag that this host does not know");
    Route r;
    r.method = text(route->method);
    r.pattern = text(route->pattern);
    r.flags = route->flags;
    r.self = route->self;
    r.handle = route->handle;
    if (TENON_HAS(tenon_route, route, max_body_bytes)) r.max_body_bytes = route->max_body_bytes;
    serviceOf<HttpService>(host).router().add(&context, std::move(r));
  });
}

tenon_str method(const tenon_request* r) {
  return str(r->head.method);
}
tenon_str path(const tenon_request* r) {
  return str(r->path);
}
tenon_str param(const tenon_request* r, const char* name) {
  return maybe(r->parameter(name));
}
tenon_str query(const tenon_request* r, const char* name) {
  tenon_str out = kAbsent;
  guard(nullptr, [&] { out = maybe(mutableOf(r).query(name)); });
  return out;
}
tenon_str rawQuery(const tenon_request* r) {
  return r->head.hasQuery ? str(r->head.query) : kAbsent;
}
tenon_str header(const tenon_request* r, const char* name) {
  tenon_str out = kAbsent;
  guard(nullptr, [&] { out = maybe(mutableOf(r).header(name)); });
  return out;
}
tenon_str requestId(const tenon_request* r) {
  return str(r->requestId);
}
tenon_str peer(const tenon_request* r) {
  return str(r->connection->peer());
}
tenon_str language(const tenon_request* r) {
  return str(r->language);
}
const tenon_principal* principal(const tenon_request* r) {
  return r->hasPrincipal ? &r->principal : nullptr;
}
tenon_str body(const tenon_request* r) {
  return str(r->body);
}

int64_t readBody(tenon_request* r, void* buf, uint64_t cap, tenon_error* e) {
  int64_t n = -1;
  guard(e, [&] {
    r->connection->mustBeOnHandlerThread("read_body");
    n = r->connection->readBody(static_cast<char*>(buf), static_cast<size_t>(cap), e);
  });
  return n;
}

tenon_status setHeader(tenon_reply* r, tenon_str name, tenon_str value, tenon_error* e) {
  return guard(e, [&] {
    r->connection->mustBeOnHandlerThread("set_header");
    const std::string_view n = view(name), v = view(value);
    if (r->state != tenon_reply::State::Open)
      throw Failure(TENON_INVALID, "the head was sent already").from(TENON_FROM_CALLER);
    if (!isToken(n) || !isFieldValue(v)) throw Failure(TENON_INVALID, "not a header field").from(TENON_FROM_CALLER);
    for (const std::string_view own : {"content-length", "transfer-encoding", "connection", "date", "content-type",
                                       "content-encoding", "keep-alive", "upgrade", "trailer"})
      if (equalsIgnoringCase(n, own))
        throw Failure(TENON_INVALID, "the host sets " + std::string(own) + " itself").from(TENON_FROM_CALLER);
    if (r->fields.size() + n.size() + v.size() > 65536) throw Failure(TENON_TOO_LARGE, "the reply's head is too large");
    if (equalsIgnoringCase(n, "vary") && listHas(v, "origin")) r->hasVary = true;
    r->fields.append(n).append(": ").append(v).append("\r\n");
  });
}

tenon_status send(tenon_reply* r, int32_t status, tenon_str contentType, tenon_str body, tenon_error* e) {
  return guard(e, [&] {
    r->connection->mustBeOnHandlerThread("send");
    return r->connection->send(status, view(contentType), view(body), e);
  });
}

tenon_status problem(tenon_reply* r, const tenon_problem* p, tenon_error* e) {
  return guard(e, [&]() -> tenon_status {
    r->connection->mustBeOnHandlerThread("problem");
    if (!TENON_HAS(tenon_problem, p, n_fields))
      return fail(e, TENON_INVALID, "a problem must be whole", TENON_FROM_CALLER);
    return r->connection->sendProblem(p->http_status, p->code, view(p->message), p->fields, p->n_fields,
                                      p->retry_after_s, e);
  });
}

tenon_status begin(tenon_reply* r, int32_t status, tenon_str contentType, tenon_error* e) {
  return guard(e, [&] {
    r->connection->mustBeOnHandlerThread("begin");
    return r->connection->begin(status, view(contentType), e);
  });
}

tenon_status write(tenon_reply* r, tenon_str bytes, tenon_error* e) {
  return guard(e, [&] {
    r->connection->mustBeOnHandlerThread("write");
    return r->connection->write(view(bytes), e);
  });
}

constexpr tenon_http_v1 kTable = {sizeof(tenon_http_v1),
                                  0,
                                  addRoute,
                                  method,
                                  path,
                                  param,
                                  query,
                                  rawQuery,
                                  header,
                                  requestId,
                                  peer,
                                  language,
                                  principal,
                                  body,
                                  readBody,
                                  setHeader,
                                  send,
                                  problem,
                                  begin,
                                  write};

}  // namespace

const void* HttpService::table() const noexcept {
  return &kTable;
}
const tenon_http_v1& HttpService::functions() noexcept {
  return kTable;
}
void HttpService::quiesce(PluginContext& plugin) noexcept {
  router_.close(&plugin, quiesceTimeout_ms_);
}
void HttpService::withdraw(PluginContext& plugin) noexcept {
  router_.withdraw(&plugin);
}

}  // namespace tenon::host
