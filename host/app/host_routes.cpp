// SPDX-License-Identifier: Apache-2.0
#include "host_routes.h"

#include "http/http_service.h"
#include "tenon/error.hpp"
#include "tenon/json_writer.hpp"

namespace tenon::host {

namespace {

constexpr std::string_view kJson = "application/json";

tenon_status answer(tenon_reply* reply, int status, std::string_view body, tenon_error* e) {
  return HttpService::functions().send(reply, status, str(kJson), str(body), e);
}

}  // namespace

HostRoutes::HostRoutes(Router& router, const PluginManager& plugins) : router_(router), plugins_(plugins) {
  const auto add = [&](const char* pattern, uint32_t flags, auto handler) {
    Route r;
    r.method = "GET";
    r.pattern = pattern;
    r.flags = flags;
    r.self = this;
    r.handle = handler;
    router_.add(nullptr, std::move(r));
  };
  add(
      "/healthz", 0, +[](void*, tenon_request*, tenon_reply* reply, const tenon_cancel*, tenon_error* e) {
        return answer(reply, 200, R"({"status":"ok"})", e);
      });
  add(
      "/readyz", 0, +[](void* self, tenon_request*, tenon_reply* reply, const tenon_cancel*, tenon_error* e) {
        return guard(e, [&] { return static_cast<HostRoutes*>(self)->answerReadiness(reply, e); });
      });
  add(
      "/api/f/plugins", TENON_ROUTE_PROTECTED,
      +[](void* self, tenon_request*, tenon_reply* reply, const tenon_cancel*, tenon_error* e) {
        return guard(e, [&] { return answer(reply, 200, static_cast<HostRoutes*>(self)->pluginsJson(), e); });
      });
}

/// Names who ails, not why: this route needs no token.
tenon_status HostRoutes::answerReadiness(tenon_reply* reply, tenon_error* e) const {
  if (!ready_.load()) return answer(reply, 503, R"({"status":"draining"})", e);
  const auto ailing = plugins_.ailing();
  if (ailing.empty()) return answer(reply, 200, R"({"status":"ready"})", e);
  std::string body;
  JsonWriter w(body);
  w.beginObject().key("status").string("unhealthy").key("plugins").beginArray();
  for (const auto& id : ailing) w.string(id);
  w.endArray().endObject();
  return answer(reply, 503, body, e);
}

std::string HostRoutes::pluginsJson() const {
  std::string out;
  JsonWriter w(out);
  w.beginArray();
  for (const auto& p : plugins_.status()) {
    w.beginObject().key("id").string(p.id).key("version").string(p.version).key("title").string(p.title);
    w.key("state").string(p.state).key("required").boolean(p.required);
    const auto text = [&](const char* key, const std::string& value) {
      w.key(key);
      if (value.empty())
        w.null();
      else
        w.string(value);
    };
    text("reason", p.reason);
    text("health", p.ailment);
    w.key("routes").beginArray();
    if (p.context != nullptr)
      for (const auto& r : router_.routesOf(p.context)) w.string(r);
    w.endArray().key("services").beginArray();
    for (const auto& s : p.services) w.string(s);
    w.endArray().endObject();
  }
  w.endArray();
  return out;
}

}  // namespace tenon::host
