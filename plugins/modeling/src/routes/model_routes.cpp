// SPDX-License-Identifier: Apache-2.0
#include "model_routes.h"

#include <algorithm>

#include "answer.h"
#include "datasource_routes.h"
#include "idl/idl.h"
#include "model/model_json.h"
#include "schema/edits.h"
#include "schema/import.h"
#include "schema/verify.h"

namespace tenon::modeling {

namespace {

bool flag(const Request& request, const char* name) {
  const auto v = request.query(name);
  if (!v || *v == "false") return false;
  if (*v == "true" || v->empty()) return true;
  throw Invalid(name, "必须是 true 或 false", "must be true or false");
}

std::string shown(const Model& model) {
  std::string out;
  appendModel(out, model, true);
  return out;
}

/// One member of an entity as its canonical JSON has it.
std::string shownMember(const Entity& entity, const char* list, std::string_view name) {
  std::string text;
  appendModel(text, entity, false);
  const Json json = parseJson(text);
  for (const auto& member : json[list])
    if (member["name"] == name) return dumpJson(member);
  return "null";
}

Json bodyOf(const Request& request) {
  Json body = parseJson(request.body());
  if (!body.is_object()) throw Invalid("body", "必须是 JSON 对象", "must be a JSON object");
  return body;
}

}  // namespace

ModelRoutes::ModelRoutes(Http& http, const Host& host, Registry& registry, SchemaChanger& changer, RecordStore& records)
    : host_(host), registry_(registry), changer_(changer), records_(records) {
  const std::string all = "/api/f/datasources/{datasourceName}/models", one = all + "/{modelName}";
  const std::string fields = one + "/fields", indexes = one + "/indexes";
  http.route<&ModelRoutes::list>("GET", all, this);
  http.route<&ModelRoutes::create>("POST", all, this);
  http.route<&ModelRoutes::executeIdl>("POST", all + "/idl/execute", this);
  http.route<&ModelRoutes::import>("POST", "/api/f/datasources/{datasourceName}/import", this);
  http.route<&ModelRoutes::get>("GET", one, this);
  http.route<&ModelRoutes::update>("PUT", one, this);
  http.route<&ModelRoutes::remove>("DELETE", one, this);
  http.route<&ModelRoutes::createField>("POST", fields, this);
  http.route<&ModelRoutes::updateField>("PUT", fields + "/{fieldName}", this);
  http.route<&ModelRoutes::removeField>("DELETE", fields + "/{fieldName}", this);
  http.route<&ModelRoutes::createIndex>("POST", indexes, this);
  http.route<&ModelRoutes::updateIndex>("PUT", indexes + "/{indexName}", this);
  http.route<&ModelRoutes::removeIndex>("DELETE", indexes + "/{indexName}", this);
}

struct ModelRoutes::Session {
  Session(Registry& registry, SchemaChanger& changer, const Request& request, const tenon_cancel* cancel)
      : lock(registry.lockChanges(sourceOf(registry.catalogue(), request)->name())),
        source(sourceOf(registry.catalogue(), request)) {
    if (source->definition().system)
      throw Invalid("datasourceName", "内置数据源的模型由平台维护",
                    "the platform keeps the models of its own datasource");
    refuseRecordOptions(request);
    changer.recover(*source, cancel);
    models = source->models();
  }
  const Model& model(const Request& request) const {
    const Model* m = models->find(request.param("modelName"));
    if (m == nullptr) throw Missing(Missing::What::Model, std::string(request.param("modelName")));
    return *m;
  }
  void mustBeFree(const std::string& name, const std::string& field) const {
    if (models->find(name) != nullptr) throw Invalid(field, "模型已存在: " + name, "the name is taken: " + name);
  }
  Registry::ChangeLock lock;
  std::shared_ptr<Source> source;
  std::shared_ptr<const ModelSet> models;
};

/// Models may come in any order: what a field refers to may be missing for a while, and is told.
void ModelRoutes::warnAboutReferences(const ModelSet& models, const std::vector<ModelChange>& changes) const {
  const auto known = [&](const std::string& name) {
    return models.find(name) != nullptr ||
           std::any_of(changes.begin(), changes.end(), [&](const auto& c) { return c.name == name; });
  };
  for (const auto& c : changes)
    if (const Entity* e = c.entityAfter())
      for (const Field& f : e->fields)
        if (!f.from.empty() && !known(f.from))
          host_.warn("field " + e->name + "." + f.name + " refers to " + f.from + ", which does not exist");
}

void ModelRoutes::list(Request& request, Reply& reply, const tenon_cancel* cancel) {
  answering(request, reply, [&] {
    const auto source = sourceOf(registry_.catalogue(), request);
    if (flag(request, "verify")) {
      const Lease lease = poolOf(*source).read(cancel);
      reply.json(differencesJson(*source->models(), readPhysicalSchema(*lease, cancel), request.language() == "en"));
      return;
    }
    const auto models = source->models();
    std::string out = "[";
    for (const auto& m : models->all()) {
      if (out.size() > 1) out += ',';
      appendModel(out, m, true);
    }
    reply.json(out + "]");
  });
}

void ModelRoutes::get(Request& request, Reply& reply, const tenon_cancel*) {
  answering(request, reply, [&] {
    const auto models = sourceOf(registry_.catalogue(), request)->models();
    const Model* model = models->find(request.param("modelName"));
    if (model == nullptr) throw Missing(Missing::What::Model, std::string(request.param("modelName")));
    reply.json(shown(*model));
  });
}

void ModelRoutes::create(Request& request, Reply& reply, const tenon_cancel* cancel) {
  answering(request, reply, [&] {
    const Model model = readModel(bodyOf(request));
    Session session(registry_, changer_, request, cancel);
    session.mustBeFree(nameOf(model), "name");
    const std::vector<ModelChange> changes = {{nameOf(model), std::nullopt, model, {}}};
    changer_.apply(*session.source, changes, {}, cancel);
    warnAboutReferences(*session.models, changes);
    reply.json(shown(model));
  });
}

void ModelRoutes::update(Request& request, Reply& reply, const tenon_cancel* cancel) {
  answering(request, reply, [&] {
    Json body = bodyOf(request);
    const bool force = flag(request, "force");
    Session session(registry_, changer_, request, cancel);
    const Model& before = session.model(request);
    const auto type = body.find("type");
    std::string given = type != body.end() && type->is_string() ? type->get<std::string>() : kindOf(before);
    std::transform(given.begin(), given.end(), given.begin(), [](unsigned char c) { return std::tolower(c); });
    if (given != kindOf(before)) throw Invalid("type", "模型类型不能修改", "a model stays of its kind");
    Model after;
    if (const auto* entity = std::get_if<Entity>(&before)) {
      after = replaced(*entity, body);
    } else {
      body["name"] = nameOf(before);
      body["type"] = given;
      after = readModel(body);
    }
    const std::vector<ModelChange> changes = {{nameOf(before), before, after, {}}};
    changer_.apply(*session.source, changes, {force, false}, cancel);
    warnAboutReferences(*session.models, changes);
    reply.json(shown(after));
  });
}

void ModelRoutes::remove(Request& request, Reply& reply, const tenon_cancel* cancel) {
  answering(request, reply, [&] {
    Session session(registry_, changer_, request, cancel);
    const std::string name(request.param("modelName"));
    const Model* model = session.models->find(name);
    if (model != nullptr) {
      changer_.apply(*session.source, {{name, *model, std::nullopt, {}}}, {true, true}, cancel);
      for (const auto& other : session.models->all())
        if (const auto* e = std::get_if<Entity>(&other); e != nullptr && e->name != name)
          for (const Field& f : e->fields)
            if (f.from == name)
              host_.warn("field " + e->name + "." + f.name + " refers to " + name + ", which is gone");
    }
    reply.noContent();
  });
}

void ModelRoutes::executeIdl(Request& request, Reply& reply, const tenon_cancel* cancel) {
  answering(request, reply, [&] {
    const Json body = bodyOf(request);
    const auto idl = body.find("idl");
    if (idl == body.end() || !idl->is_string()) throw Invalid("idl", "不能为空", "must be a text");
    const IdlDocument document = parseIdl(idl->get_ref<const std::string&>(), "idl");
    Session session(registry_, changer_, request, cancel);
    std::vector<ModelChange> changes;
    Invalid problems;
    for (const auto& m : document.models) {
      if (session.models->find(nameOf(m)) != nullptr)
        problems.add("idl", "模型已存在: " + nameOf(m), "the name is taken: " + nameOf(m));
      changes.push_back({nameOf(m), std::nullopt, m, {}});
    }
    problems.raise();
    if (!changes.empty()) changer_.apply(*session.source, changes, {}, cancel);
    for (const auto& w : document.warnings)
      host_.warn("idl, line " + std::to_string(w.line) + ", column " + std::to_string(w.column) + ": " + w.en);
    warnAboutReferences(*session.models, changes);
    std::string out = "[";
    for (const auto& m : document.models) out += (out.size() > 1 ? "," : "") + shown(m);
    reply.json(out + "]");
  });
}

/// Models and rows, all or nothing: when a row is refused, the models go back to what they were, unless somebody has
/// written records meanwhile that would be lost.
void ModelRoutes::import(Request& request, Reply& reply, const tenon_cancel* cancel) {
  answering(request, reply, [&] {
    const Json body = bodyOf(request);
    Session session(registry_, changer_, request, cancel);
    const ImportScript script = readImport(body, *session.models);
    std::vector<ModelChange> changes = importChanges(script, *session.models);
    if (!script.rows.empty() && !canTurnBack(changes))
      throw Invalid("script", "数据与不可还原的字段类型变更不能一起导入，请先修改类型",
                    "brings rows together with a change of type that could not be turned back: change the type first");
    ChangeOptions options;
    if (!script.rows.empty() && !changes.empty()) options.rows = uniqueName();
    if (!changes.empty()) changes = changer_.apply(*session.source, changes, options, cancel);
    try {
      if (!script.rows.empty())
        records_.importRows(*session.source, script.rows, options.rows,
                            {request.principal()->tenant_id, request.principal()->user_id}, cancel);
    } catch (...) {
      changer_.settleImport(*session.source, options.rows);
      throw;
    }
    changer_.settleImport(*session.source, options.rows);
    for (const auto& w : script.warnings) host_.warn("import into " + session.source->name() + ": " + w);
    warnAboutReferences(*session.models, changes);
    reply.noContent();
  });
}

template <class Edit, class Show>
void ModelRoutes::edit(Request& request, Reply& reply, const tenon_cancel* cancel, ChangeOptions options, Edit&& make,
                       Show&& show) {
  answering(request, reply, [&] {
    Session session(registry_, changer_, request, cancel);
    const Model& before = session.model(request);
    const auto* entity = std::get_if<Entity>(&before);
    if (entity == nullptr) throw Invalid("modelName", "该模型没有字段", "only entities have fields and indexes");
    Renames renames;
    const Entity after = make(*entity, renames);
    const std::vector<ModelChange> changes = {{entity->name, before, after, renames}};
    changer_.apply(*session.source, changes, options, cancel);
    warnAboutReferences(*session.models, changes);
    show(after);
  });
}

void ModelRoutes::createField(Request& request, Reply& reply, const tenon_cancel* cancel) {
  edit(
      request, reply, cancel, {}, [&](const Entity& e, Renames&) { return withField(e, bodyOf(request)); },
      [&](const Entity& e) { reply.json(shownMember(e, "fields", e.fields.back().name)); });
}

void ModelRoutes::updateField(Request& request, Reply& reply, const tenon_cancel* cancel) {
  answering(request, reply, [&] {
    const bool force = flag(request, "force");
    std::string now;
    edit(
        request, reply, cancel, {force, false},
        [&](const Entity& e, Renames& renames) {
          const std::string name(request.param("fieldName"));
          Entity after = withFieldChanged(e, name, bodyOf(request));
          now = after.fields[e.indexOf(name)].name;
          if (now != name) renames[name] = now;
          return after;
        },
        [&](const Entity& e) { reply.json(shownMember(e, "fields", now)); });
  });
}

void ModelRoutes::removeField(Request& request, Reply& reply, const tenon_cancel* cancel) {
  edit(
      request, reply, cancel, {false, true},
      [&](const Entity& e, Renames&) { return withoutField(e, request.param("fieldName")); },
      [&](const Entity&) { reply.noContent(); });
}

void ModelRoutes::createIndex(Request& request, Reply& reply, const tenon_cancel* cancel) {
  edit(
      request, reply, cancel, {}, [&](const Entity& e, Renames&) { return withIndex(e, bodyOf(request)); },
      [&](const Entity& e) { reply.json(shownMember(e, "indexes", e.indexes.back().name)); });
}

void ModelRoutes::updateIndex(Request& request, Reply& reply, const tenon_cancel* cancel) {
  edit(
      request, reply, cancel, {},
      [&](const Entity& e, Renames&) { return withIndexChanged(e, request.param("indexName"), bodyOf(request)); },
      [&](const Entity& e) { reply.json(shownMember(e, "indexes", request.param("indexName"))); });
}

void ModelRoutes::removeIndex(Request& request, Reply& reply, const tenon_cancel* cancel) {
  edit(
      request, reply, cancel, {},
      [&](const Entity& e, Renames&) { return withoutIndex(e, request.param("indexName")); },
      [&](const Entity&) { reply.noContent(); });
}

}  // namespace tenon::modeling
