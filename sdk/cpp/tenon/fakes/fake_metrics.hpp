// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <deque>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include <tenon/metrics.h>

#include "../error.hpp"

namespace tenon::fakes {

/// "tenon.metrics/1": series by name and labels, for a test to read. Any thread.
class FakeMetrics {
 public:
  /// The value of a counter or gauge, or how often a histogram was observed; 0 when it was never defined.
  /// series: name{label="value",...} with the labels in the order in which they were defined.
  double value(std::string_view series) const {
    const std::lock_guard lock(mutex());
    for (const auto& s : series_)
      if (s.key == series) return s.value;
    return 0;
  }

  static const tenon_metrics_v1* table() noexcept {
    static const tenon_metrics_v1 t = {sizeof t, 0, define, add, set, observe, expose};
    return &t;
  }

 private:
  struct Series {
    std::string key;
    uint32_t kind;
    double value;
  };
  friend class FakeHost;
  static FakeMetrics& of(const tenon_host* host);  // in fake_host.hpp
  /// One for all: a series does not know whose it is.
  static std::mutex& mutex() {
    static std::mutex m;
    return m;
  }

  static tenon_status define(const tenon_host* h, const tenon_metric_spec* spec, tenon_metric** out, tenon_error* e) {
    if (spec->kind < TENON_METRIC_COUNTER || spec->kind > TENON_METRIC_HISTOGRAM || spec->n_labels > 8)
      return fail(e, TENON_INVALID, "not a metric");
    std::string key = text(spec->name);
    for (uint64_t i = 0; i < spec->n_labels; ++i)
      key += (i == 0 ? "{" : ",") + text(spec->labels[i].name) + "=\"" + text(spec->labels[i].value) + "\"";
    if (spec->n_labels > 0) key += '}';
    const std::lock_guard lock(mutex());
    auto& all = of(h).series_;
    for (auto& s : all)
      if (s.key == key) {
        if (s.kind != spec->kind) return fail(e, TENON_INVALID, key + " is of another kind");
        *out = reinterpret_cast<tenon_metric*>(&s);
        return TENON_OK;
      }
    all.push_back({std::move(key), spec->kind, 0});
    *out = reinterpret_cast<tenon_metric*>(&all.back());
    return TENON_OK;
  }
  static void add(tenon_metric* m, double amount) { change(m, amount, true); }
  static void set(tenon_metric* m, double value) { change(m, value, false); }
  static void observe(tenon_metric* m, double) { change(m, 1, true); }
  static void change(tenon_metric* m, double amount, bool relative) {
    const std::lock_guard lock(mutex());
    auto& s = *reinterpret_cast<Series*>(m);
    s.value = relative ? s.value + amount : amount;
  }
  static void expose(const tenon_host* h, void (*onText)(void*, tenon_str), void* ctx) {
    std::string out;
    {
      const std::lock_guard lock(mutex());
      for (const auto& s : of(h).series_) out += s.key + " " + std::to_string(s.value) + "\n";
    }
    onText(ctx, str(out));
  }

  std::deque<Series> series_;  // never moves: tenon_metric points into it
};

}  // namespace tenon::fakes
