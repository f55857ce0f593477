// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include <tenon/events.h>

#include "kernel/host_service.h"

namespace tenon::host {

/// "tenon.events/1". Publishing takes a snapshot of the subscribers and calls them outside every lock.
class EventsService final : public HostService {
 public:
  static constexpr char kId[] = TENON_EVENTS_ID;
  static constexpr int kDeepest = 10;
  static constexpr size_t kMostSubscriptions = 1000;

  const char* id() const noexcept override { return kId; }
  const void* table() const noexcept override;
  void withdraw(PluginContext&) noexcept override;

  /// Throws Failure(INVALID) past the depth.
  void publish(const tenon_event& event);
  uint64_t subscribe(const PluginContext* owner, std::string type, tenon_event_fn fn, void* arg);
  void unsubscribe(uint64_t token) noexcept;
  bool heard(std::string_view type) const;

 private:
  struct Subscription {
    uint64_t token;
    const PluginContext* owner;
    std::string type;
    tenon_event_fn fn;
    void* arg;
    uint32_t running = 0;  // guarded by the service's mutex, as `gone`
    bool gone = false;
  };
  using List = std::vector<std::shared_ptr<Subscription>>;

  mutable std::mutex mutex_;
  std::condition_variable finished_;
  std::shared_ptr<const List> list_ = std::make_shared<List>();  // replaced, never changed
  uint64_t nextToken_ = 1;
};

}  // namespace tenon::host
