// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "lru_cache.h"
#include "tenon/extras/json.hpp"

namespace tenon::graphql {

/// Documents that clients name by their SHA-256 once they have sent them (automatic persisted queries). Any thread.
class PersistedQueries {
 public:
  /// entries: 0 = none is kept.
  explicit PersistedQueries(size_t entries) : entries_(entries), byHash_(entries, kMostBytes) {}

  /// The document that a request means: the one it holds, which is kept if its extensions name a hash, or the one that
  /// its tenant has sent before. Throws RequestError: it is not known, or the hash is another document's.
  std::string documentOf(std::string query, const Json& extensions, std::string_view tenant);

 private:
  static constexpr size_t kMostBytes = size_t{16} << 20U;
  const size_t entries_;
  LruCache<std::string> byHash_;
};

}  // namespace tenon::graphql
