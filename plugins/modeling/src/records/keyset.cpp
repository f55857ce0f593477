// SPDX-License-Identifier: Apache-2.0
#include "keyset.h"

#include <algorithm>

#include "model/field_type.h"
#include "routes/answer.h"
#include "sql/ddl.h"

namespace tenon::modeling {

namespace {

constexpr char kAlias[] = "t";

std::string nameOf(size_t position) {
  return "key " + std::to_string(position);
}

/// Does a column keep more digits than a double? One of SQLite's keeps doubles, whatever it is declared as.
bool isExact(const Dialect& dialect, const Field& f) {
  constexpr uint32_t kMostDigits = 38;  // of a decimal in a batch
  return f.type == FieldType::Float && !isFloatingPoint(f) && f.precision <= kMostDigits &&
         std::string_view(dialect.raw()->name) != "sqlite";
}

}  // namespace

Keyset::Keyset(const Dialect& dialect, const ModelSet& models, const Entity& entity, std::string_view tenant,
               std::vector<SortKey> keys)
    : dialect_(dialect), models_(models), order_(dialect, models, entity, tenant) {
  const std::string& identity = entity.identity()->name;
  const auto byIdentity = std::find_if(keys.begin(), keys.end(), [&](const SortKey& k) { return k.path == identity; });
  if (byIdentity == keys.end())
    keys.push_back({identity});
  else
    keys.erase(byIdentity + 1, keys.end());  // what follows decides nothing
  for (SortKey& key : keys) {
    SqlText scratch;
    const Order::Term term = order_.term(scratch, key, kAlias, Order::Form::Comparable);
    if (term.field != nullptr && term.field->type == FieldType::Json)
      throw Invalid("sort", "不能按 JSON 字段分页: " + key.path, "pages are not ordered by JSON: " + key.path);
    keys_.push_back({std::move(key), term});
  }
}

/// A column of single precision equals no parameter, which is a double: where places are told apart it is one too.
void Keyset::appendKey(SqlText& sql, const Key& key, Order::Form form) const {
  const bool widens = isFloatingPoint(fieldOf(key));
  if (widens) sql.text += '(';
  order_.term(sql, key.key, kAlias, form);
  if (widens) sql.text += " + 0e0)";
}

std::vector<Column> Keyset::columns() const {
  std::vector<Column> out;
  for (const Key& k : keys_) {
    const Field& f = fieldOf(k);
    out.push_back({nameOf(out.size()), isExact(dialect_, f) ? "d:38," + std::to_string(f.scale) : arrowFormat(f)});
  }
  return out;
}

void Keyset::appendColumns(SqlText& sql) const {
  for (size_t i = 0; i < keys_.size(); ++i) {
    sql.text += ", ";
    appendKey(sql, keys_[i], Order::Form::Stored);
    sql.text += " as " + dialect_.quoted(nameOf(i));
  }
}

void Keyset::appendOrder(SqlText& sql, bool reversed) const {
  using Nulls = SortKey::Nulls;
  std::vector<SortKey> keys;
  for (const Key& k : keys_) {
    SortKey key = k.key;
    key.descending = key.descending != reversed;
    if (reversed && key.nulls != Nulls::Least) key.nulls = key.nulls == Nulls::First ? Nulls::Last : Nulls::First;
    keys.push_back(std::move(key));
  }
  order_.append(sql, keys, kAlias, Order::Form::Comparable);
}

/// `t."age" > ?`
void Keyset::compare(SqlText& sql, const Key& key, const char* op, const Json& operand) const {
  appendKey(sql, key, Order::Form::Comparable);
  sql.text += op;
  const Field& field = fieldOf(key);
  const bool isText = isExact(dialect_, field);
  const auto value = [&field, &models = models_, isText](const Json& json) {
    Value v;
    if (const auto wrong = convert(field, json, models, true, v)) throw Invalid("cursor", wrong->zh, wrong->en);
    return isText && json.is_string() ? Value::of(json.get<std::string>()) : v;
  };
  const auto hole = sql.holeIn(operand);
  SqlText parameter{{}, std::move(sql.values)};  // parameters are numbered through
  parameter.bind(dialect_, hole ? sql.later(*hole, value) : value(operand));
  sql.values = std::move(parameter.values);
  if (isText) parameter.text = "cast(" + parameter.text + " as " + columnType(dialect_, field) + ")";
  sql.text += comparableText(dialect_, field, parameter.text);
}

/// The condition of a value that comes after this one.
void Keyset::past(SqlText& sql, const Key& key, const Json& operand, bool reversed) const {
  const bool nullsFirst = Order::nullsFirst(key.key) != reversed, descending = key.key.descending != reversed;
  const auto isNull = [&](const char* text) {
    order_.term(sql, key.key, kAlias, Order::Form::Comparable);
    sql.text += text;
  };
  if (operand.is_null()) return nullsFirst ? isNull(" is not null") : void(sql.text += "1 = 0");
  const bool nullsFollow = key.term.mayBeNull && !nullsFirst;
  if (nullsFollow) sql.text += '(';
  compare(sql, key, descending ? " < " : " > ", operand);
  if (!nullsFollow) return;
  sql.text += " or ";
  isNull(" is null)");
}

/// (a is past or (a is the same and (b is past or ...)))
void Keyset::appendBeyond(SqlText& sql, const Json& place, bool reversed) const {
  if (!place.is_array() || place.size() != keys_.size())
    throw Invalid("cursor", "与排序不符", "is no place in this order");
  for (size_t i = 0; i < keys_.size(); ++i) {
    sql.text += '(';
    past(sql, keys_[i], place[i], reversed);
    if (i + 1 == keys_.size()) break;
    sql.text += " or (";
    if (place[i].is_null()) {
      order_.term(sql, keys_[i].key, kAlias, Order::Form::Comparable);
      sql.text += " is null";
    } else {
      compare(sql, keys_[i], " = ", place[i]);
    }
    sql.text += " and ";
  }
  sql.text.append(2 * keys_.size() - 1, ')');
}

}  // namespace tenon::modeling
