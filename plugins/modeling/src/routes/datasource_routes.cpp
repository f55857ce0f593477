// SPDX-License-Identifier: Apache-2.0
#include "datasource_routes.h"

#include <algorithm>

#include "answer.h"
#include "model/model_json.h"
#include "registry/system_models.h"
#include "sync/physical.h"
#include "sync/sync.h"
#include "tenon/json_writer.hpp"
#include "tenon/temporal.hpp"

namespace tenon::modeling {

namespace {

constexpr char kMask[] = "******";

void textOrNull(JsonWriter& w, const char* key, const std::string& v) {
  w.key(key);
  if (v.empty())
    w.null();
  else
    w.string(v);
}

void write(JsonWriter& w, const DatasourceDefinition& d) {
  w.beginObject().key("name").string(d.name).key("type").string(d.system ? "SYSTEM" : "USER");
  w.key("config").raw(maskedConfig(d.config)).key("enabled").boolean(d.enabled);
  textOrNull(w, "createdAt", d.createdAt);
  textOrNull(w, "updatedAt", d.updatedAt);
  w.key("tenantId").string(d.tenantId);
  textOrNull(w, "createdBy", d.createdBy);
  textOrNull(w, "updatedBy", d.updatedBy);
  w.endObject();
}

bool validName(const std::string& name) {
  return !name.empty() && name.size() <= 100 && !(name[0] >= '0' && name[0] <= '9') &&
         name.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_") == std::string::npos;
}

/// What a driver says about a configuration, as the caller's mistake.
Invalid asConfigProblem(const Failure& f) {
  const std::string field = f.objectKind() == TENON_OBJECT_FIELD ? "config." + f.object() : "config.url";
  return Invalid(field, std::string("无法连接: ") + f.what(), f.what());
}

std::string passwordOf(const Json& config) {
  const auto it = config.find("password");
  return it != config.end() && it->is_string() ? it->get<std::string>() : "";
}

}  // namespace

std::shared_ptr<Source> sourceOf(const Catalogue& catalogue, const Request& request) {
  const std::string_view name = request.param("datasourceName");
  auto source = catalogue.find(name, request.principal()->tenant_id);
  if (source == nullptr) throw Missing(Missing::What::Datasource, std::string(name));
  return source;
}

namespace {

/// As sourceOf(), and also when it is disabled.
std::shared_ptr<Source> anySourceOf(const Catalogue& catalogue, const Request& request) {
  const std::string_view name = request.param("datasourceName");
  auto source = catalogue.findAny(name, request.principal()->tenant_id);
  if (source == nullptr) throw Missing(Missing::What::Datasource, std::string(name));
  return source;
}

/// A tenant's definition from a body; what only the operator may say is dropped.
DatasourceDefinition read(const Json& body, std::string tenant) {
  if (!body.is_object()) throw Invalid("body", "必须是 JSON 对象", "must be a JSON object");
  DatasourceDefinition d;
  Invalid problems;
  if (const auto it = body.find("name"); it != body.end() && it->is_string()) d.name = it->get<std::string>();
  if (const auto it = body.find("enabled"); it != body.end() && !it->is_null()) {
    if (it->is_boolean())
      d.enabled = it->get<bool>();
    else
      problems.add("enabled", "必须是布尔值", "must be true or false");
  }
  const auto config = body.find("config");
  if (config == body.end() || !config->is_object()) {
    problems.add("config", "不能为空", "is required");
  } else {
    d.config = *config;
    for (const char* ours : {"trusted", "private", "tenant"}) d.config.erase(ours);
    for (const char* key : {"username", "password"})
      if (d.config.contains(key) && !d.config[key].is_string() && !d.config[key].is_null())
        problems.add(std::string("config.") + key, "必须是字符串", "must be a text");
    for (const char* key : {"dbKind", "url"})
      if (!d.config.contains(key) || !d.config[key].is_string() || d.config[key].get_ref<const std::string&>().empty())
        problems.add(std::string("config.") + key, "不能为空", "must not be blank");
  }
  problems.raise();
  d.tenantId = std::move(tenant);
  return d;
}

/// A stored datasource's password is shown as a mask, and the mask means "as stored": for the same user at the same
/// address only, since who may name another address would have it sent there.
void keepPassword(DatasourceDefinition& d, const DatasourceDefinition* stored) {
  if (passwordOf(d.config) != kMask) return;
  const auto same = [&](const char* key) { return stored->config.value(key, Json()) == d.config.value(key, Json()); };
  if (stored == nullptr || !same("dbKind") || !same("url") || !same("username"))
    throw Invalid("config.password", "地址或用户名已改变，请重新输入密码",
                  "the address or the user is another one: give the password again");
  d.config["password"] = stored->config.value("password", Json());
}

}  // namespace

Pool& poolOf(const Source& source) {
  if (!source.hasPool()) throw Failure(TENON_UNAVAILABLE, "the datasource could not be opened").retryAfter(5000);
  return source.pool();
}

DatasourceRoutes::DatasourceRoutes(Http& http, const Host& host, Registry& registry, SchemaChanger& changer)
    : host_(host), registry_(registry), changer_(changer) {
  constexpr char kOne[] = "/api/f/datasources/{datasourceName}";
  http.route<&DatasourceRoutes::list>("GET", "/api/f/datasources", this);
  http.route<&DatasourceRoutes::create>("POST", "/api/f/datasources", this);
  http.route<&DatasourceRoutes::update>("PUT", kOne, this);
  http.route<&DatasourceRoutes::remove>("DELETE", kOne, this);
  http.route<&DatasourceRoutes::validate>("POST", "/api/f/datasources/validate", this);
  http.route<&DatasourceRoutes::physicalNames>("POST", "/api/f/datasources/physics/names", this);
  http.route<&DatasourceRoutes::sync>("POST", std::string(kOne) + "/sync", this);
}

std::string DatasourceRoutes::now() const {
  std::string out;
  appendDateTime(out, host_.wallMs() / 1000 * 1000000);
  return out;
}

void DatasourceRoutes::list(Request& request, Reply& reply, const tenon_cancel*) {
  std::string out;
  JsonWriter w(out);
  w.beginArray();
  for (const auto& source : registry_.catalogue().list(request.principal()->tenant_id)) write(w, source->definition());
  w.endArray();
  reply.json(out);
}

/// A pool that has connected once. The registry is not held meanwhile: a database that does not answer keeps nobody
/// else waiting.
std::unique_ptr<Pool> DatasourceRoutes::connected(const DatasourceDefinition& d, const tenon_cancel* cancel) const {
  try {
    auto pool = registry_.openPool(d);
    pool->write(cancel);
    return pool;
  } catch (const Failure& f) {
    throw asConfigProblem(f);
  }
}

/// Under the registry's mutex: nobody has changed, deleted or made it anew since it was looked up.
void DatasourceRoutes::mustStillBe(const std::shared_ptr<Source>& source, const Request& request) const {
  if (anySourceOf(registry_.catalogue(), request) != source)
    throw Failure(TENON_CONFLICT, request.language() == "en" ? "the datasource was changed meanwhile: try again"
                                                             : "数据源已被修改，请重试");
}

void DatasourceRoutes::create(Request& request, Reply& reply, const tenon_cancel* cancel) {
  answering(request, reply, [&] {
    refuseRecordOptions(request);
    DatasourceDefinition d = read(parseJson(request.body()), request.principal()->tenant_id);
    if (!validName(d.name))
      throw Invalid("name", "名称不能为空且只能包含字母、数字和下划线",
                    "must consist of letters, digits and underscores");
    // Names are global: another tenant's taken name is told without telling whose it is.
    const auto mustBeFree = [&] {
      if (registry_.catalogue().exists(d.name)) throw Invalid("name", "数据源名称已存在", "the name is taken");
    };
    mustBeFree();
    auto pool = connected(d, cancel);
    d.createdBy = d.updatedBy = request.principal()->user_id;
    d.createdAt = d.updatedAt = now();
    std::string out;
    JsonWriter w(out);
    write(w, d);
    const std::lock_guard lock(registry_.mutex());
    mustBeFree();
    registry_.store(std::move(d), std::move(pool), true, cancel);
    reply.json(out);
  });
}

/// What was cut off belongs to the tables that it began with: they must not become others meanwhile.
void DatasourceRoutes::finishChanges(Source& source, const tenon_cancel* cancel) {
  try {
    changer_.recover(source, cancel);
  } catch (const std::exception& e) {
    throw Invalid("config.url", std::string("模型变更被中断且尚未完成: ") + e.what(),
                  std::string("a change of its models was cut off, and must be finished there first: ") + e.what());
  }
}

void DatasourceRoutes::update(Request& request, Reply& reply, const tenon_cancel* cancel) {
  answering(request, reply, [&] {
    refuseRecordOptions(request);
    const Json body = parseJson(request.body());
    DatasourceDefinition d = read(body, request.principal()->tenant_id);
    const auto old = anySourceOf(registry_.catalogue(), request);
    const DatasourceDefinition& before = old->definition();
    if (before.system) throw Invalid("name", "内置数据源不能修改", "the built-in datasource cannot be changed");
    d.name = before.name;
    if (!body.contains("enabled")) d.enabled = before.enabled;
    d.createdBy = before.createdBy;
    d.createdAt = before.createdAt;
    d.updatedBy = request.principal()->user_id;
    d.updatedAt = now();
    keepPassword(d, &before);
    // The operator's trust is in the file they named, not in whatever the name points to later.
    if (before.config.value("trusted", false) && d.config["url"] == before.config.value("url", Json()))
      d.config["trusted"] = true;
    auto pool = connected(d, cancel);
    std::string out;
    JsonWriter w(out);
    write(w, d);
    const Registry::ChangeLock changes = registry_.lockChanges(d.name);
    if (d.config["url"] != before.config.value("url", Json())) finishChanges(*old, cancel);
    const std::lock_guard lock(registry_.mutex());
    mustStillBe(old, request);
    registry_.store(std::move(d), std::move(pool), false, cancel);
    reply.json(out);
  });
}

void DatasourceRoutes::remove(Request& request, Reply& reply, const tenon_cancel* cancel) {
  answering(request, reply, [&] {
    refuseRecordOptions(request);
    const auto source = anySourceOf(registry_.catalogue(), request);
    if (source->definition().system)
      throw Invalid("datasourceName", "内置数据源不能删除", "the built-in datasource cannot be deleted");
    const Registry::ChangeLock changes = registry_.lockChanges(source->name());
    try {
      changer_.recover(*source, cancel);  // so that its tables are left whole, if they can be reached
    } catch (const std::exception& e) {
      host_.warn("a change of the models of " + source->name() + " is left as it was cut off: " + e.what());
    }
    const std::lock_guard lock(registry_.mutex());
    mustStillBe(source, request);
    registry_.remove(source->name(), cancel);
    reply.noContent();
  });
}

void DatasourceRoutes::validate(Request& request, Reply& reply, const tenon_cancel* cancel) {
  const int64_t begun = static_cast<int64_t>(host_.monotonicMs());
  std::string message = "ok";
  bool success = false;
  answering(request, reply, [&] {
    try {
      DatasourceDefinition d = read(parseJson(request.body()), request.principal()->tenant_id);
      const auto stored = registry_.catalogue().findAny(d.name, d.tenantId);
      keepPassword(d, stored != nullptr ? &stored->definition() : nullptr);
      registry_.openPool(d)->read(cancel);
      success = true;
    } catch (const Failure& f) {
      message = f.what();
    } catch (const Invalid& invalid) {
      const auto& p = invalid.problems().front();
      message = p.field + ": " + (request.language() == "en" ? p.en : p.zh);
    }
    std::string out;
    JsonWriter(out)
        .beginObject()
        .key("success")
        .boolean(success)
        .key("errorMsg")
        .string(message)
        .key("time")
        .integer(static_cast<int64_t>(host_.monotonicMs()) - begun)
        .endObject();
    reply.json(out);
  });
}

void DatasourceRoutes::physicalNames(Request& request, Reply& reply, const tenon_cancel* cancel) {
  answering(request, reply, [&] {
    DatasourceDefinition d = read(parseJson(request.body()), request.principal()->tenant_id);
    const auto stored = registry_.catalogue().findAny(d.name, d.tenantId);
    keepPassword(d, stored != nullptr ? &stored->definition() : nullptr);
    std::vector<std::string> names;
    try {
      const auto pool = registry_.openPool(d);
      const Lease lease = pool->read(cancel);
      names = readTableNames(*lease, cancel);
    } catch (const Failure& f) {
      throw asConfigProblem(f);
    }
    std::string out;
    JsonWriter w(out);
    w.beginArray();
    for (const auto& n : names) w.string(n);
    w.endArray();
    reply.json(out);
  });
}

void DatasourceRoutes::sync(Request& request, Reply& reply, const tenon_cancel* cancel) {
  answering(request, reply, [&] {
    refuseRecordOptions(request);
    std::optional<std::vector<std::string>> tables;
    if (!request.body().empty()) {
      const Json body = parseJson(request.body());
      if (!body.is_array() || body.size() > 10000)
        throw Invalid("body", "必须是表名数组", "must be an array of table names");
      tables.emplace();
      for (size_t i = 0; i < body.size(); ++i) {
        if (!body[i].is_string()) throw Invalid("[" + std::to_string(i) + "]", "必须是字符串", "must be a string");
        if (std::find(tables->begin(), tables->end(), body[i].get<std::string>()) == tables->end())
          tables->push_back(body[i].get<std::string>());
      }
    }
    const auto source = sourceOf(registry_.catalogue(), request);
    if (source->definition().system)
      throw Invalid("datasourceName", "内置数据源的模型由平台维护",
                    "the platform keeps the models of its own datasource");
    const Registry::ChangeLock changes = registry_.lockChanges(source->name());  // tables and models stay as they are
    changer_.recover(*source, cancel);
    const PhysicalSchema schema = readPhysicalSchema(*poolOf(*source).read(cancel), cancel);
    std::vector<Model> models;
    {
      const std::lock_guard lock(registry_.mutex());
      mustStillBe(source, request);
      models = syncTables(registry_, *source, schema, tables, host_, cancel);
    }
    std::string out = "[";
    for (const auto& m : models) {
      if (out.size() > 1) out += ',';
      appendModel(out, m, true);
    }
    reply.json(out + "]");
  });
}

}  // namespace tenon::modeling
