// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include <tenon/clock.h>
#include <tenon/config.h>
#include <tenon/log.h>
#include <tenon/plugin.h>

#include "../error.hpp"

namespace tenon::fakes {

/// A host for unit tests of a plugin: log, configuration, a clock that the test turns, and a registry of offered
/// services. One thread at a time, but for the log and the clock.
class FakeHost {
 public:
  FakeHost()
      : host_{sizeof(tenon_host), TENON_ABI_MAJOR, TENON_ABI_MINOR, this, service, provide, acquire, release, names} {}
  FakeHost(const FakeHost&) = delete;
  FakeHost& operator=(const FakeHost&) = delete;

  const tenon_host* host() const noexcept { return &host_; }

  std::map<std::string, std::string> config;  ///< JSON text by JSON pointer
  std::string home = ".", data = ".";         ///< what home_dir() and data_dir() answer
  int64_t now_ms = 1700000000000;             ///< of both clocks
  std::vector<std::string> lines;             ///< what was logged

  struct Offered {
    std::string id, name;
    const void* table;
    void* self;
  };
  std::vector<Offered> offered;
  int holds = 0;  ///< acquired and not released

  /// Makes a service available to acquire(), as another plugin would.
  void offer(std::string id, std::string name, const void* table, void* self) {
    offered.push_back({std::move(id), std::move(name), table, self});
  }
  /// The table a plugin offered, or nullptr.
  template <class Table>
  const Table* table(std::string_view id) const {
    for (const auto& o : offered)
      if (o.id == id) return static_cast<const Table*>(o.table);
    return nullptr;
  }

 private:
  static FakeHost& of(const tenon_host* h) { return *static_cast<FakeHost*>(h->impl); }
  static const void* service(const tenon_host*, const char* id, uint32_t needSize) {
    static const tenon_log_v1 log = {
        sizeof(tenon_log_v1), 0, [](const tenon_host*, int32_t) -> int32_t { return 1; },
        [](const tenon_host* h, int32_t, tenon_str m, tenon_str) { of(h).lines.push_back(text(m)); }};
    static const tenon_config_v1 config = {sizeof(tenon_config_v1), 0, getConfig,
                                           [](const tenon_host* h, tenon_str* out, tenon_error*) -> tenon_status {
                                             return *out = str(of(h).data), TENON_OK;
                                           },
                                           [](const tenon_host* h, tenon_str* out, tenon_error*) -> tenon_status {
                                             return *out = str(of(h).home), TENON_OK;
                                           }};
    static const tenon_clock_v1 clock = {sizeof(tenon_clock_v1), 0, [](const tenon_host* h) { return of(h).now_ms; },
                                         [](const tenon_host* h) { return static_cast<uint64_t>(of(h).now_ms); }};
    const std::string_view wanted = id;
    const auto give = [&](const auto& t) -> const void* { return t.size >= needSize ? &t : nullptr; };
    if (wanted == TENON_LOG_ID) return give(log);
    if (wanted == TENON_CONFIG_ID) return give(config);
    return wanted == TENON_CLOCK_ID ? give(clock) : nullptr;
  }
  static tenon_status getConfig(const tenon_host* h, tenon_str pointer, void (*onValue)(void*, tenon_str), void* ctx,
                                tenon_error* e) {
    const auto it = of(h).config.find(text(pointer));
    if (it == of(h).config.end()) return fail(e, TENON_NOT_FOUND, "no such value");
    onValue(ctx, str(it->second));
    return TENON_OK;
  }
  static tenon_status provide(const tenon_host* h, const char* id, const char* name, const void* table, void* self,
                              tenon_error*) {
    of(h).offer(id, name, table, self);
    return TENON_OK;
  }
  static tenon_status acquire(const tenon_host* h, const char* id, const char* name, tenon_ref* out, tenon_error* e) {
    for (const auto& o : of(h).offered)
      if (o.id == id && (name == nullptr || o.name == name)) {
        out->table = o.table;
        out->self = o.self;
        ++of(h).holds;
        return TENON_OK;
      }
    return fail(e, TENON_NOT_FOUND, "nobody offers it");
  }
  static void release(const tenon_host* h, tenon_ref* ref) {
    if (ref->table != nullptr) --of(h).holds;
    ref->table = nullptr;
  }
  static void names(const tenon_host* h, const char* id, void (*onName)(void*, tenon_str), void* ctx) {
    for (const auto& o : of(h).offered)
      if (o.id == id) onName(ctx, str(o.name));
  }

  tenon_host host_;
};

}  // namespace tenon::fakes
