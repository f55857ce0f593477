/* SPDX-License-Identifier: Apache-2.0 */
/* "tenon.tasks/1": the host's bounded workers and timers. */
#ifndef TENON_TASKS_H
#define TENON_TASKS_H

#include "cancel.h"
#include "plugin.h"

#ifdef __cplusplus
extern "C" {
#endif

#define TENON_TASKS_ID "tenon.tasks/1"

/* Runs on a worker; the token is set when the plugin drains. It must return soon after that. */
typedef void (*tenon_task_fn)(void *arg, const tenon_cancel *);

typedef struct tenon_tasks_v1 {
  uint32_t size, reserved;
  /* [any] from start() on. Runs fn once on a worker. UNAVAILABLE when the queue is full, and then fn never runs. */
  tenon_status (*submit)(const tenon_host *, tenon_task_fn fn, void *arg, tenon_error *);
  /* [any] from start() on. Runs fn after delay_ms and then every period_ms (0 = once), measured on the
   * clock service's monotonic time; a late run does not pile up. fn never overlaps itself. */
  tenon_status (*schedule)(const tenon_host *, uint64_t delay_ms, uint64_t period_ms, tenon_task_fn fn, void *arg,
                           uint64_t *token, tenon_error *);
  /* [any] Returns when fn is finished and will not run again; except from inside fn itself, where it
   * returns at once. Unknown tokens are ignored. */
  void (*cancel)(const tenon_host *, uint64_t token);
} tenon_tasks_v1;

#ifdef __cplusplus
}
#endif
#endif
