// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>

#include "service/data.h"
#include "service/lru_cache.h"

namespace tenon::graphql {

/// Prepared reads of one schema, least recently used out first. Any thread.
class Reads {
 public:
  /// tenant: whose rows they see.
  Reads(const Data& data, std::string tenant, size_t capacity)
      : data_(data), tenant_(std::move(tenant)), cache_(capacity) {}

  const Data& data() const noexcept { return data_; }
  std::shared_ptr<const PreparedRead> get(std::string_view datasource, const Json& read);

 private:
  const Data& data_;
  const std::string tenant_;
  LruCache<std::shared_ptr<const PreparedRead>> cache_;
};

}  // namespace tenon::graphql
