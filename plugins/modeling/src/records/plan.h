// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "expansion.h"
#include "filter.h"
#include "limits.h"
#include "tree_reader.h"

namespace tenon::modeling {

/// A list request, made ready once: statements, bound values, what to expand. Immutable, shared by threads.
struct ListPlan {
  std::shared_ptr<const Shapes> shapes;
  const EntityShape* shape = nullptr;
  std::string listSql, countSql;
  std::unique_ptr<Connection::Params> listParams, countParams;
  uint64_t page = 1, size = 0;
  Expansion expansion;
};

/// What a list request asks for, undecoded values of its query parameters.
struct ListRequest {
  std::optional<std::string_view> filter, sort, page, size, nested;
};

/// Throws Invalid with every problem named.
std::shared_ptr<const ListPlan> planList(std::shared_ptr<const Shapes> shapes, const Entity& entity,
                                         const Dialect& dialect, const ListRequest& request, std::string_view tenant,
                                         const RecordLimits& limits);

/// Appends " order by t."a" desc, t."id" asc": the sort parameter, then the identity. Rows of other tenants that a path
/// leads over count as absent. Throws Invalid.
void appendOrder(SqlText& sql, const Dialect& dialect, const Entity& entity, const ModelSet& models,
                 std::string_view sort, std::string_view tenant);

/// A bounded cache of plans, least recently used out first. Any thread.
class PlanCache {
 public:
  explicit PlanCache(size_t capacity) : capacityOfShard_(std::max<size_t>(capacity / kShards, 1)) {}

  std::shared_ptr<const ListPlan> find(std::string_view key);
  void put(std::string key, std::shared_ptr<const ListPlan> plan);

 private:
  static constexpr size_t kShards = 16;  // so that threads seldom meet
  static constexpr size_t kLongestKey = 8192;
  using Entry = std::pair<std::string, std::shared_ptr<const ListPlan>>;
  struct Shard {
    std::mutex mutex;
    std::list<Entry> used;  // most recent first
    std::unordered_map<std::string_view, std::list<Entry>::iterator> byKey;
  };
  Shard& shardOf(std::string_view key) { return shards_[std::hash<std::string_view>{}(key) % kShards]; }

  size_t capacityOfShard_;
  Shard shards_[kShards];
};

}  // namespace tenon::modeling
