// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>

#include "service/data.h"

namespace tenon::graphql {

/// Prepared reads of one schema, least recently used out first. Any thread.
class Reads {
 public:
  /// tenant: whose rows they see.
  Reads(const Data& data, std::string tenant, size_t capacity)
      : data_(data), tenant_(std::move(tenant)), capacity_(capacity) {}

  const Data& data() const noexcept { return data_; }
  std::shared_ptr<const PreparedRead> get(std::string_view datasource, const Json& read);

 private:
  using Entry = std::pair<std::string, std::shared_ptr<const PreparedRead>>;

  const Data& data_;
  const std::string tenant_;
  const size_t capacity_;
  std::mutex mutex_;
  std::list<Entry> used_;  // most recent first
  std::unordered_map<std::string_view, std::list<Entry>::iterator> byKey_;
};

}  // namespace tenon::graphql
