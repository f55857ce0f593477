// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <tenon/clock.h>
#include <tenon/config.h>
#include <tenon/log.h>
#include <tenon/plugin.h>

#include "../error.hpp"
#include "fake_channels.hpp"
#include "fake_events.hpp"
#include "fake_http.hpp"
#include "fake_metrics.hpp"
#include "fake_tasks.hpp"
#include "rules.hpp"

namespace tenon::fakes {

/// A host for tests of a plugin, without sockets or threads: every service of the ABI, a clock that the test
/// turns, and a registry of offered services. Members that the test writes are written before the plugin runs;
/// the services may be called from any thread.
class FakeHost {
 public:
  FakeHost()
      : host_{sizeof(tenon_host), TENON_ABI_MAJOR, TENON_ABI_MINOR, this, service, provide, acquire, release, names} {}
  FakeHost(const FakeHost&) = delete;
  FakeHost& operator=(const FakeHost&) = delete;

  const tenon_host* host() const noexcept { return &host_; }

  std::map<std::string, std::string> config;    ///< JSON text by JSON pointer
  std::string home = ".", data = ".";           ///< what home_dir() and data_dir() answer
  std::atomic<int64_t> now_ms = 1700000000000;  ///< of both clocks
  std::set<std::string> withheld;               ///< host services that this host does not have
  Rules rules;
  FakeHttp http;
  FakeTasks tasks;
  FakeEvents events;
  FakeMetrics metrics;

  struct Offered {
    std::string id, name;
    const void* table;
    void* self;
  };
  std::vector<Offered> offered;
  std::atomic<int> holds = 0;  ///< acquired and not released

  /// What was logged, in order.
  std::vector<std::string> lines() const {
    const std::lock_guard lock(mutex_);
    return lines_;
  }
  /// Makes a service available to acquire(), as another plugin would.
  void offer(std::string id, std::string name, const void* table, void* self) {
    offered.push_back({std::move(id), std::move(name), table, self});
  }
  /// What a plugin offered under an id, or nullptr.
  const Offered* find(std::string_view id, std::string_view name = {}) const {
    for (const auto& o : offered)
      if (o.id == id && (name.empty() || o.name == name)) return &o;
    return nullptr;
  }
  template <class Table>
  const Table* table(std::string_view id) const {
    const Offered* o = find(id);
    return o != nullptr ? static_cast<const Table*>(o->table) : nullptr;
  }
  /// Ids of the services that this kind of host has, and the size of each table.
  static const std::map<std::string, std::pair<const void*, uint32_t>>& services() {
    static const std::map<std::string, std::pair<const void*, uint32_t>> all = {
        {TENON_LOG_ID, {logTable(), sizeof(tenon_log_v1)}},
        {TENON_CONFIG_ID, {configTable(), sizeof(tenon_config_v1)}},
        {TENON_CLOCK_ID, {clockTable(), sizeof(tenon_clock_v1)}},
        {TENON_HTTP_ID, {FakeHttp::table(), sizeof(tenon_http_v1)}},
        {TENON_CHANNELS_ID, {FakeChannel::table(), sizeof(tenon_channels_v1)}},
        {TENON_TASKS_ID, {FakeTasks::table(), sizeof(tenon_tasks_v1)}},
        {TENON_EVENTS_ID, {FakeEvents::table(), sizeof(tenon_events_v1)}},
        {TENON_METRICS_ID, {FakeMetrics::table(), sizeof(tenon_metrics_v1)}}};
    return all;
  }
  static FakeHost& of(const tenon_host* h) { return *static_cast<FakeHost*>(h->impl); }

 private:
  static const void* service(const tenon_host* h, const char* id, uint32_t needSize) {
    of(h).rules.alive("service");
    const auto it = id == nullptr ? services().end() : services().find(id);
    if (it == services().end() || of(h).withheld.count(id) != 0 || it->second.second < needSize) return nullptr;
    return it->second.first;
  }

  static const tenon_log_v1* logTable() noexcept {
    static const tenon_log_v1 t = {sizeof t, 0, [](const tenon_host*, int32_t) -> int32_t { return 1; },
                                   [](const tenon_host* h, int32_t, tenon_str message, tenon_str) {
                                     of(h).rules.alive("log.write");
                                     const std::lock_guard lock(of(h).mutex_);
                                     of(h).lines_.push_back(text(message));
                                   }};
    return &t;
  }
  static const tenon_config_v1* configTable() noexcept {
    static const tenon_config_v1 t = {sizeof t, 0, getConfig,
                                      [](const tenon_host* h, tenon_str* out, tenon_error*) -> tenon_status {
                                        return *out = str(of(h).data), TENON_OK;
                                      },
                                      [](const tenon_host* h, tenon_str* out, tenon_error*) -> tenon_status {
                                        return *out = str(of(h).home), TENON_OK;
                                      }};
    return &t;
  }
  static const tenon_clock_v1* clockTable() noexcept {
    static const tenon_clock_v1 t = {sizeof t, 0, [](const tenon_host* h) -> int64_t { return of(h).now_ms; },
                                     [](const tenon_host* h) { return static_cast<uint64_t>(of(h).now_ms.load()); }};
    return &t;
  }
  static tenon_status getConfig(const tenon_host* h, tenon_str pointer, void (*onValue)(void*, tenon_str), void* ctx,
                                tenon_error* e) {
    const auto it = of(h).config.find(text(pointer));
    if (it == of(h).config.end()) return fail(e, TENON_NOT_FOUND, "no such value");
    onValue(ctx, str(it->second));
    return TENON_OK;
  }
  static tenon_status provide(const tenon_host* h, const char* id, const char* name, const void* table, void* self,
                              tenon_error* e) {
    if (const tenon_status s = of(h).rules.creating("provide", e); s != TENON_OK) return s;
    if (id == nullptr || name == nullptr || table == nullptr)
      return fail(e, TENON_INVALID, "a service without a table");
    if (of(h).find(id, name) != nullptr) return fail(e, TENON_CONFLICT, "the service is taken");
    of(h).offer(id, name, table, self);
    return TENON_OK;
  }
  static tenon_status acquire(const tenon_host* h, const char* id, const char* name, tenon_ref* out, tenon_error* e) {
    if (const tenon_status s = of(h).rules.working("acquire", e); s != TENON_OK) return s;
    const Offered* o = of(h).find(id, name != nullptr ? name : "");
    if (o == nullptr) return fail(e, TENON_NOT_FOUND, "nobody offers it");
    out->table = o->table;
    out->self = o->self;
    out->hold = o->self;
    ++of(h).holds;
    return TENON_OK;
  }
  static void release(const tenon_host* h, tenon_ref* ref) {
    if (ref == nullptr || ref->table == nullptr) return;
    --of(h).holds;
    ref->table = ref->self = ref->hold = nullptr;
  }
  static void names(const tenon_host* h, const char* id, void (*onName)(void*, tenon_str), void* ctx) {
    for (const auto& o : of(h).offered)
      if (o.id == id) onName(ctx, str(o.name));
  }

  tenon_host host_;
  mutable std::mutex mutex_;
  std::vector<std::string> lines_;
};

inline FakeHttp& FakeHttp::of(const tenon_host* h) {
  return FakeHost::of(h).http;
}
inline Rules& FakeHttp::rulesOf(const tenon_host* h) {
  return FakeHost::of(h).rules;
}
inline FakeTasks& FakeTasks::of(const tenon_host* h) {
  return FakeHost::of(h).tasks;
}
inline Rules& FakeTasks::rulesOf(const tenon_host* h) {
  return FakeHost::of(h).rules;
}
inline uint64_t FakeTasks::nowOf(const tenon_host* h) {
  return static_cast<uint64_t>(FakeHost::of(h).now_ms.load());
}
inline FakeEvents& FakeEvents::of(const tenon_host* h) {
  return FakeHost::of(h).events;
}
inline Rules& FakeEvents::rulesOf(const tenon_host* h) {
  return FakeHost::of(h).rules;
}
inline FakeMetrics& FakeMetrics::of(const tenon_host* h) {
  return FakeHost::of(h).metrics;
}

}  // namespace tenon::fakes
