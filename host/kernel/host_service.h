// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

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

}  // namespace tenon::host
