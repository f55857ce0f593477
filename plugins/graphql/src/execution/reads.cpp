// SPDX-License-Identifier: Apache-2.0
#include "reads.h"

namespace tenon::graphql {

std::shared_ptr<const PreparedRead> Reads::get(std::string_view datasource, const Json& read) {
  std::string key(datasource);
  key += '\0';
  key += dumpJson(read);
  {
    const std::lock_guard lock(mutex_);
    if (const auto it = byKey_.find(key); it != byKey_.end()) {
      used_.splice(used_.begin(), used_, it->second);
      return it->second->second;
    }
  }
  auto made = data_.prepare(datasource, read, tenant_);
  const std::lock_guard lock(mutex_);
  if (byKey_.contains(key)) return made;
  if (used_.size() >= capacity_) {
    byKey_.erase(used_.back().first);
    used_.pop_back();
  }
  used_.emplace_front(std::move(key), made);
  byKey_.emplace(used_.front().first, used_.begin());
  return made;
}

}  // namespace tenon::graphql
