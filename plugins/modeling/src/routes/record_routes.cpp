// SPDX-License-Identifier: Apache-2.0
#include "record_routes.h"

#include "answer.h"
#include "datasource_routes.h"
#include "records/body.h"
#include "records/etag.h"

namespace tenon::modeling {

namespace {

constexpr size_t kKeepBytes = size_t{1} << 20U;

/// The reply's text, made in memory that the thread keeps.
std::string& buffer() {
  thread_local std::string text;
  if (text.capacity() > kKeepBytes) text = std::string();
  text.clear();
  return text;
}

Caller callerOf(const Request& request) {
  return {request.principal()->tenant_id, request.principal()->user_id};
}

WriteOptions optionsOf(const Request& request) {
  const auto flag = [&](const char* name) {
    const auto v = request.query(name).value_or("false");
    if (v != "true" && v != "false") throw Invalid(name, "必须是 true 或 false", "must be true or false");
    return v == "true";
  };
  WriteOptions out{request.header("If-Match"), flag("dryRun"), flag("upsert"), std::nullopt};
  if (const auto key = request.header("Idempotency-Key")) {
    const std::string target = std::string(request.path()) + "?" + std::string(request.rawQuery());
    out.key = Idempotency::Key::of(*key, request.principal()->tenant_id, request.principal()->user_id, request.method(),
                                   target, request.body());
  }
  return out;
}

/// The platform's own rows (users, secrets, definitions) are reached through their own routes only.
std::shared_ptr<Source> recordSourceOf(const Catalogue& catalogue, const Request& request) {
  auto source = sourceOf(catalogue, request);
  if (source->definition().system)
    throw Failure(TENON_DENIED, request.language() == "en" ? "the platform's own records are not served here"
                                                           : "内置数据源的记录不能直接访问");
  return source;
}

}  // namespace

RecordRoutes::RecordRoutes(Http& http, const Catalogue& catalogue, RecordStore& store)
    : catalogue_(catalogue), store_(store) {
  const std::string all = "/api/f/datasources/{datasourceName}/models/{modelName}/records", one = all + "/{id}";
  http.route<&RecordRoutes::list>("GET", all, this);
  http.route<&RecordRoutes::create>("POST", all, this);
  http.route<&RecordRoutes::get>("GET", one, this);
  http.route<&RecordRoutes::update>("PUT", one, this);
  http.route<&RecordRoutes::update>("PATCH", one, this);
  http.route<&RecordRoutes::remove>("DELETE", one, this);
  http.route<&RecordRoutes::batch>("POST", "/api/f/datasources/{datasourceName}/batch", this);
}

void RecordRoutes::list(Request& request, Reply& reply, const tenon_cancel* cancel) {
  answering(request, reply, [&] {
    const auto source = recordSourceOf(catalogue_, request);
    const std::string_view model = request.param("modelName");
    // The raw query names the plan: a repeat decodes and parses nothing.
    thread_local std::string key;
    key.assign(source->name())
        .append(1, '\0')
        .append(model)
        .append(1, '\0')
        .append(request.principal()->tenant_id)
        .append(1, '\0');
    key.append(std::to_string(source->models()->version())).append(1, '\0').append(request.rawQuery());
    ListRequest query{request.query("filter"), request.query("sort"), request.query("page"), request.query("size"),
                      request.query("nestedQuery")};
    if (!query.page) query.page = request.query("current");
    if (!query.size) query.size = request.query("pageSize");
    std::string& out = buffer();
    store_.list(*source, model, query, key, callerOf(request), cancel, out);
    reply.json(out);
  });
}

void RecordRoutes::get(Request& request, Reply& reply, const tenon_cancel* cancel) {
  answering(request, reply, [&] {
    const auto source = recordSourceOf(catalogue_, request);
    std::string& out = buffer();
    store_.get(*source, request.param("modelName"), request.param("id"), request.query("nestedQuery").value_or(""),
               callerOf(request), cancel, out);
    const std::string tag = etagOf(out);
    reply.header("ETag", tag);
    if (const auto known = request.header("If-None-Match"); known && etagListHas(*known, tag))
      reply.send(304, {}, {});
    else
      reply.json(out);
  });
}

void RecordRoutes::create(Request& request, Reply& reply, const tenon_cancel* cancel) {
  answering(request, reply, [&] {
    const auto source = recordSourceOf(catalogue_, request);
    std::string& out = buffer();
    Body body(request.body());
    const std::string_view model = request.param("modelName");
    if (body.isList())
      store_.createMany(*source, model, body, callerOf(request), optionsOf(request), cancel, out);
    else
      store_.create(*source, model, body.value(), callerOf(request), optionsOf(request), cancel, out);
    reply.json(out);
  });
}

void RecordRoutes::update(Request& request, Reply& reply, const tenon_cancel* cancel) {
  answering(request, reply, [&] {
    const auto source = recordSourceOf(catalogue_, request);
    std::string& out = buffer();
    store_.update(*source, request.param("modelName"), request.param("id"), Body(request.body()).value(),
                  callerOf(request), optionsOf(request), cancel, out);
    reply.header("ETag", etagOf(out));
    reply.json(out);
  });
}

void RecordRoutes::remove(Request& request, Reply& reply, const tenon_cancel* cancel) {
  answering(request, reply, [&] {
    store_.remove(*recordSourceOf(catalogue_, request), request.param("modelName"), request.param("id"),
                  callerOf(request), optionsOf(request), cancel);
    reply.noContent();
  });
}

void RecordRoutes::batch(Request& request, Reply& reply, const tenon_cancel* cancel) {
  answering(request, reply, [&] {
    const auto source = recordSourceOf(catalogue_, request);
    std::string& out = buffer();
    store_.batch(*source, Body(request.body()).value(), callerOf(request), optionsOf(request), cancel, out);
    reply.json(out);
  });
}

}  // namespace tenon::modeling
