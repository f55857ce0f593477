// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <list>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

namespace tenon::identity {

/// Access tokens whose signature was checked, least recently used out first. Any thread. The whole token is the
/// key: a hash alone would let a forged token meet a real one's entry.
class TokenCache {
 public:
  struct Entry {
    std::string userId;
    int64_t userVersion = 0, expiresAt_s = 0;
  };

  explicit TokenCache(size_t capacity) : capacityOfShard_(capacity / kShards + 1) {}
  std::optional<Entry> find(std::string_view token);
  void put(std::string_view token, Entry entry);

 private:
  static constexpr size_t kShards = 16;
  using Item = std::pair<std::string, Entry>;
  struct Shard {
    std::mutex mutex;
    std::list<Item> used;
    std::unordered_map<std::string_view, std::list<Item>::iterator> byToken;
  };
  Shard& shardOf(std::string_view token) { return shards_[std::hash<std::string_view>{}(token) % kShards]; }

  size_t capacityOfShard_;
  std::array<Shard, kShards> shards_;
};

}  // namespace tenon::identity
