// SPDX-License-Identifier: Apache-2.0
#include "metrics_service.h"

#include <algorithm>
#include <array>

#include "kernel/plugin_context.h"
#include "tenon/error.hpp"
#include "tenon/json_writer.hpp"

namespace tenon::host {

namespace {

constexpr std::array<double, 14> kSeconds = {0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05,
                                             0.1,    0.25,  0.5,    1,     2.5,  5,     10};

bool validName(std::string_view s) {
  return !s.empty() && s.size() <= 200 && !(s[0] >= '0' && s[0] <= '9') && std::all_of(s.begin(), s.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
  });
}

void appendEscaped(std::string& out, std::string_view s, bool quotes) {
  for (const char c : s) {
    if (c == '\\')
      out += "\\\\";
    else if (c == '\n')
      out += "\\n";
    else if (c == '"' && quotes)
      out += "\\\"";
    else
      out.push_back(c);
  }
}

std::string renderLabels(const tenon_metric_spec& spec) {
  std::vector<std::pair<std::string_view, std::string_view>> labels;
  for (uint64_t i = 0; i < spec.n_labels; ++i)
    labels.emplace_back(view(spec.labels[i].name), view(spec.labels[i].value));
  std::sort(labels.begin(), labels.end());
  std::string out;
  for (const auto& [name, value] : labels) {
    if (!validName(name) || name == "le") throw Failure(TENON_INVALID, "a label name must match [a-z_][a-z0-9_]*");
    out += out.empty() ? "{" : ",";
    out.append(name).append("=\"");
    appendEscaped(out, utf8Prefix(value, 200), true);
    out += '"';
  }
  if (!out.empty()) out += '}';
  return out;
}

void addTo(std::atomic<double>& to, double amount) {
  to.fetch_add(amount, std::memory_order_relaxed);
}

tenon_status defineThunk(const tenon_host* host, const tenon_metric_spec* spec, tenon_metric** out, tenon_error* e) {
  return guard(e, [&] {
    if (!TENON_HAS(tenon_metric_spec, spec, n_buckets) || out == nullptr)
      throw Failure(TENON_INVALID, "a metric needs a whole spec and a place for its handle").from(TENON_FROM_CALLER);
    *out = serviceOf<MetricsService>(host).define(&PluginContext::of(host), *spec);
  });
}

void addThunk(tenon_metric* m, double amount) {
  if (m != nullptr && (m->kind == TENON_METRIC_GAUGE || (m->kind == TENON_METRIC_COUNTER && amount >= 0)))
    addTo(m->value, amount);
}

void setThunk(tenon_metric* m, double value) {
  if (m != nullptr && m->kind == TENON_METRIC_GAUGE) m->value.store(value, std::memory_order_relaxed);
}

void observeThunk(tenon_metric* m, double value) {
  if (m == nullptr || m->kind != TENON_METRIC_HISTOGRAM) return;
  const auto i = static_cast<size_t>(std::lower_bound(m->bounds.begin(), m->bounds.end(), value) - m->bounds.begin());
  m->buckets[i].fetch_add(1, std::memory_order_relaxed);
  addTo(m->value, value);
}

void exposeThunk(const tenon_host* host, void (*onText)(void*, tenon_str), void* ctx) {
  guard(nullptr, [&] {
    const std::string all = serviceOf<MetricsService>(host).expose();
    onText(ctx, str(all));
  });
}

constexpr tenon_metrics_v1 kTable = {
    sizeof(tenon_metrics_v1), 0, defineThunk, addThunk, setThunk, observeThunk, exposeThunk};

}  // namespace

const void* MetricsService::table() const noexcept {
  return &kTable;
}

tenon_metric* MetricsService::define(const PluginContext* owner, const tenon_metric_spec& spec) {
  const std::string name = text(spec.name);
  if (!validName(name)) throw Failure(TENON_INVALID, "a metric name must match [a-z_][a-z0-9_]*");
  if (spec.kind < TENON_METRIC_COUNTER || spec.kind > TENON_METRIC_HISTOGRAM)
    throw Failure(TENON_INVALID, "unknown kind of metric");
  if (spec.n_labels > kMostLabels) throw Failure(TENON_INVALID, "a metric has at most 8 labels");
  std::string labels = renderLabels(spec);
  const std::lock_guard lock(mutex_);
  auto& family = families_[name];
  if (family.kind == 0) {
    family.kind = spec.kind;
    family.help = text(spec.help);
  }
  if (family.kind != spec.kind) throw Failure(TENON_INVALID, "metric " + name + " is of another kind");
  if (const auto it = family.series.find(labels); it != family.series.end()) return it->second;
  const auto mine = std::count_if(all_.begin(), all_.end(), [&](const auto& m) { return m->owner == owner; });
  if (static_cast<size_t>(mine) >= maxSeries_) throw Failure(TENON_TOO_LARGE, "the plugin has too many series");
  auto m = std::make_unique<tenon_metric>();
  m->kind = spec.kind;
  m->labels = labels;
  m->owner = owner;
  if (spec.kind == TENON_METRIC_HISTOGRAM) {
    m->bounds = spec.n_buckets != 0 ? std::vector<double>(spec.buckets, spec.buckets + spec.n_buckets)
                                    : std::vector<double>(kSeconds.begin(), kSeconds.end());
    if (m->bounds.size() > 100 || !std::is_sorted(m->bounds.begin(), m->bounds.end()))
      throw Failure(TENON_INVALID, "buckets must ascend, at most 100");
    m->buckets = std::make_unique<std::atomic<uint64_t>[]>(m->bounds.size() + 1);
  }
  all_.push_back(std::move(m));
  return family.series[labels] = all_.back().get();
}

void MetricsService::exposeSeries(std::string& out, const std::string& name, const tenon_metric& m) {
  if (m.kind != TENON_METRIC_HISTOGRAM) {
    out.append(name).append(m.labels).push_back(' ');
    appendJsonDouble(out, m.value.load(std::memory_order_relaxed));
    out.push_back('\n');
    return;
  }
  uint64_t total = 0;
  const std::string prefix = m.labels.empty() ? "{" : m.labels.substr(0, m.labels.size() - 1) + ",";
  for (size_t i = 0; i <= m.bounds.size(); ++i) {
    total += m.buckets[i].load(std::memory_order_relaxed);
    out.append(name).append("_bucket").append(prefix).append("le=\"");
    if (i == m.bounds.size())
      out.append("+Inf");
    else
      appendJsonDouble(out, m.bounds[i]);
    out.append("\"} ").append(std::to_string(total)).push_back('\n');
  }
  out.append(name).append("_sum").append(m.labels).push_back(' ');
  appendJsonDouble(out, m.value.load(std::memory_order_relaxed));
  out.append("\n")
      .append(name)
      .append("_count")
      .append(m.labels)
      .append(" ")
      .append(std::to_string(total))
      .push_back('\n');
}

std::string MetricsService::expose() const {
  constexpr std::array<const char*, 4> kKinds = {"", "counter", "gauge", "histogram"};
  std::string out;
  const std::lock_guard lock(mutex_);
  for (const auto& [name, family] : families_) {
    if (family.series.empty()) continue;
    out.append("# HELP ").append(name).push_back(' ');
    appendEscaped(out, family.help, false);
    out.append("\n# TYPE ").append(name).append(" ").append(kKinds[family.kind]).push_back('\n');
    for (const auto& [labels, m] : family.series) exposeSeries(out, name, *m);
  }
  return out;
}

void MetricsService::withdraw(PluginContext& owner) noexcept {
  const std::lock_guard lock(mutex_);
  for (auto& [name, family] : families_)
    std::erase_if(family.series, [&](const auto& s) { return s.second->owner == &owner; });
}

}  // namespace tenon::host
