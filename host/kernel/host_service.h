// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstdint>
#include <string>
#include <vector>

#include <tenon/plugin.h>

namespace tenon::host {

class PluginContext;

/// One ABI table that the host serves. The kernel hands the table to plugins, and tells the service
/// when everything a plugin registered through it has to go.
class HostService {
 public:
  virtual ~HostService() = default;
  virtual const char* id() const noexcept = 0;
  /// Begins with its uint32_t size; lives as long as the service.
  virtual const void* table() const noexcept = 0;
  /// New work from the plugin is refused from now on, running work is waited for. Control thread.
  virtual void quiesce(PluginContext&) noexcept {}
  /// Forgets whatever the plugin registered. Control thread; nothing of the plugin runs any more, unless it
  /// was abandoned.
  virtual void withdraw(PluginContext&) noexcept {}
};

/// Where a plugin instance is in its life; guards what it may call.
enum class Phase : uint8_t { Creating, Created, Starting, Running, Draining, Drained, Failed, Abandoned };

/// The host's side of one plugin instance: what `tenon_host.impl` points to.
class PluginContext {
 public:
  PluginContext(std::string id, const std::vector<HostService*>& services) : id_(std::move(id)), services_(services) {}
  PluginContext(const PluginContext&) = delete;
  PluginContext& operator=(const PluginContext&) = delete;

  static PluginContext& of(const tenon_host* host) noexcept { return *static_cast<PluginContext*>(host->impl); }

  const std::string& id() const noexcept { return id_; }
  Phase phase() const noexcept { return phase_.load(std::memory_order_acquire); }
  void enter(Phase p) noexcept { phase_.store(p, std::memory_order_release); }
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

 private:
  std::string id_;
  const std::vector<HostService*>& services_;  // the kernel's, fixed before the first plugin is loaded
  std::atomic<Phase> phase_{Phase::Creating};
};

/// For a table's C functions: `auto& log = serviceOf<LogService>(host);`. S has `static constexpr const char
/// kId[]` and answers it from id().
template <class S>
S& serviceOf(const tenon_host* host) noexcept {
  return *PluginContext::of(host).service<S>();
}

}  // namespace tenon::host
