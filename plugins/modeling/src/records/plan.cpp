// SPDX-License-Identifier: Apache-2.0
#include "plan.h"

#include <algorithm>
#include <charconv>

#include "routes/answer.h"

namespace tenon::modeling {

namespace {

uint64_t number(std::optional<std::string_view> text, const char* name, uint64_t standard, uint64_t most,
                Invalid& problems) {
  if (!text || text->empty()) return standard;
  uint64_t n = 0;
  const auto r = std::from_chars(text->data(), text->data() + text->size(), n);
  if (r.ec == std::errc() && r.ptr == text->data() + text->size() && n >= 1 && n <= most) return n;
  problems.add(name, "必须是 1 到 " + std::to_string(most) + " 之间的整数",
               "must be a whole number from 1 to " + std::to_string(most));
  return standard;
}

struct SortKey {
  std::string field;
  bool descending = false;
};

bool isDescending(std::string_view direction, const std::string& at) {
  std::string lower(direction);
  std::transform(lower.begin(), lower.end(), lower.begin(), [](unsigned char c) { return std::tolower(c); });
  if (lower != "asc" && lower != "desc" && !lower.empty())
    throw Invalid(at, "排序方向必须是 ASC 或 DESC", "the direction must be ASC or DESC");
  return lower == "desc";
}

SortKey keyOf(const Json& one, const std::string& at) {
  if (!one.is_object() || !one.contains("field") || !one["field"].is_string())
    throw Invalid(at, "必须包含 field", "must have a field");
  SortKey key{one["field"].get<std::string>(), false};
  for (const char* name : {"order", "sort", "direction"})
    if (one.contains(name) && !one[name].is_null()) {
      if (!one[name].is_string()) throw Invalid(at, "排序方向必须是 ASC 或 DESC", "the direction must be ASC or DESC");
      key.descending = isDescending(one[name].get_ref<const std::string&>(), at);
      break;
    }
  return key;
}

/// JSON array, one JSON object, or "name,-id".
std::vector<SortKey> readSort(std::string_view text) {
  std::vector<SortKey> out;
  const size_t first = text.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos) return out;
  if (text.size() > 8192) throw Invalid("sort", "排序条件过长", "is too long");
  if (text[first] == '[' || text[first] == '{') {
    Json json;
    try {
      json = parseJson(text);
    } catch (const JsonError& error) {
      throw invalidJson("sort", error);
    }
    if (json.is_object())
      out.push_back(keyOf(json, "sort"));
    else
      for (size_t i = 0; i < json.size(); ++i) out.push_back(keyOf(json[i], "sort[" + std::to_string(i) + "]"));
  } else {
    while (!text.empty()) {
      const size_t comma = text.find(',');
      std::string_view one = text.substr(0, comma);
      text = comma == std::string_view::npos ? std::string_view() : text.substr(comma + 1);
      while (!one.empty() && one.front() == ' ') one.remove_prefix(1);
      while (!one.empty() && one.back() == ' ') one.remove_suffix(1);
      const bool minus = !one.empty() && one.front() == '-';
      if (minus || (!one.empty() && one.front() == '+')) one.remove_prefix(1);
      out.push_back({std::string(one), minus});
    }
  }
  if (out.size() > 32) throw Invalid("sort", "排序字段过多", "has too many fields");
  return out;
}

/// A column of the entity, or a path of to-one relations to one: (select r.c from R r where ...). Answers whether it
/// may be null.
bool appendSortExpression(SqlText& sql, const Dialect& d, const Entity& entity, const ModelSet& models,
                          const std::string& alias, std::string_view path, const std::string& whole, int depth,
                          std::string_view tenant) {
  const size_t dot = path.find('.');
  const std::string name(path.substr(0, dot));
  const Field* f = entity.field(name);
  if (f == nullptr || (dot == std::string_view::npos) != f->isColumn() || depth > 5)
    throw Invalid("sort", "排序字段不存在: " + whole, "no such field: " + whole);
  if (f->isColumn()) {
    sql.text += alias + ".";
    d.identifier(sql.text, f->name);
    return f->nullable;
  }
  const Entity* target = models.entity(f->from);
  const Field* local = f->localField.empty() ? entity.identity() : entity.field(f->localField);
  const Field* foreign = target == nullptr         ? nullptr
                         : f->foreignField.empty() ? target->identity()
                                                   : target->field(f->foreignField);
  if (f->multiple || local == nullptr || foreign == nullptr)
    throw Invalid("sort", "只能按一对一关联排序: " + whole, "sorts along to-one relations only: " + whole);
  const std::string inner = "s" + std::to_string(depth);
  sql.text += "(select ";
  appendSortExpression(sql, d, *target, models, inner, path.substr(dot + 1), whole, depth + 1, tenant);
  sql.text += " from ";
  d.identifier(sql.text, target->name);
  sql.text += " " + inner + " where " + inner + ".";
  d.identifier(sql.text, foreign->name);
  sql.text += " = " + alias + ".";
  d.identifier(sql.text, local->name);
  appendTenant(sql, d, *target, inner, tenant);
  sql.text += ")";
  return true;
}

}  // namespace

void appendOrder(SqlText& sql, const Dialect& dialect, const Entity& entity, const ModelSet& models,
                 std::string_view sort, std::string_view tenant) {
  const Field* identity = entity.identity();
  bool byIdentity = false;
  const char* joiner = " order by ";
  for (const auto& key : readSort(sort)) {
    sql.text += std::exchange(joiner, ", ");
    const bool mayBeNull = appendSortExpression(sql, dialect, entity, models, "t", key.field, key.field, 0, tenant);
    sql.text += key.descending ? " desc" : " asc";
    // Null is less than every value, everywhere; it is not said where no null can be, which would only cost an index.
    if (mayBeNull && dialect.has(TENON_SQL_NULLS_ORDER)) sql.text += key.descending ? " nulls last" : " nulls first";
    byIdentity = byIdentity || (identity != nullptr && key.field == identity->name);
  }
  if (identity != nullptr && !byIdentity) {  // pages must not overlap
    sql.text += joiner;
    sql.text += "t.";
    dialect.identifier(sql.text, identity->name);
    sql.text += " asc";
  }
}

std::shared_ptr<const ListPlan> planList(std::shared_ptr<const Shapes> shapes, const Entity& entity,
                                         const Dialect& dialect, const ListRequest& request, std::string_view tenant,
                                         const RecordLimits& limits) {
  auto plan = std::make_shared<ListPlan>();
  plan->shape = &shapes->of(entity);
  Invalid problems;
  const auto collect = [&](auto&& body) {
    try {
      body();
    } catch (const Invalid& invalid) {
      for (const auto& p : invalid.problems()) problems.add(p.field, p.zh, p.en);
    }
  };
  plan->page = number(request.page, "page", 1, 1000000000, problems);
  plan->size = number(request.size, "size", limits.defaultPageSize, limits.maxPageSize, problems);
  collect([&] { plan->expansion = readExpansion(request.nested.value_or(""), limits.nestedDepth); });
  SqlText where;
  collect([&] {
    appendWhere(where, dialect, shapes->models(), entity, "t", readFilter(request.filter.value_or("")), tenant);
  });
  SqlText list = where;
  collect([&] { appendOrder(list, dialect, entity, shapes->models(), request.sort.value_or(""), tenant); });
  problems.raise();

  plan->listSql = plan->shape->select(dialect) + list.text + " " +
                  fillTemplate(dialect.raw()->limit, {{"limit", std::to_string(plan->size)},
                                                      {"offset", std::to_string((plan->page - 1) * plan->size)}});
  plan->countSql = "select count(*) from ";
  dialect.identifier(plan->countSql, entity.name);
  plan->countSql += " t" + where.text;
  RowBuilder listRow = parameters(list.values), countRow = parameters(where.values);
  plan->listParams = std::make_unique<Connection::Params>(listRow);
  plan->countParams = std::make_unique<Connection::Params>(countRow);
  plan->shapes = std::move(shapes);
  return plan;
}

std::shared_ptr<const ListPlan> PlanCache::find(std::string_view key) {
  Shard& shard = shardOf(key);
  const std::lock_guard lock(shard.mutex);
  const auto it = shard.byKey.find(key);
  if (it == shard.byKey.end()) return nullptr;
  shard.used.splice(shard.used.begin(), shard.used, it->second);
  return it->second->second;
}

void PlanCache::put(std::string key, std::shared_ptr<const ListPlan> plan) {
  if (key.size() > kLongestKey) return;
  Shard& shard = shardOf(key);
  const std::lock_guard lock(shard.mutex);
  if (shard.byKey.count(key) != 0) return;
  if (shard.used.size() >= capacityOfShard_) {
    shard.byKey.erase(shard.used.back().first);
    shard.used.pop_back();
  }
  shard.used.emplace_front(std::move(key), std::move(plan));
  shard.byKey.emplace(shard.used.front().first, shard.used.begin());
}

}  // namespace tenon::modeling
