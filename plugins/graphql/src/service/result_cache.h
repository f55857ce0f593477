// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "live/watched_models.h"
#include "lru_cache.h"

namespace tenon::graphql {

/// Answers to queries that are @cached, until their time is up or something that they were read from is written: an
/// answer is as old as the moment before its first read. Any thread.
class ResultCache {
 public:
  struct Result {
    std::string data;
    Json warnings;
    WatchedModels models;     ///< that it was read from
    uint64_t stamp = 0;       ///< stamp() before it was read
    uint64_t expires_ms = 0;  ///< by the host's monotonic clock

    size_t bytes() const noexcept { return data.size() + kOverhead; }
  };

  /// bytes: of all answers together; 0 = none is kept.
  explicit ResultCache(size_t bytes) : mostBytes_(bytes), results_(kMostResults, bytes) {}

  bool isOn() const noexcept { return mostBytes_ > 0; }
  /// To be taken before the first read of an answer that may be kept.
  uint64_t stamp() const noexcept { return writes_.load(); }
  /// nullptr: there is none, or one that is too old.
  std::shared_ptr<const Result> find(std::string_view key, uint64_t now_ms);
  /// Passed over when it would drive most others out.
  void keep(std::string key, Result result);

  /// Records of these models were written, and are committed.
  void written(const WatchedModels& models);
  /// Everything may be another now.
  void forget();

 private:
  static constexpr size_t kMostResults = 100000, kMostModels = 100000, kOverhead = 512;

  bool isCurrent(const Result& result) const;

  const size_t mostBytes_;
  LruCache<std::shared_ptr<const Result>> results_;
  std::atomic<uint64_t> writes_ = 0;  // counts them
  mutable std::mutex mutex_;
  std::map<WatchedModel, uint64_t> lastWritten_;  // by which of them
  uint64_t allWritten_ = 0;                       // the last that may have been of every model
};

/// What tells one answer from another: 64 hexadecimal digits. Whoever belongs to a tenant reads the same of it.
std::string cacheKeyOf(std::string_view tenant, std::string_view document, const Operation& operation,
                       const Variables& variables);

/// What an operation says of itself.
struct CachePolicy {
  uint32_t ttl_s;
  bool refreshes;
};
/// nullopt: it is not @cached. Throws FieldError: a bad argument.
std::optional<CachePolicy> cachePolicyOf(const Plan& plan, const Variables& variables);

}  // namespace tenon::graphql
