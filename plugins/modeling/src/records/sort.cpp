// SPDX-License-Identifier: Apache-2.0
#include "sort.h"

#include <algorithm>

#include "routes/answer.h"

namespace tenon::modeling {

namespace {

constexpr size_t kMostKeys = 32, kMostBytes = 8192;
constexpr int kMostRelations = 5;

std::string lowered(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) { return std::tolower(c); });
  return text;
}

bool isDescending(const std::string& direction, const std::string& at) {
  const std::string lower = lowered(direction);
  if (lower != "asc" && lower != "desc" && !lower.empty())
    throw Invalid(at, "排序方向必须是 ASC 或 DESC", "the direction must be ASC or DESC");
  return lower == "desc";
}

SortKey keyOf(const Json& one, const std::string& at) {
  const auto textAt = [&](const char* name) { return one.contains(name) && one[name].is_string(); };
  if (!one.is_object() || !textAt("field")) throw Invalid(at, "必须包含 field", "must have a field");
  SortKey key;
  key.path = one["field"].get<std::string>();
  for (const char* name : {"order", "sort", "direction"})
    if (one.contains(name) && !one[name].is_null()) {
      if (!textAt(name)) throw Invalid(at, "排序方向必须是 ASC 或 DESC", "the direction must be ASC or DESC");
      key.descending = isDescending(one[name].get<std::string>(), at);
      break;
    }
  if (one.contains("nulls") && !one["nulls"].is_null()) {
    const std::string nulls = textAt("nulls") ? lowered(one["nulls"].get<std::string>()) : std::string();
    if (nulls != "first" && nulls != "last")
      throw Invalid(at, "nulls 必须是 first 或 last", "nulls must be first or last");
    key.nulls = nulls == "first" ? SortKey::Nulls::First : SortKey::Nulls::Last;
  }
  key.counts = one.value("count", Json(false)) == true;
  return key;
}

}  // namespace

std::vector<SortKey> readSort(const Json& sort) {
  std::vector<SortKey> out;
  if (sort.is_object())
    out.push_back(keyOf(sort, "sort"));
  else
    for (size_t i = 0; i < sort.size(); ++i) out.push_back(keyOf(sort[i], "sort[" + std::to_string(i) + "]"));
  if (out.size() > kMostKeys) throw Invalid("sort", "排序字段过多", "has too many fields");
  return out;
}

std::vector<SortKey> readSort(std::string_view text) {
  const size_t first = text.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos) return {};
  if (text.size() > kMostBytes) throw Invalid("sort", "排序条件过长", "is too long");
  if (text[first] == '[' || text[first] == '{') try {
      return readSort(parseJson(text));
    } catch (const JsonError& error) {
      throw invalidJson("sort", error);
    }
  std::vector<SortKey> out;
  while (!text.empty()) {
    const size_t comma = text.find(',');
    std::string_view one = text.substr(0, comma);
    text = comma == std::string_view::npos ? std::string_view() : text.substr(comma + 1);
    while (!one.empty() && one.front() == ' ') one.remove_prefix(1);
    while (!one.empty() && one.back() == ' ') one.remove_suffix(1);
    SortKey key;
    key.descending = !one.empty() && one.front() == '-';
    if (key.descending || (!one.empty() && one.front() == '+')) one.remove_prefix(1);
    key.path = one;
    out.push_back(std::move(key));
  }
  if (out.size() > kMostKeys) throw Invalid("sort", "排序字段过多", "has too many fields");
  return out;
}

/// A column of the entity, or a path of to-one relations to one: (select r.c from R r where ...).
Order::Term Order::expression(SqlText& sql, const Entity& entity, const std::string& alias, std::string_view path,
                              const SortKey& whole, Form form, int depth) const {
  const size_t dot = path.find('.');
  const bool last = dot == std::string_view::npos;
  const Field* f = entity.field(path.substr(0, dot));
  if (f == nullptr || (last && f->isColumn() == whole.counts) || (!last && f->isColumn()) || depth > kMostRelations)
    throw Invalid("sort", "排序字段不存在: " + whole.path, "no such field: " + whole.path);
  if (f->isColumn()) {
    const std::string column = alias + "." + dialect_.quoted(f->name);
    const bool compares = form == Form::Comparable || f->type == FieldType::Json;
    sql.text += compares ? comparableText(dialect_, *f, column) : column;
    return {f, f->nullable};
  }
  const Entity* target = models_.entity(f->from);
  const Field* local = f->localField.empty() ? entity.identity() : entity.field(f->localField);
  const Field* foreign = target == nullptr         ? nullptr
                         : f->foreignField.empty() ? target->identity()
                                                   : target->field(f->foreignField);
  if ((f->multiple && !last) || local == nullptr || foreign == nullptr)
    throw Invalid("sort", "只能按一对一关联排序: " + whole.path, "sorts along to-one relations only: " + whole.path);
  const std::string inner = "s" + std::to_string(depth);
  Term term{nullptr, false};
  sql.text += "(select ";
  if (last)
    sql.text += "count(*)";
  else
    term = expression(sql, *target, inner, path.substr(dot + 1), whole, form, depth + 1);
  sql.text += " from " + dialect_.quoted(target->name) + " " + inner + " where " + inner + "." +
              dialect_.quoted(foreign->name) + " = " + alias + "." + dialect_.quoted(local->name);
  appendTenant(sql, dialect_, *target, inner, tenant_);
  // Of several rows the one that the relation itself shows: the first by identity.
  if (!last && !foreign->identity)
    sql.text += " order by " +
                (target->identity() == nullptr ? "1" : inner + "." + dialect_.quoted(target->identity()->name)) + " " +
                fillTemplate(dialect_.raw()->limit, {{"limit", "1"}, {"offset", "0"}});
  sql.text += ")";
  return {term.field, !last};
}

void Order::key(SqlText& sql, const SortKey& k, const std::string& alias, Form form) const {
  const size_t before = sql.text.size();
  const bool mayBeNull = term(sql, k, alias, form).mayBeNull, first = nullsFirst(k);
  const bool speaks = dialect_.has(TENON_SQL_NULLS_ORDER);
  // Where the database knows no "nulls first", null is less than every value by itself.
  if (mayBeNull && !speaks && first == k.descending) {
    const std::string column = sql.text.substr(before);
    sql.text.resize(before);
    sql.text += "case when " + column + " is null then " + (first ? "0 else 1" : "1 else 0") + " end, ";
    term(sql, k, alias, form);  // anew, since it may have values to bind
  }
  sql.text += k.descending ? " desc" : " asc";
  // Not said where no null can be, which would only cost an index.
  if (mayBeNull && speaks) sql.text += first ? " nulls first" : " nulls last";
}

void Order::append(SqlText& sql, const std::vector<SortKey>& keys, const std::string& alias, Form form) const {
  const Field* identity = entity_.identity();
  bool byIdentity = identity == nullptr;
  const char* joiner = "";
  for (const SortKey& k : keys) {
    sql.text += std::exchange(joiner, ", ");
    key(sql, k, alias, form);
    byIdentity = byIdentity || k.path == identity->name;
  }
  if (!byIdentity) sql.text += joiner + alias + "." + dialect_.quoted(identity->name) + " asc";
}

}  // namespace tenon::modeling
