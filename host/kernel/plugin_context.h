// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstdint>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <tenon/plugin.h>

#include "host_service.h"

namespace tenon::host {

class ServiceRegistry;

/// Where a plugin instance is in its life; guards what it may call.
enum class Phase : uint8_t { Creating, Created, Starting, Running, Draining, Drained, Failed, Abandoned };

/// The host's side of one plugin instance: what `tenon_host.impl` points to.
class PluginContext {
 public:
  /// `services` and `registry` are the kernel's and outlive every context. An abandoned plugin keeps its
  /// context for ever.
  PluginContext(std::string id, const std::vector<HostService*>& services, ServiceRegistry& registry);
  PluginContext(const PluginContext&) = delete;
  PluginContext& operator=(const PluginContext&) = delete;

  static PluginContext& of(const tenon_host* host) noexcept { return *static_cast<PluginContext*>(host->impl); }

  const tenon_host* host() const noexcept { return &host_; }
  const std::string& id() const noexcept { return id_; }
  Phase phase() const noexcept { return phase_.load(std::memory_order_acquire); }
  void enter(Phase p) noexcept { phase_.store(p, std::memory_order_release); }
  /// The thread that leads the plugin through its life: [control] functions are called on it only.
  void control(std::thread::id thread) noexcept { control_.store(thread, std::memory_order_release); }
  /// Throws Failure(INVALID) unless create() runs, and runs on this thread. `call`: "routes are added".
  void mustBeCreating(const char* call) const;
  /// start() has begun and drain() has not: the plugin may cause traffic.
  bool mayWork() const noexcept { return phase() == Phase::Starting || phase() == Phase::Running; }

  /// The service object behind one of the host's tables; nullptr when the host has none of that class.
  template <class S>
  S* service() const noexcept {
    for (HostService* s : services_)
      if (s->id() == S::kId) return static_cast<S*>(s);
    return nullptr;
  }
  const std::vector<HostService*>& services() const noexcept { return services_; }
  ServiceRegistry& registry() const noexcept { return registry_; }

 private:
  std::string id_;
  const std::vector<HostService*>& services_;
  ServiceRegistry& registry_;
  std::atomic<Phase> phase_{Phase::Creating};
  std::atomic<std::thread::id> control_{};
  tenon_host host_;
};

/// For a table's C functions: `auto& log = serviceOf<LogService>(host);`. S has `static constexpr const char
/// kId[]` and answers it from id().
template <class S>
S& serviceOf(const tenon_host* host) noexcept {
  return *PluginContext::of(host).service<S>();
}

}  // namespace tenon::host
