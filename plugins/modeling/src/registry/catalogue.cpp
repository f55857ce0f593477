// SPDX-License-Identifier: Apache-2.0
#include "catalogue.h"

#include <algorithm>

namespace tenon::modeling {

std::shared_ptr<Source> Catalogue::find(std::string_view name, std::string_view tenant) const {
  auto source = findAny(name, tenant);
  return source != nullptr && source->definition().enabled ? source : nullptr;
}

std::shared_ptr<Source> Catalogue::findAny(std::string_view name, std::string_view tenant) const {
  const std::shared_lock lock(mutex_);
  const auto it = sources_.find(name);
  if (it == sources_.end()) return nullptr;
  return tenant.empty() || it->second->definition().tenantId == tenant ? it->second : nullptr;
}

std::vector<std::shared_ptr<Source>> Catalogue::list(std::string_view tenant) const {
  std::vector<std::shared_ptr<Source>> out;
  {
    const std::shared_lock lock(mutex_);
    for (const auto& [name, source] : sources_)
      if (source->definition().enabled && (tenant.empty() || source->definition().tenantId == tenant))
        out.push_back(source);
  }
  std::sort(out.begin(), out.end(), [](const auto& a, const auto& b) {
    return std::pair(!a->definition().system, a->name()) < std::pair(!b->definition().system, b->name());
  });
  return out;
}

void Catalogue::put(std::shared_ptr<Source> source) {
  const std::unique_lock lock(mutex_);
  sources_[source->name()] = std::move(source);
}

void Catalogue::remove(std::string_view name) {
  std::shared_ptr<Source> gone;  // its pool closes outside the lock
  const std::unique_lock lock(mutex_);
  const auto it = sources_.find(name);
  if (it == sources_.end()) return;
  gone = std::move(it->second);
  sources_.erase(it);
}

void Catalogue::clear() {
  TextMap<std::shared_ptr<Source>> gone;
  const std::unique_lock lock(mutex_);
  gone.swap(sources_);
}

}  // namespace tenon::modeling
