// SPDX-License-Identifier: Apache-2.0
#include "services/metrics/metrics_service.h"

#include <gtest/gtest.h>

#include "tenon/error.hpp"

namespace tenon::host {
namespace {

tenon_metric_spec spec(uint32_t kind, std::string_view name, const tenon_label* labels = nullptr, uint64_t n = 0) {
  return {sizeof(tenon_metric_spec), kind, str(name), str("help\ntext"), labels, n, nullptr, 0};
}
const tenon_metrics_v1& table(const MetricsService& m) {
  return *static_cast<const tenon_metrics_v1*>(m.table());
}

TEST(Metrics, are_exposed_as_prometheus_text) {
  MetricsService metrics(10);
  const tenon_label label{str("path"), str("a\"b\\c\n")};
  tenon_metric* c = metrics.define(nullptr, spec(TENON_METRIC_COUNTER, "tenon_x_total", &label, 1));
  table(metrics).add(c, 2);
  table(metrics).add(c, -1);  // a counter only grows
  table(metrics).set(metrics.define(nullptr, spec(TENON_METRIC_GAUGE, "tenon_y")), 1.5);
  EXPECT_EQ(metrics.expose(),
            "# HELP tenon_x_total help\\ntext\n# TYPE tenon_x_total counter\ntenon_x_total{path=\"a\\\"b\\\\c\\n\"} 2\n"
            "# HELP tenon_y help\\ntext\n# TYPE tenon_y gauge\ntenon_y 1.5\n");
}

TEST(Metrics, histograms_are_cumulative) {
  MetricsService metrics(10);
  const double bounds[] = {1, 10};
  tenon_metric_spec s = spec(TENON_METRIC_HISTOGRAM, "h_seconds");
  s.buckets = bounds;
  s.n_buckets = 2;
  tenon_metric* h = metrics.define(nullptr, s);
  for (const double v : {0.5, 1.0, 5.0, 50.0}) table(metrics).observe(h, v);
  const std::string text = metrics.expose();
  for (const char* line : {"h_seconds_bucket{le=\"1\"} 2\n", "h_seconds_bucket{le=\"10\"} 3\n",
                           "h_seconds_bucket{le=\"+Inf\"} 4\n", "h_seconds_sum 56.5\n", "h_seconds_count 4\n"})
    EXPECT_NE(text.find(line), std::string::npos) << line;
}

TEST(Metrics, the_same_name_and_labels_are_the_same_series) {
  MetricsService metrics(10);
  const tenon_label ab[] = {{str("a"), str("1")}, {str("b"), str("2")}},
                    ba[] = {{str("b"), str("2")}, {str("a"), str("1")}};
  EXPECT_EQ(metrics.define(nullptr, spec(TENON_METRIC_GAUGE, "g", ab, 2)),
            metrics.define(nullptr, spec(TENON_METRIC_GAUGE, "g", ba, 2)));
}

TEST(Metrics, bad_definitions_are_refused) {
  MetricsService metrics(2);
  for (const char* name : {"", "1x", "a-b", "Big"})
    EXPECT_THROW(metrics.define(nullptr, spec(TENON_METRIC_GAUGE, name)), Failure) << name;
  metrics.define(nullptr, spec(TENON_METRIC_GAUGE, "g"));
  EXPECT_THROW(metrics.define(nullptr, spec(TENON_METRIC_COUNTER, "g")), Failure);
  metrics.define(nullptr, spec(TENON_METRIC_GAUGE, "g2"));
  EXPECT_THROW(metrics.define(nullptr, spec(TENON_METRIC_GAUGE, "g3")), Failure)
      << "the series of a plugin are bounded";
}

}  // namespace
}  // namespace tenon::host
