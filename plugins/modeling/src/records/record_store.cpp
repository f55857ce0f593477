// SPDX-License-Identifier: Apache-2.0
#include "record_store.h"

#include <algorithm>
#include <charconv>

#include "generator.h"
#include "routes/answer.h"
#include "routes/datasource_routes.h"
#include "tenon/json_writer.hpp"

namespace tenon::modeling {

namespace {

constexpr int kDeepestCascade = 10;

const Entity& entityOf(const ModelSet& models, std::string_view model) {
  const Entity* e = models.entity(model);
  if (e == nullptr) throw Missing(Missing::What::Model, std::string(model));
  return *e;
}

const Schema& countSchema() {
  static const Schema s{{"count", "l"}};
  return s;
}

std::string columnList(const Dialect& d, const EntityShape& shape) {
  std::string out;
  for (const Field* f : shape.columns()) {
    if (!out.empty()) out += ", ";
    d.identifier(out, f->name);
  }
  return out;
}

void stamp(const EntityShape& shape, std::vector<Value>& values, const char* name, std::string_view text) {
  const size_t i = shape.columnOf(name);
  if (i != Entity::npos && !text.empty() && values[i].isNull() && shape.columns()[i]->type == FieldType::String)
    values[i] = Value::of(std::string(text));
}

void mustBeObject(const Json& body) {
  if (!body.is_object()) throw Invalid("body", "必须是 JSON 对象", "must be a JSON object");
}

/// A relation in a body would be lost in silence: it is refused until it can be written.
void refuseRelations(const Entity& entity, const Json& body, const std::string& path, Invalid& problems) {
  for (const auto& f : entity.fields)
    if (!f.isColumn() && body.contains(f.name) && !body[f.name].is_null())
      problems.add(path + f.name, "暂不支持写入关联字段", "relations cannot be written here");
}

void mustBeNullable(const Field& f, const std::string& path, Invalid& problems) {
  if (!f.nullable || f.identity) problems.add(path + f.name, "不能为空", "must not be null");
}

}  // namespace

std::shared_ptr<const Shapes> RecordStore::shapesOf(const Source& source) {
  const auto models = source.models();
  {
    const std::shared_lock lock(mutex_);
    const auto it = shapes_.find(source.name());
    if (it != shapes_.end() && it->second.first == models->version()) return it->second.second;
  }
  auto made = std::make_shared<const Shapes>(models);
  const std::unique_lock lock(mutex_);
  shapes_[source.name()] = {models->version(), made};
  return made;
}

void RecordStore::list(Source& source, std::string_view model, const ListRequest& request, std::string_view key,
                       const Caller& caller, const tenon_cancel* cancel, std::string& out) {
  auto plan = plans_.find(key);
  const Lease lease = poolOf(source).read(cancel);
  if (plan == nullptr) {
    const auto shapes = shapesOf(source);
    plan = planList(shapes, entityOf(shapes->models(), model), lease->dialect(), request, caller.tenant, limits_);
    plans_.put(std::string(key), plan);
  }
  Level top;
  uint64_t rows = plan->size;
  top.read(lease->query(plan->listSql, *plan->params, &plan->shape->expected(), cancel, {0, plan->size}), *plan->shape,
           rows);
  const auto got = static_cast<uint64_t>(top.rows());
  int64_t total = static_cast<int64_t>((plan->page - 1) * plan->size + got);
  // The last page says how many there are; so does an empty first one.
  if (got == plan->size || (got == 0 && plan->page > 1)) {
    Rows counted = lease->query(plan->countSql, *plan->params, &countSchema(), cancel);
    if (counted.next()) total = counted.batch()[0].i64(0);
  }
  TreeReader(*lease, *plan->shapes, caller.tenant, limits_.maxNestedRows, cancel).expand(top, plan->expansion);
  out += "{\"list\":";
  writeRows(out, top);
  out += ",\"total\":";
  appendJsonInteger(out, total);
  out += '}';
}

RecordStore::Target RecordStore::target(Source& source, std::string_view model, std::string_view id) {
  Target t{shapesOf(source), nullptr, nullptr, {}};
  t.entity = &entityOf(t.shapes->models(), model);
  t.identity = t.entity->identity();
  if (t.identity == nullptr) throw Invalid("id", "该模型没有主键字段", "the model has no identity field");
  auto value = identityFromText(*t.identity, id);
  if (!value) throw Missing(Missing::What::Record, std::string(id));
  t.id = std::move(*value);
  return t;
}

std::string RecordStore::whereId(const Dialect& d, const Target& t, const Caller& caller, bool qualified,
                                 std::vector<Value>& values) const {
  std::string sql = " where ";
  const auto equals = [&](const Field& f, Value v) {
    if (qualified) sql += "t.";
    d.identifier(sql, f.name);
    sql += " = ";
    values.push_back(std::move(v));
    d.parameter(sql, static_cast<uint32_t>(values.size()));
  };
  equals(*t.identity, t.id);
  const Field* tenant = tenantField(*t.entity);
  if (tenant != nullptr && !caller.tenant.empty()) {
    sql += " and ";
    equals(*tenant, Value::of(std::string(caller.tenant)));
  }
  return sql;
}

void RecordStore::readOne(Connection& c, const Target& t, const Caller& caller, const Expansion& expansion,
                          const tenon_cancel* cancel, std::string& out) {
  std::vector<Value> values;
  const EntityShape& shape = t.shapes->of(*t.entity);
  const std::string sql = selectFrom(c.dialect(), shape) + whereId(c.dialect(), t, caller, true, values);
  RowBuilder params = parameters(values);
  Level top;
  uint64_t rows = 1;
  top.read(c.query(sql, &params, &shape.expected(), cancel, {1, 1}), shape, rows);
  if (top.rows() == 0) throw Missing(Missing::What::Record, {});
  TreeReader(c, *t.shapes, caller.tenant, limits_.maxNestedRows, cancel).expand(top, expansion);
  writeRow(out, top, 0, 0);
}

void RecordStore::get(Source& source, std::string_view model, std::string_view id, std::string_view nested,
                      const Caller& caller, const tenon_cancel* cancel, std::string& out) {
  const Target t = target(source, model, id);
  const Expansion expansion = readExpansion(nested, limits_.nestedDepth);
  const Lease lease = poolOf(source).read(cancel);
  readOne(*lease, t, caller, expansion, cancel, out);
}

std::vector<Value> valuesForInsert(const EntityShape& shape, const ModelSet& models, const Json& body,
                                   const Caller& caller, int64_t now_ms, const std::string& path) {
  Invalid problems;
  std::vector<Value> values;
  for (const Field* f : shape.columns()) {
    Value v = Value::null("u");
    const auto given = body.find(f->name);
    if (given != body.end() && !given->is_null()) {
      if (const auto wrong = convert(*f, *given, models, false, v)) problems.add(path + f->name, wrong->zh, wrong->en);
    } else {
      v = generated(*f, models, now_ms);
    }
    values.push_back(std::move(v));
  }
  refuseRelations(shape.entity(), body, path, problems);
  if (tenantField(shape.entity()) != nullptr) stamp(shape, values, "tenant_id", caller.tenant);
  stamp(shape, values, "created_by", caller.user);
  stamp(shape, values, "updated_by", caller.user);
  for (size_t i = 0; i < values.size(); ++i) {
    const Field& f = *shape.columns()[i];
    const auto given = body.find(f.name);
    const bool wrong = std::any_of(problems.problems().begin(), problems.problems().end(),
                                   [&](const auto& p) { return p.field == path + f.name; });
    if (!wrong && values[i].isNull() && (!f.nullable || f.identity) && !f.isAutoIncrement()) {
      if (given == body.end())
        problems.add(path + f.name, "不能为空", "is required");
      else
        mustBeNullable(f, path, problems);
    }
  }
  problems.raise();
  return values;
}

void RecordStore::create(Source& source, std::string_view model, const Json& body, const Caller& caller,
                         const tenon_cancel* cancel, std::string& out) {
  mustBeObject(body);
  const auto shapes = shapesOf(source);
  const Entity& entity = entityOf(shapes->models(), model);
  const EntityShape& shape = shapes->of(entity);
  const std::vector<Value> all = valuesForInsert(shape, shapes->models(), body, caller, host_.wallMs());
  const Lease lease = poolOf(source).write(cancel);
  const Dialect& d = lease->dialect();
  std::string names, marks;
  std::vector<Value> values;
  for (size_t i = 0; i < all.size(); ++i) {
    if (all[i].isNull()) continue;  // the database's own default or identity
    if (!values.empty()) {
      names += ", ";
      marks += ", ";
    }
    d.identifier(names, shape.columns()[i]->name);
    values.push_back(all[i]);
    d.parameter(marks, static_cast<uint32_t>(values.size()));
  }
  std::string sql = "insert into ";
  d.identifier(sql, entity.name);
  sql += values.empty() ? std::string(" ") + d.raw()->insert_defaults : " (" + names + ") values (" + marks + ")";
  RowBuilder params = parameters(values);
  if (d.has(TENON_SQL_RETURNING)) {
    Level top;
    uint64_t rows = 1;
    top.read(lease->query(sql + " returning " + columnList(d, shape), &params, &shape.expected(), cancel), shape, rows);
    writeRow(out, top, 0, 0);
    return;
  }
  Transaction tx(*lease, cancel);
  const Outcome outcome = lease->execute(sql, &params, cancel);
  Target t{shapes, &entity, entity.identity(), {}};
  if (t.identity == nullptr) {
    tx.commit();
    out += dumpJson(body);
    return;
  }
  const size_t at = shape.columnOf(t.identity->name);
  t.id = all[at].isNull() ? Value::whole("l", outcome.lastInsertId) : all[at];
  readOne(*lease, t, caller, {}, cancel, out);
  tx.commit();
}

void RecordStore::update(Source& source, std::string_view model, std::string_view id, const Json& body,
                         const Caller& caller, const tenon_cancel* cancel, std::string& out) {
  mustBeObject(body);
  const Target t = target(source, model, id);
  const EntityShape& shape = t.shapes->of(*t.entity);
  Invalid problems;
  std::vector<const Field*> fields;
  std::vector<Value> values;
  const int64_t now_ms = host_.wallMs();
  for (const Field* f : shape.columns()) {
    if (f->identity) continue;  // the path says which record it is
    const auto given = body.find(f->name);
    Value v;
    if (given != body.end()) {
      if (given->is_null()) mustBeNullable(*f, "", problems);
      if (const auto wrong = convert(*f, *given, t.shapes->models(), false, v))
        problems.add(f->name, wrong->zh, wrong->en);
    } else if (refreshedOnUpdate(*f)) {
      v = present(*f, now_ms);
    } else if (f->name == "updated_by" && f->type == FieldType::String && !caller.user.empty()) {
      v = Value::of(std::string(caller.user));
    } else {
      continue;
    }
    fields.push_back(f);
    values.push_back(std::move(v));
  }
  refuseRelations(*t.entity, body, "", problems);
  problems.raise();
  if (fields.empty()) {  // nothing to change: the record as it is, or 404
    const Lease lease = poolOf(source).read(cancel);
    readOne(*lease, t, caller, {}, cancel, out);
    return;
  }
  const Lease lease = poolOf(source).write(cancel);
  const Dialect& d = lease->dialect();
  std::string sql = "update ";
  d.identifier(sql, t.entity->name);
  for (size_t i = 0; i < fields.size(); ++i) {
    sql += i == 0 ? " set " : ", ";
    d.identifier(sql, fields[i]->name);
    sql += " = ";
    d.parameter(sql, static_cast<uint32_t>(i + 1));
  }
  sql += whereId(d, t, caller, false, values);
  RowBuilder params = parameters(values);
  if (d.has(TENON_SQL_RETURNING)) {
    Level top;
    uint64_t rows = 1;
    top.read(lease->query(sql + " returning " + columnList(d, shape), &params, &shape.expected(), cancel), shape, rows);
    if (top.rows() == 0) throw Missing(Missing::What::Record, std::string(id));
    writeRow(out, top, 0, 0);
    return;
  }
  Transaction tx(*lease, cancel);
  lease->execute(sql, &params, cancel);
  readOne(*lease, t, caller, {}, cancel, out);
  tx.commit();
}

int64_t RecordStore::cascade(Connection& c, const Shapes& shapes, const Entity& entity, const std::string& where,
                             const std::vector<Value>& values, std::vector<const Entity*>& path,
                             const tenon_cancel* cancel) {
  const Dialect& d = c.dialect();
  path.push_back(&entity);
  if (path.size() > kDeepestCascade) throw Invalid("id", "级联删除层级过深", "the deletion cascades too deeply");
  for (const auto& f : entity.fields) {
    if (f.isColumn() || !f.cascadeDelete) continue;
    const Entity* child = shapes.models().entity(f.from);
    const Field* local = f.localField.empty() ? entity.identity() : entity.field(f.localField);
    const Field* foreign = child == nullptr || f.foreignField.empty() ? nullptr : child->field(f.foreignField);
    // The side that owns the key is never deleted through it, and no entity twice on one path.
    if (local == nullptr || foreign == nullptr || foreign->identity ||
        std::find(path.begin(), path.end(), child) != path.end())
      continue;
    std::string inner = " where ";
    d.identifier(inner, foreign->name);
    inner += " in (select ";
    d.identifier(inner, local->name);
    inner += " from ";
    d.identifier(inner, entity.name);
    inner += where + ")";
    cascade(c, shapes, *child, inner, values, path, cancel);
  }
  path.pop_back();
  std::string sql = "delete from ";
  d.identifier(sql, entity.name);
  RowBuilder params = parameters(values);
  return c.execute(sql + where, &params, cancel).affected;
}

void RecordStore::remove(Source& source, std::string_view model, std::string_view id, const Caller& caller,
                         const tenon_cancel* cancel) {
  const Target t = target(source, model, id);
  const Lease lease = poolOf(source).write(cancel);
  std::vector<Value> values;
  const std::string where = whereId(lease->dialect(), t, caller, false, values);
  std::vector<const Entity*> path;
  Transaction tx(*lease, cancel);
  cascade(*lease, *t.shapes, *t.entity, where, values, path, cancel);  // a record that is not there is deleted
  tx.commit();
}

}  // namespace tenon::modeling
