/* SPDX-License-Identifier: Apache-2.0 */
/* "tenon.clock/1": the time. Plugins ask the host, so that a test can turn the clock. */
#ifndef TENON_CLOCK_H
#define TENON_CLOCK_H

#include "plugin.h"

#ifdef __cplusplus
extern "C" {
#endif

#define TENON_CLOCK_ID "tenon.clock/1"

typedef struct tenon_clock_v1 {
  uint32_t size, reserved;
  int64_t (*wall_ms)(const tenon_host *);       /* [any] milliseconds since 1970-01-01T00:00:00Z; may jump */
  uint64_t (*monotonic_ms)(const tenon_host *); /* [any] never goes back; for lengths of time */
} tenon_clock_v1;

#ifdef __cplusplus
}
#endif
#endif
