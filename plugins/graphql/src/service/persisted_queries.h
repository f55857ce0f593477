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

  struct Document {
    std::string text;
    std::string key;  ///< under which it may be kept; empty = not
  };
  /// The document that a request means: the one it holds, or the one whose hash its extensions name and that its tenant
  /// has sent before. Throws RequestError: it is not known, or the hash is another document's.
  Document documentOf(const std::string& query, const Json& extensions, std::string_view tenant);
  /// To be called for a document that has been found good.
  void keep(Document&& document) {
    if (!document.key.empty()) byHash_.put(std::move(document.key), std::move(document.text));
  }

 private:
  static constexpr size_t kMostBytes = size_t{16} << 20U;
  const size_t entries_;
  LruCache<std::string> byHash_;
};

}  // namespace tenon::graphql
