// SPDX-License-Identifier: Apache-2.0
#include "record_routes.h"

#include "answer.h"
#include "datasource_routes.h"
#include "records/body.h"
#include "records/etag.h"

namespace tenon::modeling {

namespace {

constexpr size_t kKeepBytes = size_t{1} << 20U;
constexpr int kPlans = 4;  // of one request, while its model changes and changes again

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

/// Going on without an option would do what the caller did not want.
void refuse(bool asked, const char* option) {
  if (asked) throw Invalid(option, "不适用于该请求", "does not go with this request");
}

/// The platform's own rows (users, secrets, definitions) are reached through their own routes only.
std::shared_ptr<Source> recordSourceOf(const Catalogue& catalogue, const Request& request) {
  auto source = sourceOf(catalogue, request);
  if (source->definition().system)
    throw Failure(TENON_DENIED, request.language() == "en" ? "the platform's own records are not served here"
                                                           : "内置数据源的记录不能直接访问");
  return source;
}

/// What a table answers to a statement that was made for an earlier or a later one. The statement's transaction is
/// rolled back.
bool maySpeakOfAnotherTable(const Failure& f) {
  return f.origin() == TENON_FROM_BACKEND &&
         (f.reason() == TENON_REASON_NO_SUCH_OBJECT || f.reason() == TENON_REASON_NOT_NULL ||
          f.reason() == TENON_REASON_TYPE || f.reason() == TENON_REASON_LENGTH ||
          f.reason() == TENON_REASON_SERIALIZATION);
}

}  // namespace

template <class Body>
void RecordRoutes::onSource(Request& request, Reply& reply, Body&& body) {
  answering(request, reply, [&] {
    for (int plan = 1;; ++plan) {
      const auto source = recordSourceOf(registry_.catalogue(), request);
      const uint64_t version = source->models()->version();
      try {
        return body(*source);
      } catch (const Failure& f) {
        if (plan == kPlans || !maySpeakOfAnotherTable(f)) throw;
        // A change holds it from its first statement until its models are there.
        const Registry::ChangeLock changed = registry_.lockChanges(source->name());
        // Of the same models a transaction that met another one may do better, once.
        if (source->models()->version() == version && (plan > 1 || f.reason() != TENON_REASON_SERIALIZATION)) throw;
      }
    }
  });
}

RecordRoutes::RecordRoutes(Http& http, Registry& registry, RecordStore& store) : registry_(registry), store_(store) {
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
  onSource(request, reply, [&](Source& source) {
    const std::string_view model = request.param("modelName");
    // The raw query names the plan: a repeat decodes and parses nothing.
    thread_local std::string key;
    key.assign(source.name())
        .append(1, '\0')
        .append(model)
        .append(1, '\0')
        .append(request.principal()->tenant_id)
        .append(1, '\0');
    key.append(std::to_string(source.models()->version())).append(1, '\0').append(request.rawQuery());
    ListRequest query{request.query("filter"), request.query("sort"), request.query("page"), request.query("size"),
                      request.query("nestedQuery")};
    if (!query.page) query.page = request.query("current");
    if (!query.size) query.size = request.query("pageSize");
    std::string& out = buffer();
    store_.list(source, model, query, key, callerOf(request), cancel, out);
    reply.json(out);
  });
}

void RecordRoutes::get(Request& request, Reply& reply, const tenon_cancel* cancel) {
  onSource(request, reply, [&](Source& source) {
    std::string& out = buffer();
    const std::string tag = store_.get(source, request.param("modelName"), request.param("id"),
                                       request.query("nestedQuery").value_or(""), callerOf(request), cancel, out);
    reply.header("ETag", tag);
    if (const auto known = request.header("If-None-Match"); known && listHasTag(*known, tag))
      reply.send(304, {}, {});
    else
      reply.json(out);
  });
}

void RecordRoutes::create(Request& request, Reply& reply, const tenon_cancel* cancel) {
  onSource(request, reply, [&](Source& source) {
    std::string& out = buffer();
    Body body(request.body());
    const std::string_view model = request.param("modelName");
    const WriteOptions options = optionsOf(request);
    refuse(options.ifMatch.has_value(), "If-Match");
    if (body.isList()) {
      store_.createMany(source, model, body, callerOf(request), options, cancel, out);
    } else {
      refuse(options.upsert, "upsert");
      store_.create(source, model, body.value(), callerOf(request), options, cancel, out);
    }
    reply.json(out);
  });
}

void RecordRoutes::update(Request& request, Reply& reply, const tenon_cancel* cancel) {
  onSource(request, reply, [&](Source& source) {
    std::string& out = buffer();
    const WriteOptions options = optionsOf(request);
    refuse(options.upsert, "upsert");
    store_.update(source, request.param("modelName"), request.param("id"), Body(request.body()).value(),
                  callerOf(request), options, cancel, out);
    reply.header("ETag", etagOf(out));
    reply.json(out);
  });
}

void RecordRoutes::remove(Request& request, Reply& reply, const tenon_cancel* cancel) {
  onSource(request, reply, [&](Source& source) {
    const WriteOptions options = optionsOf(request);
    refuse(options.upsert, "upsert");
    store_.remove(source, request.param("modelName"), request.param("id"), callerOf(request), options, cancel);
    reply.noContent();
  });
}

void RecordRoutes::batch(Request& request, Reply& reply, const tenon_cancel* cancel) {
  onSource(request, reply, [&](Source& source) {
    std::string& out = buffer();
    const WriteOptions options = optionsOf(request);
    refuse(options.ifMatch.has_value(), "If-Match");
    refuse(options.upsert, "upsert");
    store_.batch(source, Body(request.body()).value(), callerOf(request), options, cancel, out);
    reply.json(out);
  });
}

}  // namespace tenon::modeling
