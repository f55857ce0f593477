// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include <tenon/plugin.h>

namespace tenon::host {

class PluginContext;

/// Services that plugins offer to each other, by (id, name). Any thread.
class ServiceRegistry {
 public:
  ServiceRegistry();
  ~ServiceRegistry();

  /// Copies the table (service_table.h) and lists it. Throws Failure: INVALID for bad ids or a table without
  /// its essentials, CONFLICT when (id, name) is taken.
  void provide(PluginContext& provider, const char* id, const char* name, const void* table, void* self);

  /// Takes a counted hold. name NULL = the only or alphabetically first. Throws Failure(NOT_FOUND).
  void acquire(const char* id, const char* name, tenon_ref* out);
  static void release(tenon_ref* ref) noexcept;

  std::vector<std::string> names(const char* id) const;
  bool offered(const char* id, const char* name) const;
  /// "id" or "id:name" of everything the plugin offers now.
  std::vector<std::string> offeredBy(const PluginContext& provider) const;

  /// No new holds on this provider's services; running ones stay.
  void close(const PluginContext& provider) noexcept;
  /// Waits until nobody holds them; false when the time is over.
  bool waitUnheld(const PluginContext& provider, uint64_t timeout_ms) noexcept;
  /// Unlists them. Holders keep a table that is valid memory.
  void withdraw(const PluginContext& provider) noexcept;

 private:
  struct Shared;
  struct Entry;
  std::shared_ptr<Shared> shared_;  // shared with every hold, so that a late release is harmless
};

}  // namespace tenon::host
