/* SPDX-License-Identifier: Apache-2.0 */
/* A cancellation token with a deadline, owned by the caller and passed down with each unit of work.
 * A NULL token is legal everywhere: never cancelled, no deadline. */
#ifndef TENON_CANCEL_H
#define TENON_CANCEL_H

#include "abi.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct tenon_cancel {
  uint32_t size, reserved;
  void *impl;
  uint64_t deadline_ms; /* CLOCK_MONOTONIC in milliseconds; 0 = none */
  /* [any] 1 once cancelled or past the deadline; never goes back. */
  int32_t (*is_set)(const struct tenon_cancel *);
  /* [any] fn runs once, on the cancelling thread, and must not block. It does not run for the deadline:
   * who waits, waits with the deadline. Returns a token, 0 = already set and fn will not run. */
  uint64_t (*watch)(const struct tenon_cancel *, void (*fn)(void *arg), void *arg);
  /* [any] Returns when fn is finished or will never run. Token 0 is ignored. */
  void (*unwatch)(const struct tenon_cancel *, uint64_t token);
} tenon_cancel;

#ifdef __cplusplus
}
#endif
#endif
