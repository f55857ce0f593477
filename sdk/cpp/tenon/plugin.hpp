// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include <tenon/plugin.h>

#include "host.hpp"

namespace tenon {

/// Lifecycle thunks for a class
///   struct MyPlugin {
///     explicit MyPlugin(const tenon_host*);   // create: register routes and services
///     void start();
///     void drain(uint64_t deadline_ms);
///     void health();                          // optional; throws Failure while it cannot do its work; any thread
///   };
/// Constructor and members may throw. The descriptor's id, version, needs and offers come from
/// tenon_plugin_manifest.h, which tenon_add_plugin() writes from plugin.json.in.
template <class T>
struct Lifecycle {
  static tenon_status create(const tenon_host* host, void** self, tenon_error* e) noexcept {
    return guard(e, [&] { *self = std::make_unique<T>(host).release(); });
  }
  static tenon_status start(void* self, tenon_error* e) noexcept {
    return guard(e, [&] { static_cast<T*>(self)->start(); });
  }
  static tenon_status drain(void* self, uint64_t deadline_ms, tenon_error* e) noexcept {
    return guard(e, [&] { static_cast<T*>(self)->drain(deadline_ms); });
  }
  static void destroy(void* self) noexcept { delete static_cast<T*>(self); }

  using Health = tenon_status (*)(void*, tenon_error*);
  static constexpr Health health() noexcept {
    if constexpr (requires(T & plugin) { plugin.health(); })
      return
          [](void* self, tenon_error* e) -> tenon_status { return guard(e, [&] { static_cast<T*>(self)->health(); }); };
    else
      return nullptr;
  }
};

}  // namespace tenon

/// Defines the entry of a plugin whose instance is `Class`; once per plugin, in one source file that
/// includes "tenon_plugin_manifest.h" first.
#define TENON_PLUGIN(Class)                                                   \
  extern "C" TENON_EXPORT const tenon_plugin* tenon_plugin_entry_1(void) {    \
    static const tenon_plugin plugin = {TENON_MAGIC,                          \
                                        sizeof(tenon_plugin),                 \
                                        TENON_ABI_MAJOR,                      \
                                        TENON_ABI_MINOR,                      \
                                        TENON_MANIFEST_ABI_MINOR_NEEDED,      \
                                        0,                                    \
                                        TENON_MANIFEST_ID,                    \
                                        TENON_MANIFEST_VERSION,               \
                                        TENON_MANIFEST_TITLE,                 \
                                        tenon_manifest_needs,                 \
                                        TENON_MANIFEST_N_NEEDS,               \
                                        tenon_manifest_offers,                \
                                        TENON_MANIFEST_N_OFFERS,              \
                                        ::tenon::Lifecycle<Class>::create,    \
                                        ::tenon::Lifecycle<Class>::start,     \
                                        ::tenon::Lifecycle<Class>::drain,     \
                                        ::tenon::Lifecycle<Class>::destroy,   \
                                        ::tenon::Lifecycle<Class>::health()}; \
    return &plugin;                                                           \
  }
