// SPDX-License-Identifier: Apache-2.0
#include "schemas.h"

namespace tenon::graphql {

/// The caller holds renewing_.
std::shared_ptr<ServedSchema> Schemas::made(const std::string& tenant, const ApiSchema::Datasources& datasources) {
  constexpr size_t kMostTold = 10000;
  auto schema = std::make_shared<const ApiSchema>(datasources, [&](const std::string& what) {
    if (told_.size() < kMostTold && told_.insert(what).second) host_.warn(what);
  });
  return std::make_shared<ServedSchema>(std::move(schema), data_, tenant, settings_);
}

std::shared_ptr<ServedSchema> Schemas::of(std::string_view tenant) {
  const std::string name(tenant);
  {
    const std::shared_lock lock(mutex_);
    if (const auto it = byTenant_.find(name); it != byTenant_.end()) return it->second.served;
  }
  const std::lock_guard renewing(
      renewing_);  // so that no change comes between reading the models and keeping the schema
  const auto datasources = catalogue_.of(tenant);
  {
    const std::shared_lock lock(mutex_);
    if (const auto it = byTenant_.find(name); it != byTenant_.end()) return it->second.served;
  }
  auto served = made(name, datasources);
  const std::unique_lock lock(mutex_);
  byTenant_[name] = {datasources, served};
  return served;
}

void Schemas::clear() {
  std::unordered_map<std::string, Slot> gone;
  const std::unique_lock lock(mutex_);
  gone.swap(byTenant_);
}

void Schemas::renew() {
  const std::lock_guard renewing(renewing_);
  catalogue_.refresh();
  std::vector<std::pair<std::string, ApiSchema::Datasources>> known;
  {
    const std::shared_lock lock(mutex_);
    for (const auto& [tenant, slot] : byTenant_) known.emplace_back(tenant, slot.datasources);
  }
  for (const auto& [tenant, before] : known) {
    const auto now = catalogue_.of(tenant);
    if (now == before) continue;
    auto served = made(tenant, now);
    const std::unique_lock lock(mutex_);
    byTenant_[tenant] = {now, std::move(served)};
  }
}

}  // namespace tenon::graphql
