// SPDX-License-Identifier: Apache-2.0
// Of WriteSession: updates that make something of the values that are there.
#include "filter.h"
#include "routes/answer.h"
#include "write_session.h"

namespace tenon::modeling {

namespace {

/// A text that is no JSON is a JSON text: other programs may have written it.
Json jsonIn(const std::string& text) {
  try {
    return parseJson(text);
  } catch (const JsonError&) {
    return text;
  }
}

}  // namespace

/// Not every database refuses a number that is too large for its column. where(sql): appends what selects the records,
/// under the alias t.
void WriteSession::refuseOverflow(const Entity& entity, const std::vector<Increment>& increments,
                                  const std::function<void(SqlText&)>& where) {
  const Dialect& d = connection_.dialect();
  static const Schema expected{{"n", "l"}};
  for (const Increment& increment : increments) {
    SqlText sql{"select 1 from " + d.quoted(entity.name) + " t", {}};
    const size_t before = sql.text.size();
    where(sql);
    sql.text += sql.text.size() == before ? " where " : " and ";
    appendOverflow(sql, d, increment, "t");
    sql.text += " " + fillTemplate(d.raw()->limit, {{"limit", "1"}, {"offset", "0"}});
    RowBuilder params = parameters(sql.values);
    Rows rows = connection_.query(sql.text, &params, &expected, cancel_);
    if (rows.next() && rows.batch().rows() > 0)
      throw Invalid(increment.field->name, "结果超出字段范围", "would be out of the field's range");
  }
}

bool WriteSession::change(const Entity& entity, const Value& id, const Json& body, const Operators& operators) {
  mustBeObject(body);
  Json set = body;
  if (!operators.jsonChanges.empty()) {
    if (storedValue(entity, *entity.identity(), id, true).isNull()) return false;
    for (const JsonChange& change : operators.jsonChanges) {
      const Value stored = storedValue(entity, *change.field, id, true);
      if (!stored.isNull()) set[change.field->name] = changed(jsonIn(stored.text), change.kind, change.operand);
    }
  }
  refuseOverflow(entity, operators.increments,
                 [&](SqlText& sql) { appendIdentity(sql, connection_.dialect(), entity, id, "t", caller_.tenant); });
  return update(entity, id, set, {}, operators.increments);
}

int64_t WriteSession::changeWhere(const Entity& entity, const Json& filter, const Json& body,
                                  const Operators& operators) {
  if (operators.jsonChanges.empty()) {
    refuseOverflow(entity, operators.increments, [&](SqlText& sql) {
      appendWhere(sql, connection_.dialect(), shapes_.models(), entity, "t", filter, caller_.tenant);
    });
    return updateWhere(entity, filter, body, operators.increments);
  }
  if (entity.identity() == nullptr) throw Invalid("id", "该模型没有主键字段", "the model has no identity field");
  int64_t affected = 0;
  for (const Value& id : idsWhere(entity, filter)) affected += change(entity, id, body, operators) ? 1 : 0;
  return affected;
}

bool WriteSession::mustHold(const Entity& entity, const Value& id, const Json& filter) {
  if (storedValue(entity, *entity.identity(), id, true).isNull()) return false;
  const Json key = id.kind == Value::Kind::Integer ? Json(id.integer) : Json(id.text);
  const Json itself = {{entity.identity()->name, {{"_eq", key}}}};
  if (idsWhere(entity, {{"_and", Json::array({itself, filter})}}).empty())
    throw Failure(TENON_CONFLICT, "the record has been changed meanwhile").from(TENON_FROM_CALLER);
  return true;
}

}  // namespace tenon::modeling
