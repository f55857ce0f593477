// SPDX-License-Identifier: Apache-2.0
#include "token_cache.h"

namespace tenon::identity {

std::optional<TokenCache::Entry> TokenCache::find(std::string_view token) {
  Shard& shard = shardOf(token);
  const std::lock_guard lock(shard.mutex);
  const auto it = shard.byToken.find(token);
  if (it == shard.byToken.end()) return std::nullopt;
  shard.used.splice(shard.used.begin(), shard.used, it->second);
  return it->second->second;
}

void TokenCache::put(std::string_view token, Entry entry) {
  Shard& shard = shardOf(token);
  const std::lock_guard lock(shard.mutex);
  if (shard.byToken.count(token) != 0) return;
  if (shard.used.size() >= capacityOfShard_) {
    shard.byToken.erase(shard.used.back().first);
    shard.used.pop_back();
  }
  shard.used.emplace_front(std::string(token), std::move(entry));
  shard.byToken.emplace(shard.used.front().first, shard.used.begin());
}

}  // namespace tenon::identity
