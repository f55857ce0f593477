// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <tenon/http.h>

#include "host.hpp"

namespace tenon {

/// A text in the two languages of the API.
struct Text {
  std::string_view zh, en;
  std::string_view in(std::string_view language) const noexcept { return language == "en" ? en : zh; }
};

class Http;

/// One request, for the length of its handler.
class Request {
 public:
  Request(const tenon_http_v1* http, tenon_request* raw) noexcept : http_(http), raw_(raw) {}
  std::string_view method() const noexcept { return view(http_->method(raw_)); }
  std::string_view path() const noexcept { return view(http_->path(raw_)); }
  std::string_view param(const char* name) const noexcept { return view(http_->param(raw_, name)); }
  std::string_view rawQuery() const noexcept { return view(http_->raw_query(raw_)); }
  std::string_view body() const noexcept { return view(http_->body(raw_)); }
  std::string_view language() const noexcept { return view(http_->language(raw_)); }
  std::string_view peer() const noexcept { return view(http_->peer(raw_)); }
  std::string_view requestId() const noexcept { return view(http_->request_id(raw_)); }
  std::optional<std::string_view> query(const char* name) const noexcept { return maybe(http_->query(raw_, name)); }
  std::optional<std::string_view> header(const char* name) const noexcept { return maybe(http_->header(raw_, name)); }
  /// Never null on a protected route.
  const tenon_principal* principal() const noexcept { return http_->principal(raw_); }
  tenon_request* raw() const noexcept { return raw_; }

 private:
  static std::optional<std::string_view> maybe(tenon_str s) noexcept {
    return absent(s) ? std::nullopt : std::optional(view(s));
  }
  const tenon_http_v1* http_;
  tenon_request* raw_;
};

/// The reply to one request. Functions throw Failure when the host refuses or the client is gone.
class Reply {
 public:
  Reply(const tenon_http_v1* http, tenon_reply* raw) noexcept : http_(http), raw_(raw) {}
  void header(std::string_view name, std::string_view value) {
    Error e;
    check(http_->set_header(raw_, str(name), str(value), &e), e);
  }
  void send(int32_t status, std::string_view contentType, std::string_view body) {
    Error e;
    check(http_->send(raw_, status, str(contentType), str(body), &e), e);
  }
  void json(std::string_view body, int32_t status = 200) { send(status, "application/json", body); }
  void noContent() { send(204, {}, {}); }
  void problem(int32_t status, int32_t code, std::string_view message,
               const std::vector<tenon_field_problem>& fields = {}, uint32_t retryAfterS = 0) {
    Error e;
    const tenon_problem p{sizeof p, status, code, retryAfterS, str(message), fields.data(), fields.size()};
    check(http_->problem(raw_, &p, &e), e);
  }
  void begin(int32_t status, std::string_view contentType) {
    Error e;
    check(http_->begin(raw_, status, str(contentType), &e), e);
  }
  void write(std::string_view bytes) {
    Error e;
    check(http_->write(raw_, str(bytes), &e), e);
  }
  tenon_reply* raw() const noexcept { return raw_; }

 private:
  const tenon_http_v1* http_;
  tenon_reply* raw_;
};

/// Registers handlers that are member functions `void (Request&, Reply&, const tenon_cancel*)`.
class Http {
 public:
  explicit Http(const tenon_host* host)
      : host_(host),
        http_(static_cast<const tenon_http_v1*>(host->service(host, TENON_HTTP_ID, TENON_UPTO(tenon_http_v1, write)))) {
    if (http_ == nullptr) throw Failure(TENON_UNSUPPORTED, "this host has no tenon.http/1");
  }

  const tenon_http_v1* raw() const noexcept { return http_; }

  /// Inside create() only. `self` outlives the plugin's drain. Throws Failure when refused.
  template <auto Handler, class Self>
  void route(std::string_view method, std::string_view pattern, Self* self, uint32_t flags = TENON_ROUTE_PROTECTED,
             uint64_t maxBodyBytes = 0) {
    // The table is the same for every handler of a process: one pointer per plugin library is enough.
    table() = http_;
    Error e;
    const tenon_route r{sizeof r, flags, str(method), str(pattern), self, &thunk<Handler, Self>, maxBodyBytes};
    check(http_->add_route(host_, &r, &e), e);
  }

 private:
  static const tenon_http_v1*& table() noexcept {
    static const tenon_http_v1* t = nullptr;
    return t;
  }
  template <auto Handler, class Self>
  static tenon_status thunk(void* self, tenon_request* rq, tenon_reply* rp, const tenon_cancel* cancel,
                            tenon_error* e) noexcept {
    return guard(e, [&] {
      Request request(table(), rq);
      Reply reply(table(), rp);
      (static_cast<Self*>(self)->*Handler)(request, reply, cancel);
    });
  }

  const tenon_host* host_;
  const tenon_http_v1* http_;
};

}  // namespace tenon
