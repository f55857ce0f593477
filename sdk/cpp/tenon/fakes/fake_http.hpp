// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <deque>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <tenon/http.h>

#include "../error.hpp"
#include "rules.hpp"

namespace tenon::fakes {

class FakeChannel;  // in fake_channels.hpp

/// A request that a test makes. Filled before FakeHttp::call().
struct FakeRequest {
  std::string method = "GET", path = "/", rawQuery = {}, body = {}, peer = "127.0.0.1", language = "en",
              requestId = "test";
  std::map<std::string, std::string> query = {}, headers = {};  ///< header names in lower case
  tenon_principal principal{};                                  ///< what a protected route sees
  size_t bodyChunk = 7;                                         ///< read_body() answers at most so many bytes at once

  std::map<std::string, std::string> params = {};  ///< set by call() from the pattern
  size_t bodyRead = 0;
  bool isProtected = false;
};

/// What the handler answered.
struct FakeReply {
  int32_t status = 0;
  std::string contentType, body;
  std::vector<std::pair<std::string, std::string>> headers;
  int32_t problemCode = 0;
  std::vector<std::pair<std::string, std::string>> problemFields;
  bool begun = false, sent = false;
  std::shared_ptr<FakeChannel> channel;  ///< that the handler opened
  tenon_status returned = TENON_OK;      ///< by the handler
  Error error;                           ///< filled when it failed
};

/// "tenon.http/1": remembers routes and calls them without a socket. Routes are registered on one thread;
/// call() may run on many.
class FakeHttp {
 public:
  struct Route {
    std::string method, pattern;
    tenon_route raw;
  };
  std::deque<Route> routes;

  /// Calls the handler whose method and pattern fit; {.status = 404} when there is none.
  FakeReply call(FakeRequest request, const tenon_cancel* cancel = nullptr) {
    FakeReply reply;
    for (const auto& r : routes) {
      if (r.method != request.method || !matches(r.pattern, request.path, request.params)) continue;
      request.isProtected = (r.raw.flags & TENON_ROUTE_PROTECTED) != 0;
      request.principal.size = sizeof request.principal;
      reply.returned = r.raw.handle(r.raw.self, reinterpret_cast<tenon_request*>(&request),
                                    reinterpret_cast<tenon_reply*>(&reply), cancel, &reply.error);
      return reply;
    }
    reply.status = 404;
    return reply;
  }

  static const tenon_http_v1* table() noexcept {
    static const tenon_http_v1 t = {sizeof t, 0,         addRoute,  method,  path,     param,     query,
                                    rawQuery, header,    requestId, peer,    language, principal, body,
                                    readBody, setHeader, send,      problem, begin,    write};
    return &t;
  }

 private:
  friend class FakeHost;
  static FakeHttp& of(const tenon_host* host);  // in fake_host.hpp
  static Rules& rulesOf(const tenon_host* host);

  static bool matches(std::string_view pattern, std::string_view path, std::map<std::string, std::string>& params) {
    params.clear();
    while (!pattern.empty() && !path.empty()) {
      pattern.remove_prefix(1);
      path.remove_prefix(1);
      const std::string_view p = pattern.substr(0, pattern.find('/')), s = path.substr(0, path.find('/'));
      if (p.size() > 5 && p[0] == '{' && p.substr(p.size() - 4) == "...}") {
        params[std::string(p.substr(1, p.size() - 5))] = path;
        return true;
      }
      if (p.size() > 2 && p[0] == '{')
        params[std::string(p.substr(1, p.size() - 2))] = s;
      else if (p != s)
        return false;
      pattern.remove_prefix(p.size());
      path.remove_prefix(s.size());
    }
    return pattern.empty() && path.empty();
  }

  static const FakeRequest& of(const tenon_request* r) { return *reinterpret_cast<const FakeRequest*>(r); }
  static FakeReply& of(tenon_reply* r) { return *reinterpret_cast<FakeReply*>(r); }
  static tenon_str lookUp(const std::map<std::string, std::string>& in, const std::string& name) {
    const auto it = in.find(name);
    return it == in.end() ? kAbsent : str(it->second);
  }

  static tenon_status addRoute(const tenon_host* h, const tenon_route* r, tenon_error* e) {
    if (const tenon_status s = rulesOf(h).creating("add_route", e); s != TENON_OK) return s;
    if (r == nullptr || !TENON_HAS(tenon_route, r, max_body_bytes) || r->handle == nullptr)
      return fail(e, TENON_INVALID, "a route without a handler");
    Route route{text(r->method), text(r->pattern), *r};
    if (route.method.empty() || route.pattern.empty() || route.pattern[0] != '/')
      return fail(e, TENON_INVALID, "not a route: " + route.method + " " + route.pattern);
    for (const auto& other : of(h).routes)
      if (other.method == route.method && other.pattern == route.pattern)
        return fail(e, TENON_CONFLICT, "the route is taken: " + route.method + " " + route.pattern);
    of(h).routes.push_back(std::move(route));
    return TENON_OK;
  }
  static tenon_str method(const tenon_request* r) { return str(of(r).method); }
  static tenon_str path(const tenon_request* r) { return str(of(r).path); }
  static tenon_str param(const tenon_request* r, const char* name) { return lookUp(of(r).params, name); }
  static tenon_str query(const tenon_request* r, const char* name) { return lookUp(of(r).query, name); }
  static tenon_str rawQuery(const tenon_request* r) { return str(of(r).rawQuery); }
  static tenon_str header(const tenon_request* r, const char* name) {
    std::string lower = name;
    for (char& c : lower)
      if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    return lookUp(of(r).headers, lower);
  }
  static tenon_str requestId(const tenon_request* r) { return str(of(r).requestId); }
  static tenon_str peer(const tenon_request* r) { return str(of(r).peer); }
  static tenon_str language(const tenon_request* r) { return str(of(r).language); }
  static const tenon_principal* principal(const tenon_request* r) {
    return of(r).isProtected ? &of(r).principal : nullptr;
  }
  static tenon_str body(const tenon_request* r) { return str(of(r).body); }
  static int64_t readBody(tenon_request* r, void* buf, uint64_t cap, tenon_error*) {
    auto& request = *reinterpret_cast<FakeRequest*>(r);
    const size_t n = std::min({request.body.size() - request.bodyRead, static_cast<size_t>(cap), request.bodyChunk});
    request.body.copy(static_cast<char*>(buf), n, request.bodyRead);
    request.bodyRead += n;
    return static_cast<int64_t>(n);
  }
  static tenon_status setHeader(tenon_reply* r, tenon_str name, tenon_str value, tenon_error*) {
    of(r).headers.emplace_back(text(name), text(value));
    return TENON_OK;
  }
  static tenon_status send(tenon_reply* r, int32_t status, tenon_str type, tenon_str bytes, tenon_error* e) {
    if (of(r).sent || of(r).begun) return fail(e, TENON_INVALID, "the reply was sent already", TENON_FROM_CALLER);
    of(r).sent = true;
    of(r).status = status;
    of(r).contentType = text(type);
    of(r).body = text(bytes);
    return TENON_OK;
  }
  static tenon_status problem(tenon_reply* r, const tenon_problem* p, tenon_error* e) {
    of(r).problemCode = p->code;
    for (uint64_t i = 0; i < p->n_fields; ++i)
      of(r).problemFields.emplace_back(text(p->fields[i].field), text(p->fields[i].message));
    return send(r, p->http_status, str("application/json"), p->message, e);
  }
  static tenon_status begin(tenon_reply* r, int32_t status, tenon_str type, tenon_error* e) {
    if (of(r).sent || of(r).begun) return fail(e, TENON_INVALID, "the reply was begun already", TENON_FROM_CALLER);
    of(r).begun = true;
    of(r).status = status;
    of(r).contentType = text(type);
    return TENON_OK;
  }
  static tenon_status write(tenon_reply* r, tenon_str bytes, tenon_error* e) {
    if (!of(r).begun) return fail(e, TENON_INVALID, "the reply is not being streamed", TENON_FROM_CALLER);
    of(r).body.append(view(bytes));
    return TENON_OK;
  }
};

}  // namespace tenon::fakes
