// SPDX-License-Identifier: Apache-2.0
#include "plugin_context.h"

#include <cstring>

#include "service_registry.h"
#include "tenon/error.hpp"

namespace tenon::host {

namespace {

const void* findService(const tenon_host* host, const char* id, uint32_t needSize) {
  if (id == nullptr) return nullptr;
  for (const HostService* s : PluginContext::of(host).services()) {
    if (std::strcmp(s->id(), id) != 0) continue;
    uint32_t size = 0;
    std::memcpy(&size, s->table(), sizeof size);
    return size >= needSize ? s->table() : nullptr;
  }
  return nullptr;
}

tenon_status provideService(const tenon_host* host, const char* id, const char* name, const void* table, void* self,
                            tenon_error* e) {
  return guard(e, [&] {
    auto& context = PluginContext::of(host);
    context.mustBeCreating("services are provided");
    context.registry().provide(context, id, name, table, self);
  });
}

tenon_status acquireService(const tenon_host* host, const char* id, const char* name, tenon_ref* out, tenon_error* e) {
  return guard(e, [&] {
    auto& context = PluginContext::of(host);
    if (!context.mayWork())
      throw Failure(TENON_INVALID, "services are acquired from start() on").from(TENON_FROM_CALLER);
    context.registry().acquire(id, name, out);
  });
}

void releaseService(const tenon_host*, tenon_ref* ref) {
  ServiceRegistry::release(ref);
}

void listNames(const tenon_host* host, const char* id, void (*onName)(void*, tenon_str), void* ctx) {
  guard(nullptr, [&] {
    for (const auto& n : PluginContext::of(host).registry().names(id)) onName(ctx, str(n));
  });
}

}  // namespace

void PluginContext::mustBeCreating(const char* call) const {
  const char* where = phase() != Phase::Creating ? " inside create() only"
                      : control_.load(std::memory_order_acquire) != std::this_thread::get_id()
                          ? " on create()'s thread only"
                          : nullptr;
  if (where != nullptr) throw Failure(TENON_INVALID, std::string(call) + where).from(TENON_FROM_CALLER);
}

PluginContext::PluginContext(std::string id, const std::vector<HostService*>& services, ServiceRegistry& registry)
    : id_(std::move(id)), services_(services), registry_(registry), host_{sizeof(tenon_host), TENON_ABI_MAJOR,
                                                                          TENON_ABI_MINOR,    this,
                                                                          findService,        provideService,
                                                                          acquireService,     releaseService,
                                                                          listNames} {}

}  // namespace tenon::host
