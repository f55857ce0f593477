/* SPDX-License-Identifier: Apache-2.0 */
/* "tenon.metrics/1": numbers for operators, in the Prometheus model. */
#ifndef TENON_METRICS_H
#define TENON_METRICS_H

#include "plugin.h"

#ifdef __cplusplus
extern "C" {
#endif

#define TENON_METRICS_ID "tenon.metrics/1"

#define TENON_METRIC_COUNTER   1u /* only grows */
#define TENON_METRIC_GAUGE     2u
#define TENON_METRIC_HISTOGRAM 3u /* of seconds or bytes, cumulative buckets */

/* Frozen. */
typedef struct tenon_label {
  tenon_str name, value;
} tenon_label;

typedef struct tenon_metric_spec {
  uint32_t size;
  uint32_t kind;  /* TENON_METRIC_* */
  tenon_str name; /* [a-z_][a-z0-9_]*, with the unit: "tenon_pool_wait_seconds" */
  tenon_str help;
  const tenon_label *labels;
  uint64_t n_labels; /* at most 8 */
  const double *buckets; /* upper bounds, ascending; NULL = the host's for seconds */
  uint64_t n_buckets;
} tenon_metric_spec;

typedef struct tenon_metric tenon_metric;

typedef struct tenon_metrics_v1 {
  uint32_t size, reserved;
  /* [any] One series. The same name and labels give the same series again. Valid until destroy returns.
   * INVALID for a bad name or another kind under the name; TOO_LARGE past the limit of series per plugin. */
  tenon_status (*define)(const tenon_host *, const tenon_metric_spec *, tenon_metric **out, tenon_error *);
  void (*add)(tenon_metric *, double amount);    /* [any] counter (amount >= 0) and gauge */
  void (*set)(tenon_metric *, double value);     /* [any] gauge */
  void (*observe)(tenon_metric *, double value); /* [any] histogram */
  /* [any] Every series of the process as Prometheus text, good inside on_text only. */
  void (*expose)(const tenon_host *, void (*on_text)(void *ctx, tenon_str text), void *ctx);
} tenon_metrics_v1;

#ifdef __cplusplus
}
#endif
#endif
