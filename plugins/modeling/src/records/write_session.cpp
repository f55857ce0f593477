// SPDX-License-Identifier: Apache-2.0
#include "write_session.h"

#include <algorithm>

#include "cascade.h"
#include "filter.h"
#include "model/field_type.h"
#include "refusal.h"
#include "routes/answer.h"
#include "sql/ddl.h"
#include "sql/insert.h"

namespace tenon::modeling {

namespace {

constexpr size_t kIdsAtOnce = 500;
constexpr uint64_t kMostTracked = 10000;  // records of one deletion whose events are made

/// A key as a child's body has it.
Json jsonOf(const Value& v) {
  switch (v.kind) {
    case Value::Kind::Integer: return v.integer;
    case Value::Kind::Double: return v.number;
    case Value::Kind::Text: return v.text;
    case Value::Kind::Boolean: return v.boolean;
    case Value::Kind::Hole:
    case Value::Kind::Null: break;
  }
  return nullptr;
}

std::string columnList(const Dialect& d, const EntityShape& shape) {
  std::string out;
  for (const Field* f : shape.columns()) out += (out.empty() ? "" : ", ") + d.quoted(f->name);
  return out;
}

}  // namespace

void WriteSession::count(const std::string& path) {
  if (++written_ > limits_.maxNestedRows)
    throw Invalid(path, "一次写入的记录过多", "holds more records than one request may write");
}

WriteSession::Link WriteSession::linkOf(const Entity& entity, const Field& relation, const std::string& path) const {
  const Entity* child = shapes_.models().entity(relation.from);
  const Field* local = relation.localField.empty() ? entity.identity() : entity.field(relation.localField);
  const Field* foreign = child == nullptr                ? nullptr
                         : relation.foreignField.empty() ? child->identity()
                                                         : child->field(relation.foreignField);
  if (child == nullptr || local == nullptr || foreign == nullptr)
    throw Invalid(path + relation.name, "关联的模型或字段不存在", "the related model or its field does not exist");
  return {&relation, child, local, foreign, foreign->identity && !local->identity && !relation.multiple};
}

void WriteSession::check(const Entity& entity, const Json& body) const {
  // A key that comes from a related record is not there yet.
  if (!holdsRelations(entity, body)) valuesForInsert(shapes_.of(entity), shapes_.models(), body, caller_, now_ms_);
}

bool WriteSession::holdsRelations(const Entity& entity, const Json& body) {
  return std::any_of(entity.fields.begin(), entity.fields.end(), [&](const Field& f) { return isGiven(f, body); });
}

/// Writes the related records that must be there before this one. Answers the body with their keys; nullopt when there
/// are none.
std::optional<Json> WriteSession::withChildrenFirst(const Entity& entity, const Json& body, const std::string& path) {
  std::optional<Json> own;
  for (const Field& f : entity.fields) {
    if (!isGiven(f, body)) continue;
    const Link link = linkOf(entity, f, path);
    if (!link.parentHolds) continue;
    count(path + f.name);
    if (!own) own = body;
    const Json record = relatedOf(f, body, path);
    (*own)[link.local->name] = jsonOf(writeRelated(*link.child, record, body[f.name], path + f.name + "."));
  }
  return own;
}

/// What is nested in a record under a relation's name.
Json WriteSession::relatedOf(const Field& relation, const Json& body, const std::string& path) const {
  const Json& given = body[relation.name];
  if (!insertsRelated_) return given;
  mustBeObject(given, path + relation.name + ".");
  const auto data = given.find("data");
  return data == given.end() ? Json() : *data;
}

/// given: what stands under the relation's name.
Value WriteSession::writeRelated(const Entity& entity, const Json& record, const Json& given, const std::string& path) {
  if (!insertsRelated_) return upsert(entity, record, path);
  const auto conflict = given.find("conflict");
  if (conflict == given.end() || conflict->is_null()) return insert(entity, record, path);
  return insertUnless(readConflict(entity, *conflict, path), entity, record, path).id;
}

/// The value that related records refer to this one by.
Value WriteSession::keyOf(const Link& link, const Entity& entity, const Json& body, const Value& id,
                          const std::string& path) {
  if (link.local->identity) return id;
  Value key;
  const auto given = body.find(link.local->name);
  if (given != body.end() && !given->is_null())
    convert(*link.local, *given, shapes_.models(), false, key);  // it was checked with the record itself
  else
    key = storedValue(entity, *link.local, id);
  if (key.isNull())
    throw Invalid(path + link.relation->name, "关联的键为空: " + link.local->name,
                  "refers to " + link.local->name + ", which has no value");
  return key;
}

void WriteSession::writeChildren(const Entity& entity, const Json& body, const Value& id, const std::string& path) {
  for (const Field& f : entity.fields) {
    if (!isGiven(f, body)) continue;
    const Link link = linkOf(entity, f, path);
    if (link.parentHolds) continue;
    const Json given = relatedOf(f, body, path);
    if (given.is_array() != f.multiple)
      throw Invalid(path + f.name, f.multiple ? "必须是数组" : "必须是对象",
                    f.multiple ? "must be an array" : "must be an object");
    const Json key = jsonOf(keyOf(link, entity, body, id, path));
    const auto write = [&](const Json& one, const std::string& at) {
      mustBeObject(one, at);
      count(path + f.name);
      Json child = one;
      child[link.foreign->name] = key;
      writeRelated(*link.child, child, body[f.name], at);
    };
    if (!f.multiple) write(given, path + f.name + ".");
    for (size_t i = 0; f.multiple && i < given.size(); ++i)
      write(given[i], path + f.name + "[" + std::to_string(i) + "].");
  }
}

Value WriteSession::insertRow(const Entity& entity, const std::vector<Value>& all, std::string* unread,
                              const std::string& clause) {
  const EntityShape& shape = shapes_.of(entity);
  const Dialect& d = connection_.dialect();
  std::vector<std::string_view> names;
  std::vector<Value> values;
  for (size_t i = 0; i < all.size(); ++i) {
    if (all[i].isNull()) continue;  // the database's own default or identity
    names.push_back(shape.columns()[i]->name);
    values.push_back(all[i]);
  }
  const std::string sql = insertInto(d, entity.name, names) + clause;
  models_.insert(entity.name);
  RowBuilder params = parameters(values);
  const Field* identity = entity.identity();
  if (identity == nullptr && unread != nullptr && d.insertReturns()) {
    Level top;
    uint64_t rows = 1;
    top.readOnce(connection_.query(sql + " returning " + columnList(d, shape), &params, &shape.expected(), cancel_),
                 shape, rows);
    writeRow(*unread, top, 0, 0);
    return {};
  }
  const Value given = identity != nullptr ? all[shape.columnOf(identity->name)] : Value();
  if (identity == nullptr || !given.isNull()) {
    const Outcome outcome = connection_.execute(sql, &params, cancel_);
    if (!clause.empty() && outcome.affected == 0) return {};
    noteGiven(entity, given);
    return given;
  }
  advanceCounter(entity);
  if (!d.insertReturns()) return Value::whole("l", connection_.execute(sql, &params, cancel_).lastInsertId);
  const Schema key{{identity->name, arrowFormat(*identity)}};
  Rows rows = connection_.query(sql + " returning " + d.quoted(identity->name), &params, &key, cancel_);
  if (!rows.next()) {
    if (!clause.empty()) return {};
    throw Failure(TENON_INTERNAL, "an insert answered no key");
  }
  return cellValue(rows.batch()[0], arrowFormat(*identity), 0);
}

Value WriteSession::insert(const Entity& entity, const Json& body, const std::string& path) {
  mustBeObject(body, path);
  const auto keyed = withChildrenFirst(entity, body, path);
  const Json& own = keyed ? *keyed : body;
  const Value id = insertOwn(entity, own, path);
  writeChildren(entity, own, id, path);
  return id;
}

Value WriteSession::insertOwn(const Entity& entity, const Json& own, const std::string& path,
                              const std::string& clause) {
  const std::vector<Value> values = valuesForInsert(shapes_.of(entity), shapes_.models(), own, caller_, now_ms_, path);
  const Value id = naming(entity, path, [&] { return insertRow(entity, values, nullptr, clause); });
  if (tracked_ && entity.identity() != nullptr && (clause.empty() || !id.isNull()))
    changes_.push_back({"create", entity.name, dumpJson(jsonOf(id)), "null", rowOf(entity, id)});
  return id;
}

void WriteSession::insertUnread(const Entity& entity, const Json& body, std::string& out, const std::string& path) {
  mustBeObject(body, path);
  const auto keyed = withChildrenFirst(entity, body, path);
  const Json& own = keyed ? *keyed : body;
  const size_t before = out.size();
  const std::vector<Value> values = valuesForInsert(shapes_.of(entity), shapes_.models(), own, caller_, now_ms_, path);
  naming(entity, path, [&] { return insertRow(entity, values, &out); });
  if (out.size() == before) out += dumpJson(own);
  writeChildren(entity, own, {}, path);
}

std::string WriteSession::whereId(const Entity& entity, const Value& id, std::vector<Value>& values) const {
  const Dialect& d = connection_.dialect();
  SqlText sql{{}, std::move(values)};
  appendIdentity(sql, d, entity, id, {}, caller_.tenant);
  values = std::move(sql.values);
  return sql.text;
}

Value WriteSession::storedValue(const Entity& entity, const Field& field, const Value& id, bool locked) {
  if (entity.identity() == nullptr) return {};
  const Dialect& d = connection_.dialect();
  std::vector<Value> values;
  std::string sql = "select " + d.quoted(field.name) + " from " + d.quoted(entity.name) + whereId(entity, id, values);
  if (const char* lock = locked ? d.text(&tenon_dialect::for_update) : nullptr) sql += lock;
  const Schema expected{{field.name, arrowFormat(field)}};
  RowBuilder params = parameters(values);
  Rows rows = connection_.query(sql, &params, &expected, cancel_);
  return rows.next() ? cellValue(rows.batch()[0], arrowFormat(field), 0) : Value();
}

/// Identity and record, both as JSON, of the rows of a condition on the bare table.
std::vector<std::pair<std::string, std::string>> WriteSession::rowsAt(const Entity& entity, const std::string& where,
                                                                      const std::vector<Value>& values) {
  const EntityShape& shape = shapes_.of(entity);
  const Dialect& d = connection_.dialect();
  std::string sql;
  for (const Field* f : shape.columns()) sql += (sql.empty() ? "select " : ", ") + d.quoted(f->name);
  RowBuilder params = parameters(values);
  Level top;
  uint64_t budget = kMostTracked;
  top.read(connection_, sql + " from " + d.quoted(entity.name) + where, params, shape, cancel_, budget,
           {kMostTracked, 0});
  const size_t key = shape.columnOf(entity.identity()->name);
  std::vector<std::pair<std::string, std::string>> out;
  for (size_t b = 0; b < top.batches.size(); ++b)
    for (int64_t r = 0; r < top.batches[b].rows(); ++r) {
      out.emplace_back();
      top.writers[key](out.back().first, top.batches[b][key], r);
      writeRow(out.back().second, top, b, r);
    }
  return out;
}

/// A record as JSON, "null" when it is not there.
std::string WriteSession::rowOf(const Entity& entity, const Value& id) {
  std::vector<Value> values;
  const std::string where = whereId(entity, id, values);
  auto rows = rowsAt(entity, where, values);
  return rows.empty() ? "null" : std::move(rows.front().second);
}

void WriteSession::appendSets(SqlText& sql, const Entity& entity, const UpdateValues& given,
                              const std::vector<Increment>& increments) const {
  const Dialect& d = connection_.dialect();
  const char* separator = " set ";
  for (size_t i = 0; i < given.fields.size(); ++i) {
    sql.text += std::exchange(separator, ", ");
    d.identifier(sql.text, given.fields[i]->name);
    sql.text += " = ";
    sql.bind(d, given.values[i]);
  }
  for (const Increment& increment : increments) {
    sql.text += std::exchange(separator, ", ");
    appendIncrement(sql, d, increment);
  }
  const Field* version = versionField(entity);
  const auto isVersion = [&](const Increment& i) { return i.field == version; };
  if (version == nullptr || std::find(given.fields.begin(), given.fields.end(), version) != given.fields.end() ||
      std::any_of(increments.begin(), increments.end(), isVersion))
    return;
  sql.text += separator;
  appendIncrement(sql, d, {version, Value::whole("l", 1)});
}

bool WriteSession::update(const Entity& entity, const Value& id, const Json& body, const std::string& path,
                          const std::vector<Increment>& increments) {
  mustBeObject(body, path);
  const auto keyed = withChildrenFirst(entity, body, path);
  const Json& own = keyed ? *keyed : body;
  const UpdateValues given = valuesForUpdate(shapes_.of(entity), shapes_.models(), own, caller_, now_ms_, path);
  const bool writes = !given.fields.empty() || !increments.empty();
  bool found = writes || !storedValue(entity, *entity.identity(), id).isNull();
  const std::string before = tracked_ && writes ? rowOf(entity, id) : std::string();
  if (writes) {
    SqlText sql{"update " + connection_.dialect().quoted(entity.name), {}};
    appendSets(sql, entity, given, increments);
    sql.text += whereId(entity, id, sql.values);
    RowBuilder params = parameters(sql.values);
    models_.insert(entity.name);
    found = naming(entity, path, [&] { return connection_.execute(sql.text, &params, cancel_).affected; }) != 0;
  }
  if (tracked_ && found && writes)
    changes_.push_back({"update", entity.name, dumpJson(jsonOf(id)), before, rowOf(entity, id)});
  if (found) writeChildren(entity, own, id, path);
  return found;
}

Value WriteSession::upsert(const Entity& entity, const Json& body, const std::string& path) {
  mustBeObject(body, path);
  const Field* identity = entity.identity();
  const auto given = identity != nullptr ? body.find(identity->name) : body.end();
  if (given == body.end() || given->is_null()) return insert(entity, body, path);
  Value id;
  if (const auto wrong = convert(*identity, *given, shapes_.models(), false, id))
    throw Invalid(path + identity->name, wrong->zh, wrong->en);
  if (storedValue(entity, *identity, id).isNull()) return insert(entity, body, path);
  update(entity, id, body, path);
  return id;
}

void WriteSession::noteGiven(const Entity& entity, const Value& id) {
  const Field* identity = entity.identity();
  if (identity == nullptr || !identity->isAutoIncrement() || id.kind != Value::Kind::Integer || id.integer <= 0 ||
      connection_.dialect().text(&tenon_dialect::advance_counter) == nullptr)
    return;
  int64_t& greatest = given_[&entity];
  greatest = std::max(greatest, id.integer);
}

void WriteSession::advanceCounter(const Entity& entity) {
  const auto given = given_.find(&entity);
  if (given == given_.end()) return;
  const Dialect& d = connection_.dialect();
  std::string parameter;
  d.parameter(parameter, 1);
  const std::string sql =
      fillTemplate(d.text(&tenon_dialect::advance_counter), {{"table", textLiteral(d.quoted(entity.name))},
                                                             {"column", textLiteral(entity.identity()->name)},
                                                             {"value", parameter}});
  RowBuilder params = parameters({Value::whole("l", given->second)});
  static const Schema expected{{"n", "l"}};
  Rows rows = connection_.query(sql, &params, &expected, cancel_);
  while (rows.next()) continue;
  given_.erase(given);
}

void WriteSession::finish() {
  while (!given_.empty()) advanceCounter(*given_.begin()->first);
}

bool WriteSession::remove(const Entity& entity, const Value& id) {
  const Dialect& d = connection_.dialect();
  const auto doomed = Cascade(connection_, shapes_, caller_.tenant, cancel_).from(entity, id);
  size_t records = 0;
  for (const auto& of : doomed) records += of.ids.size();
  if (tracked_ && records > kMostTracked)
    throw Invalid("id", "级联删除的记录过多", "the deletion takes too many records with it");
  for (const auto& of : doomed) {
    models_.insert(of.entity->name);
    for (const Field& f : of.entity->fields)  // a child without an identity goes with the cascade itself
      if (f.cascadeDelete) models_.insert(f.from);
  }
  for (const auto& [of, ids] : doomed)
    for (size_t from = 0; from < ids.size(); from += kIdsAtOnce) {
      SqlText where{" where " + d.quoted(of->identity()->name), {}};
      appendIn(where, d, from, kIdsAtOnce, ids.size(), [&ids = ids](size_t i) { return ids[i]; });
      appendTenant(where, d, *of, {}, caller_.tenant);
      if (tracked_)
        for (auto& [key, row] : rowsAt(*of, where.text, where.values))
          changes_.push_back({"delete", of->name, std::move(key), std::move(row), "null"});
      RowBuilder params = parameters(where.values);
      connection_.execute("delete from " + d.quoted(of->name) + where.text, &params, cancel_);
    }
  return !doomed.empty();
}

}  // namespace tenon::modeling
