// SPDX-License-Identifier: Apache-2.0
#include "plan.h"

#include <algorithm>
#include <charconv>

#include "routes/answer.h"
#include "sort.h"

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

}  // namespace

void appendOrder(SqlText& sql, const Dialect& dialect, const Entity& entity, const ModelSet& models,
                 std::string_view sort, std::string_view tenant) {
  SqlText keys;
  keys.values = std::move(sql.values);  // parameters are numbered through
  Order(dialect, models, entity, tenant).append(keys, readSort(sort));
  sql.values = std::move(keys.values);
  if (!keys.text.empty()) sql.text += " order by " + keys.text;
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
