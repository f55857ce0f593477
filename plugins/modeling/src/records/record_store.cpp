// SPDX-License-Identifier: Apache-2.0
#include "record_store.h"

#include <algorithm>
#include <charconv>
#include <optional>

#include "generator.h"
#include "model/field_type.h"
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

/// What the platform itself writes into entities whose rows belong to tenants: who and when. Nothing for other fields.
std::optional<Value> stamp(const Field& f, bool inserting, const Caller& caller, int64_t now_ms) {
  const bool text = f.type == FieldType::String || f.type == FieldType::Text;
  if (text && !caller.user.empty() && (f.name == "updated_by" || (inserting && f.name == "created_by")))
    return Value::of(std::string(caller.user));
  if (text && inserting && f.name == "tenant_id" && !caller.tenant.empty())
    return Value::of(std::string(caller.tenant));
  if (f.type == FieldType::DateTime && (f.name == "updated_at" || (inserting && f.name == "created_at")))
    return present(f, now_ms);
  return std::nullopt;
}

/// A row can be put into no other tenant than the caller's.
void mustBeOwn(const Field& f, const Value& v, const Caller& caller, const std::string& path, Invalid& problems) {
  if (caller.tenant.empty() || v.isNull() || v.text == caller.tenant) return;
  problems.add(path + f.name, "必须是当前租户", "must be your tenant");
}

/// An identity is a segment of a path.
void mustBeAddressable(const Field& f, const Value& v, const std::string& path, Invalid& problems) {
  if (v.kind == Value::Kind::Text && (v.text.empty() || v.text == "." || v.text == ".."))
    problems.add(path + f.name, "不能作为主键", "cannot be an identity");
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

std::string columnList(const Dialect& d, const EntityShape& shape) {
  std::string out;
  for (const Field* f : shape.columns()) out += (out.empty() ? "" : ", ") + d.quoted(f->name);
  return out;
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
  top.read(*lease, plan->listSql, *plan->listParams, *plan->shape, cancel, rows, {0, plan->size});
  const auto got = static_cast<uint64_t>(top.rows());
  int64_t total = static_cast<int64_t>((plan->page - 1) * plan->size + got);
  // The last page says how many there are; so does an empty first one.
  if (got == plan->size || (got == 0 && plan->page > 1)) {
    Rows counted = lease->query(plan->countSql, *plan->countParams, &countSchema(), cancel);
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
  const std::string sql = shape.select(c.dialect()) + whereId(c.dialect(), t, caller, true, values);
  RowBuilder params = parameters(values);
  Level top;
  uint64_t rows = 1;
  top.read(c, sql, params, shape, cancel, rows, {1, 1});
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
  const bool owned = tenantField(shape.entity()) != nullptr;
  for (const Field* f : shape.columns()) {
    Value v = Value::null("u");
    const auto given = body.find(f->name);
    if (f->isComputed()) {
      values.push_back(std::move(v));
      continue;
    }
    bool wrong = false;
    if (given != body.end() && !given->is_null()) {
      if (const auto mismatch = convert(*f, *given, models, false, v)) {
        problems.add(path + f->name, mismatch->zh, mismatch->en);
        wrong = true;
      }
      if (owned && f->name == "tenant_id") mustBeOwn(*f, v, caller, path, problems);
      if (f->identity) mustBeAddressable(*f, v, path, problems);
    } else {
      v = generated(*f, models, now_ms);
    }
    if (owned && v.isNull())
      if (auto stamped = stamp(*f, true, caller, now_ms)) v = std::move(*stamped);
    if (!wrong && v.isNull() && (!f->nullable || f->identity) && !f->isAutoIncrement()) {
      if (given != body.end())
        mustBeNullable(*f, path, problems);
      else if (!f->hasDatabaseDefault())
        problems.add(path + f->name, "不能为空", "is required");
    }
    values.push_back(std::move(v));
  }
  refuseRelations(shape.entity(), body, path, problems);
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
  // The record is answered as it is stored: read again, since triggers may have changed it, before the commit.
  Transaction tx(*lease, cancel);
  Target t{shapes, &entity, entity.identity(), {}};
  if (t.identity == nullptr) {  // it cannot be read again
    if (d.has(TENON_SQL_RETURNING)) {
      Level top;
      uint64_t rows = 1;
      top.readOnce(lease->query(sql + " returning " + columnList(d, shape), &params, &shape.expected(), cancel), shape,
                   rows);
      writeRow(out, top, 0, 0);
    } else {
      lease->execute(sql, &params, cancel);
      out += dumpJson(body);
    }
    tx.commit();
    return;
  }
  const size_t at = shape.columnOf(t.identity->name);
  if (!all[at].isNull()) {
    lease->execute(sql, &params, cancel);
    t.id = all[at];
  } else if (d.has(TENON_SQL_RETURNING)) {
    const Schema key{{t.identity->name, arrowFormat(*t.identity)}};
    Rows rows = lease->query(sql + " returning " + d.quoted(t.identity->name), &params, &key, cancel);
    if (!rows.next()) throw Failure(TENON_INTERNAL, "an insert answered no key");
    t.id = cellValue(rows.batch()[0], arrowFormat(*t.identity), 0);
  } else {
    t.id = Value::whole("l", lease->execute(sql, &params, cancel).lastInsertId);
  }
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
  const bool owned = tenantField(*t.entity) != nullptr;
  for (const Field* f : shape.columns()) {
    if (f->identity || f->isComputed()) continue;  // the path says which record it is
    const auto given = body.find(f->name);
    Value v;
    if (given != body.end()) {
      if (given->is_null()) mustBeNullable(*f, "", problems);
      if (const auto wrong = convert(*f, *given, t.shapes->models(), false, v))
        problems.add(f->name, wrong->zh, wrong->en);
      if (owned && f->name == "tenant_id") mustBeOwn(*f, v, caller, "", problems);
    } else if (refreshedOnUpdate(*f)) {
      v = present(*f, now_ms);
    } else if (auto stamped = owned ? stamp(*f, false, caller, now_ms) : std::nullopt) {
      v = std::move(*stamped);
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
  Transaction tx(*lease, cancel);
  lease->execute(sql, &params, cancel);
  readOne(*lease, t, caller, {}, cancel, out);
  tx.commit();
}

int64_t RecordStore::cascade(Connection& c, const Shapes& shapes, const Entity& entity, const std::string& where,
                             const std::vector<Value>& values, std::vector<const Entity*>& path, const Caller& caller,
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
    std::vector<Value> bound = values;
    if (const Field* tenant = caller.tenant.empty() ? nullptr : tenantField(*child)) {  // others' rows stay theirs
      inner += " and " + d.quoted(tenant->name) + " = ";
      bound.push_back(Value::of(std::string(caller.tenant)));
      d.parameter(inner, static_cast<uint32_t>(bound.size()));
    }
    cascade(c, shapes, *child, inner, bound, path, caller, cancel);
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
  cascade(*lease, *t.shapes, *t.entity, where, values, path, caller, cancel);  // a record that is not there is deleted
  tx.commit();
}

}  // namespace tenon::modeling
