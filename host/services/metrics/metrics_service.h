// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include <tenon/metrics.h>

#include "kernel/host_service.h"

/// One series: what the ABI's opaque handle is.
struct tenon_metric {
  uint32_t kind = 0;
  std::string labels;  ///< rendered: {a="b",c="d"} or empty
  const tenon::host::PluginContext* owner = nullptr;
  std::atomic<double> value{0};  ///< counter, gauge; a histogram's sum
  std::vector<double> bounds;
  std::unique_ptr<std::atomic<uint64_t>[]> buckets;  ///< one more than bounds: the last is +Inf
};

namespace tenon::host {

/// "tenon.metrics/1": counters, gauges and histograms, exposed as Prometheus text.
class MetricsService final : public HostService {
 public:
  static constexpr char kId[] = TENON_METRICS_ID;
  static constexpr size_t kMostLabels = 8;

  explicit MetricsService(size_t maxSeriesPerPlugin) : maxSeries_(maxSeriesPerPlugin) {}

  const char* id() const noexcept override { return kId; }
  const void* table() const noexcept override;
  /// The plugin's series are shown no more. Their memory stays: an abandoned plugin may still write to it.
  void withdraw(PluginContext&) noexcept override;

  tenon_metric* define(const PluginContext* owner, const tenon_metric_spec& spec);
  std::string expose() const;

 private:
  struct Family {
    uint32_t kind = 0;
    std::string help;
    std::map<std::string, tenon_metric*> series;  // by rendered labels
  };
  static void exposeSeries(std::string& out, const std::string& name, const tenon_metric& m);

  size_t maxSeries_;
  mutable std::mutex mutex_;
  std::map<std::string, Family, std::less<>> families_;
  std::vector<std::unique_ptr<tenon_metric>> all_;
};

}  // namespace tenon::host
