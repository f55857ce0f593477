// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "logger.h"
#include "plugin_instance.h"

namespace tenon::host {

/// One plugin that the configuration asks for.
struct PluginRequest {
  std::string id;
  std::filesystem::path folder;  ///< where its plugin.json is; empty = not found in any plugin path
  bool required = false;
};

/// What an operator sees of a plugin.
struct PluginStatus {
  std::string id, version, title, state, reason;
  bool required = false;
  std::vector<std::string> services;
  std::string ailment;            ///< why it cannot do its work at the moment; empty when it can
  const void* context = nullptr;  ///< the key of what it registered; null without an instance
};

/// Loads, starts and stops the plugins of a host, in the order of their needs. One bad plugin is refused by
/// name with one sentence, and so is whoever needs it; the rest goes on.
class PluginManager {
 public:
  /// services: fixed before load(); outlive the manager. privateFolder: where library copies go, mode 0700.
  PluginManager(std::vector<HostService*> services, std::filesystem::path privateFolder, LifecycleLimits limits,
                Logger& log);
  ~PluginManager();

  /// Loads, creates and starts. False when a required plugin failed; everything is drained then.
  bool start(const std::vector<PluginRequest>& requests);
  /// Checks files, manifests and needs without running any plugin code. Answers the sentences of refusals.
  std::vector<PluginStatus> check(const std::vector<PluginRequest>& requests);
  /// In reverse order of needs. Idempotent.
  void drain();

  ServiceRegistry& registry() noexcept { return registry_; }
  std::vector<PluginStatus> status() const;
  /// Ids of running plugins that say that they cannot do their work at the moment.
  std::vector<std::string> ailing() const;
  /// True when an instance was abandoned: its code may run until the process ends.
  bool abandonedAny() const;

 private:
  struct Slot;
  void load(const std::vector<PluginRequest>& requests, bool map);
  void resolveNeeds();
  void order();
  void visit(size_t i, std::vector<size_t>& sorted, std::vector<int>& mark);
  void refuse(Slot& slot, std::string reason);
  uint32_t hostTableSize(const std::string& id) const;
  /// The sentence about the first need that nobody meets; empty when all are met.
  std::string missingNeed(const Slot& slot) const;

  std::vector<HostService*> services_;
  std::filesystem::path privateFolder_;
  LifecycleLimits limits_;
  Logger& log_;
  ServiceRegistry registry_;
  mutable std::mutex mutex_;                  // guards slots_ and what status() reads of them
  std::vector<std::unique_ptr<Slot>> slots_;  // in the order of needs once order() ran
};

}  // namespace tenon::host
