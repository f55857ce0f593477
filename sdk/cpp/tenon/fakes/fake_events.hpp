// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include <tenon/events.h>

#include "../error.hpp"
#include "rules.hpp"

namespace tenon::fakes {

/// "tenon.events/1": remembers what was published and calls who subscribed, on the publishing thread.
class FakeEvents {
 public:
  /// (type, JSON) of every event, in order.
  std::vector<std::pair<std::string, std::string>> published() const {
    const std::lock_guard lock(mutex_);
    return published_;
  }
  size_t subscribers() const {
    const std::lock_guard lock(mutex_);
    return subscribers_.size();
  }
  /// Publishes as another plugin would.
  void send(std::string type, std::string json, uint32_t version = 1) {
    const tenon_event event{sizeof event, version, str(type), str(json)};
    deliver(event);
  }

  static const tenon_events_v1* table() noexcept {
    static const tenon_events_v1 t = {sizeof t, 0, publish, subscribe, unsubscribe, heard};
    return &t;
  }

 private:
  struct Subscriber {
    uint64_t token;
    std::string type;
    tenon_event_fn fn;
    void* arg;
  };
  friend class FakeHost;
  static FakeEvents& of(const tenon_host* host);  // in fake_host.hpp
  static Rules& rulesOf(const tenon_host* host);

  void deliver(const tenon_event& event) {
    std::vector<Subscriber> to;
    {
      const std::lock_guard lock(mutex_);
      published_.emplace_back(text(event.type), text(event.json));
      to = subscribers_;
    }
    for (const auto& s : to)
      if (s.type == "*" || s.type == view(event.type)) s.fn(s.arg, &event);
  }
  static tenon_status publish(const tenon_host* h, const tenon_event* event, tenon_error* e) {
    if (const tenon_status s = rulesOf(h).working("publish", e); s != TENON_OK) return s;
    if (view(event->type).empty() || event->type.len > 100) return fail(e, TENON_INVALID, "not an event type");
    of(h).deliver(*event);
    return TENON_OK;
  }
  static tenon_status subscribe(const tenon_host* h, tenon_str type, tenon_event_fn fn, void* arg, uint64_t* token,
                                tenon_error* e) {
    if (const tenon_status s = rulesOf(h).working("subscribe", e); s != TENON_OK) return s;
    const std::lock_guard lock(of(h).mutex_);
    of(h).subscribers_.push_back({++of(h).next_, text(type), fn, arg});
    if (token != nullptr) *token = of(h).next_;
    return TENON_OK;
  }
  static void unsubscribe(const tenon_host* h, uint64_t token) {
    const std::lock_guard lock(of(h).mutex_);
    std::erase_if(of(h).subscribers_, [&](const Subscriber& s) { return s.token == token; });
  }

  static int32_t heard(const tenon_host* h, tenon_str type) {
    const std::lock_guard lock(of(h).mutex_);
    for (const auto& s : of(h).subscribers_)
      if (s.type == "*" || s.type == view(type)) return 1;
    return 0;
  }

  mutable std::mutex mutex_;
  std::vector<std::pair<std::string, std::string>> published_;
  std::vector<Subscriber> subscribers_;
  uint64_t next_ = 0;
};

}  // namespace tenon::fakes
