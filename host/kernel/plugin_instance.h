// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "control_thread.h"
#include "loader.h"
#include "plugin_context.h"
#include "service_registry.h"

namespace tenon::host {

struct LifecycleLimits {
  uint64_t create_timeout_ms = 10000;
  uint64_t start_timeout_ms = 60000;
  uint64_t drain_timeout_ms = 10000;
};

/// One loaded plugin and its life. Used by one thread at a time (the manager's). Whatever a function of the
/// plugin does (fails, throws, hangs), the functions here answer; they never throw for it.
class PluginInstance {
 public:
  PluginInstance(LoadedPlugin loaded, const std::vector<HostService*>& services, ServiceRegistry& registry,
                 LifecycleLimits limits);
  ~PluginInstance();

  const std::string& id() const noexcept { return context_->id(); }
  const Manifest& manifest() const noexcept { return loaded_.manifest; }
  const PluginContext& context() const noexcept { return *context_; }
  Phase phase() const noexcept { return context_->phase(); }
  /// Why it failed or was abandoned; empty otherwise.
  const std::string& reason() const noexcept { return reason_; }

  bool create();
  bool start();
  /// Gives up an instance that was created but whose start makes no sense any more.
  void refuse(const std::string& reason);
  /// Asks the plugin; what it says while it cannot do its work, or nothing. Any thread, between start and drain.
  std::optional<std::string> ailment() const;
  /// Stops its traffic, drains, withdraws, destroys. True when it ended in order.
  bool drain();

 private:
  /// Runs one lifecycle function; the answer's text goes to `reason`. False on failure, exception or time-out.
  bool call(const char* what, uint64_t timeout_ms, tenon_status (*body)(PluginInstance&, tenon_error*));
  void withdrawAll();
  void fail(std::string reason);
  void destroy();

  LoadedPlugin loaded_;
  ServiceRegistry& registry_;
  LifecycleLimits limits_;
  std::shared_ptr<PluginContext> context_;  // leaked on purpose when abandoned: its code may still run
  std::unique_ptr<ControlThread> control_;
  void* self_ = nullptr;
  std::string reason_;
};

}  // namespace tenon::host
