// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <list>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <unordered_map>
#include <utility>

namespace tenon::graphql {

/// Values by text, of which the least recently used go first. Any thread; values are copied out.
template <class Value>
class LruCache {
 public:
  /// bytes: of all keys, and of values that are texts or say their bytes(), together.
  explicit LruCache(size_t entries, size_t bytes = SIZE_MAX) : mostEntries_(entries), mostBytes_(bytes) {}

  std::optional<Value> find(std::string_view key) {
    const std::lock_guard lock(mutex_);
    const auto it = byKey_.find(key);
    if (it == byKey_.end()) return std::nullopt;
    used_.splice(used_.begin(), used_, it->second);
    return it->second->second;
  }
  /// What is there already stays.
  void put(std::string key, Value value) {
    const std::lock_guard lock(mutex_);
    if (!byKey_.contains(key)) insert(std::move(key), std::move(value));
  }
  /// What is there already goes.
  void replace(std::string key, Value value) {
    const std::lock_guard lock(mutex_);
    if (const auto it = byKey_.find(key); it != byKey_.end()) {
      const auto old = it->second;
      byKey_.erase(it);
      bytes_ -= bytesOf(old->first, old->second);
      used_.erase(old);
    }
    insert(std::move(key), std::move(value));
  }

 private:
  using Entry = std::pair<std::string, Value>;
  static size_t bytesOf(const std::string& key, const Value& value) {
    if constexpr (std::is_same_v<Value, std::string>)
      return key.size() + value.size();
    else if constexpr (requires { value->bytes(); })
      return key.size() + value->bytes();
    else
      return key.size();
  }
  void insert(std::string key, Value value) {
    bytes_ += bytesOf(key, value);
    used_.emplace_front(std::move(key), std::move(value));
    byKey_.emplace(used_.front().first, used_.begin());
    while (used_.size() > mostEntries_ || bytes_ > mostBytes_) {
      bytes_ -= bytesOf(used_.back().first, used_.back().second);
      byKey_.erase(used_.back().first);
      used_.pop_back();
    }
  }

  const size_t mostEntries_, mostBytes_;
  size_t bytes_ = 0;
  std::mutex mutex_;
  std::list<Entry> used_;  // most recent first
  std::unordered_map<std::string_view, typename std::list<Entry>::iterator> byKey_;
};

}  // namespace tenon::graphql
