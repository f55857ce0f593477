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
  /// key: tells this read from any other. read(): what tenon.data/1 takes, asked for when it is not there.
  template <class Read>
  std::shared_ptr<const PreparedRead> get(const std::string& key, std::string_view datasource, Read&& read) {
    if (auto known = cache_.find(key)) return *known;
    auto made = data_.prepare(datasource, read(), tenant_);
    cache_.put(key, made);
    return made;
  }

 private:
  const Data& data_;
  const std::string tenant_;
  LruCache<std::shared_ptr<const PreparedRead>> cache_;
};

}  // namespace tenon::graphql
