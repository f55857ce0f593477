// SPDX-License-Identifier: Apache-2.0
#include "plugin_manager.h"

#include <algorithm>
#include <cstring>

#include <tenon/log.h>

#include "files.h"
#include "tenon/error.hpp"
#include "tenon/json_writer.hpp"

namespace tenon::host {

struct PluginManager::Slot {
  PluginRequest request;
  Manifest manifest;
  std::unique_ptr<PluginInstance> instance;
  std::string refusal;  // why it never got as far as an instance, or was refused later

  bool alive() const { return refusal.empty(); }
};

namespace {

const char* stateName(Phase p) {
  switch (p) {
    case Phase::Creating:
    case Phase::Created:
    case Phase::Starting: return "starting";
    case Phase::Running: return "running";
    case Phase::Draining: return "draining";
    case Phase::Drained: return "stopped";
    case Phase::Failed: return "failed";
    case Phase::Abandoned: return "abandoned";
  }
  return "failed";
}

bool offers(const Manifest& m, const ServiceName& need) {
  return std::any_of(m.offers.begin(), m.offers.end(), [&](const ServiceName& o) {
    return o.id == need.id && (need.name.empty() || o.name == need.name);
  });
}

std::string named(const ServiceName& n) {
  return n.name.empty() ? n.id : n.id + " \"" + n.name + "\"";
}

}  // namespace

PluginManager::PluginManager(std::vector<HostService*> services, std::filesystem::path privateFolder,
                             LifecycleLimits limits, Logger& log)
    : services_(std::move(services)), privateFolder_(std::move(privateFolder)), limits_(limits), log_(log) {}

PluginManager::~PluginManager() {
  drain();
}

void PluginManager::refuse(Slot& slot, std::string reason) {
  std::string fields;
  JsonWriter(fields).beginObject().key("plugin").string(slot.request.id).key("reason").string(reason).endObject();
  log_.write("kernel", TENON_LOG_ERROR, "plugin " + slot.request.id + " is refused: " + reason, fields);
  const std::lock_guard lock(mutex_);
  slot.refusal = std::move(reason);
}

/// Bytes of the host's table of that id; 0 when the host has none.
uint32_t PluginManager::hostTableSize(const std::string& id) const {
  for (const HostService* s : services_)
    if (id == s->id()) {
      uint32_t size = 0;
      std::memcpy(&size, s->table(), sizeof size);
      return size;
    }
  return 0;
}

void PluginManager::load(const std::vector<PluginRequest>& requests, bool map) {
  for (const auto& request : requests) {
    auto slot = std::make_unique<Slot>();
    slot->request = request;
    Slot& s = *slot;
    {
      const std::lock_guard lock(mutex_);
      slots_.push_back(std::move(slot));
    }
    try {
      if (request.folder.empty())
        throw Failure(TENON_NOT_FOUND, "no plugin path has a folder of that name with a plugin.json");
      s.manifest = readManifest(request.folder);
      if (s.manifest.id != request.id) throw Failure(TENON_INVALID, "its plugin.json is for \"" + s.manifest.id + "\"");
      if (map)
        s.instance =
            std::make_unique<PluginInstance>(loadPlugin(s.manifest, privateFolder_), services_, registry_, limits_);
    } catch (const std::exception& e) {
      refuse(s, e.what());
    }
  }
}

std::string PluginManager::missingNeed(const Slot& slot) const {
  for (const auto& need : slot.manifest.needs) {
    if (need.optional) continue;
    const uint32_t have = need.name.empty() ? hostTableSize(need.id) : 0;
    if (have != 0 && have < need.minSize)
      return "it needs a newer " + need.id + " than this host has (" + std::to_string(need.minSize) + " bytes, not " +
             std::to_string(have) + "); use a newer host or an older build of the plugin";
    if (have != 0) continue;
    const bool found = std::any_of(slots_.begin(), slots_.end(), [&](const auto& other) {
      return other.get() != &slot && other->alive() && offers(other->manifest, need);
    });
    if (!found) return "it needs " + named(need) + ", which no enabled plugin offers";
  }
  return {};
}

/// Refusing one plugin can take away another's need: repeats until nothing changes.
void PluginManager::resolveNeeds() {
  for (bool changed = true; changed;) {
    changed = false;
    for (const auto& slot : slots_) {
      if (!slot->alive()) continue;
      const std::string reason = missingNeed(*slot);
      if (reason.empty()) continue;
      if (slot->instance) slot->instance->refuse(reason);
      refuse(*slot, reason);
      changed = true;
    }
  }
}

void PluginManager::visit(size_t i, std::vector<size_t>& sorted, std::vector<int>& mark) {
  if (mark[i] == 2) return;
  if (mark[i] == 1) {
    refuse(*slots_[i], "its needs form a circle");
    return;
  }
  mark[i] = 1;
  if (slots_[i]->alive())
    for (const auto& need : slots_[i]->manifest.needs)
      for (size_t j = 0; j < slots_.size(); ++j)
        if (j != i && slots_[j]->alive() && offers(slots_[j]->manifest, need)) visit(j, sorted, mark);
  mark[i] = 2;
  sorted.push_back(i);
}

void PluginManager::order() {
  std::vector<size_t> sorted;
  std::vector<int> mark(slots_.size(), 0);
  for (size_t i = 0; i < slots_.size(); ++i) visit(i, sorted, mark);
  std::vector<std::unique_ptr<Slot>> next;
  for (const size_t i : sorted) next.push_back(std::move(slots_[i]));
  slots_ = std::move(next);
}

bool PluginManager::start(const std::vector<PluginRequest>& requests) {
  makePrivateFolder(privateFolder_);
  load(requests, true);
  resolveNeeds();
  order();
  resolveNeeds();
  const auto step = [&](bool (PluginInstance::*function)()) {
    for (const auto& slot : slots_) {
      if (!slot->alive()) continue;
      if (!((*slot->instance).*function)()) {
        refuse(*slot, slot->instance->reason());
        resolveNeeds();
      }
    }
  };
  step(&PluginInstance::create);
  step(&PluginInstance::start);
  for (const auto& slot : slots_)
    if (slot->alive())
      log_.write("kernel", TENON_LOG_INFO, "plugin " + slot->request.id + " " + slot->manifest.version + " is running");
  const bool ok =
      std::none_of(slots_.begin(), slots_.end(), [](const auto& s) { return s->request.required && !s->alive(); });
  if (!ok) drain();
  return ok;
}

std::vector<PluginStatus> PluginManager::check(const std::vector<PluginRequest>& requests) {
  load(requests, false);
  resolveNeeds();
  order();
  return status();
}

void PluginManager::drain() {
  for (auto it = slots_.rbegin(); it != slots_.rend(); ++it) {
    Slot& slot = **it;
    if (!slot.instance || slot.instance->phase() != Phase::Running) continue;
    if (!slot.instance->drain())
      log_.write("kernel", TENON_LOG_ERROR, "plugin " + slot.request.id + " was abandoned: " + slot.instance->reason());
  }
}

std::vector<PluginStatus> PluginManager::status() const {
  const std::lock_guard lock(mutex_);
  std::vector<PluginStatus> out;
  for (const auto& slot : slots_) {
    PluginStatus s{slot->request.id,
                   slot->manifest.version,
                   slot->manifest.title,
                   "refused",
                   slot->refusal,
                   slot->request.required,
                   {},
                   {},
                   nullptr};
    if (slot->instance) {
      s.state = stateName(slot->instance->phase());
      s.ailment = slot->instance->ailment().value_or("");
      s.services = registry_.offeredBy(slot->instance->context());
      s.context = &slot->instance->context();
    } else if (slot->alive()) {
      s.state = "loadable";
    }
    out.push_back(std::move(s));
  }
  std::sort(out.begin(), out.end(), [](const auto& a, const auto& b) { return a.id < b.id; });
  return out;
}

std::vector<std::string> PluginManager::ailing() const {
  const std::lock_guard lock(mutex_);
  std::vector<std::string> out;
  for (const auto& slot : slots_)
    if (slot->instance && slot->instance->ailment()) out.push_back(slot->request.id);
  return out;
}

bool PluginManager::abandonedAny() const {
  return std::any_of(slots_.begin(), slots_.end(),
                     [](const auto& s) { return s->instance && s->instance->phase() == Phase::Abandoned; });
}

}  // namespace tenon::host
