// SPDX-License-Identifier: Apache-2.0
#include "service_registry.h"

#include <algorithm>
#include <chrono>
#include <cstring>

#include "plugin_context.h"
#include "service_table.h"
#include "tenon/error.hpp"

namespace tenon::host {

struct ServiceRegistry::Entry {
  std::string id, name;
  const PluginContext* provider = nullptr;
  std::vector<unsigned char> table;
  void* self = nullptr;
  uint32_t holds = 0;
  bool open = true;
};

struct ServiceRegistry::Shared {
  std::mutex mutex;
  std::condition_variable released;
  std::vector<std::shared_ptr<Entry>> entries;  // sorted by (id, name)
};

namespace {
/// What tenon_ref.hold points to.
template <class Shared, class Entry>
struct Hold {
  std::shared_ptr<Shared> shared;
  std::shared_ptr<Entry> entry;
};

bool validName(const char* s, size_t most) {
  if (s == nullptr || *s == '\0' || std::strlen(s) > most) return false;
  return std::all_of(s, s + std::strlen(s), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-' || c == '/';
  });
}
}  // namespace

ServiceRegistry::ServiceRegistry() : shared_(std::make_shared<Shared>()) {}
ServiceRegistry::~ServiceRegistry() = default;

void ServiceRegistry::provide(PluginContext& provider, const char* id, const char* name, const void* table,
                              void* self) {
  if (!validName(id, 100) || std::strchr(id, '/') == nullptr || !validName(name, 64))
    throw Failure(TENON_INVALID, "a service needs an id such as \"tenon.datasource/1\" and a name such as \"sqlite\"");
  auto entry = std::make_shared<Entry>();
  entry->id = id;
  entry->name = name;
  entry->provider = &provider;
  entry->table = normalizedTable(id, table);
  entry->self = self;
  const std::lock_guard lock(shared_->mutex);
  auto& list = shared_->entries;
  const auto at = std::lower_bound(list.begin(), list.end(), entry, [](const auto& a, const auto& b) {
    return std::tie(a->id, a->name) < std::tie(b->id, b->name);
  });
  if (at != list.end() && (*at)->id == entry->id && (*at)->name == entry->name)
    throw Failure(TENON_CONFLICT,
                  "service " + entry->id + " \"" + entry->name + "\" is already offered by " + (*at)->provider->id());
  list.insert(at, std::move(entry));
}

void ServiceRegistry::acquire(const char* id, const char* name, tenon_ref* out) {
  if (id == nullptr || !TENON_HAS(tenon_ref, out, hold))
    throw Failure(TENON_INVALID, "acquire() needs an id and a ref");
  auto hold = std::make_unique<Hold<Shared, Entry>>();
  hold->shared = shared_;
  const std::lock_guard lock(shared_->mutex);
  for (const auto& e : shared_->entries) {
    if (e->id != id || !e->open || (name != nullptr && e->name != name)) continue;
    ++e->holds;
    hold->entry = e;
    out->table = e->table.data();
    out->self = e->self;
    out->hold = hold.release();
    return;
  }
  throw Failure(TENON_NOT_FOUND,
                std::string("nobody offers ") + id + (name != nullptr ? std::string(" \"") + name + "\"" : ""));
}

void ServiceRegistry::release(tenon_ref* ref) noexcept {
  if (ref == nullptr || ref->hold == nullptr) return;
  const std::unique_ptr<Hold<Shared, Entry>> hold(static_cast<Hold<Shared, Entry>*>(ref->hold));
  ref->table = nullptr;
  ref->self = nullptr;
  ref->hold = nullptr;
  const std::lock_guard lock(hold->shared->mutex);
  --hold->entry->holds;
  hold->shared->released.notify_all();
}

std::vector<std::string> ServiceRegistry::names(const char* id) const {
  std::vector<std::string> out;
  if (id == nullptr) return out;
  const std::lock_guard lock(shared_->mutex);
  for (const auto& e : shared_->entries)
    if (e->id == id && e->open) out.push_back(e->name);
  return out;
}

bool ServiceRegistry::offered(const char* id, const char* name) const {
  const std::lock_guard lock(shared_->mutex);
  return std::any_of(shared_->entries.begin(), shared_->entries.end(),
                     [&](const auto& e) { return e->id == id && e->open && (name == nullptr || e->name == name); });
}

std::vector<std::string> ServiceRegistry::offeredBy(const PluginContext& provider) const {
  std::vector<std::string> out;
  const std::lock_guard lock(shared_->mutex);
  for (const auto& e : shared_->entries)
    if (e->provider == &provider) out.push_back(e->id + ":" + e->name);
  return out;
}

void ServiceRegistry::close(const PluginContext& provider) noexcept {
  const std::lock_guard lock(shared_->mutex);
  for (const auto& e : shared_->entries)
    if (e->provider == &provider) e->open = false;
}

bool ServiceRegistry::waitUnheld(const PluginContext& provider, uint64_t timeout_ms) noexcept {
  std::unique_lock lock(shared_->mutex);
  return shared_->released.wait_for(lock, std::chrono::milliseconds(timeout_ms), [&] {
    return std::none_of(shared_->entries.begin(), shared_->entries.end(),
                        [&](const auto& e) { return e->provider == &provider && e->holds != 0; });
  });
}

void ServiceRegistry::withdraw(const PluginContext& provider) noexcept {
  const std::lock_guard lock(shared_->mutex);
  std::erase_if(shared_->entries, [&](const auto& e) { return e->provider == &provider; });
}

}  // namespace tenon::host
