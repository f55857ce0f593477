/* SPDX-License-Identifier: Apache-2.0 */
/* "tenon.events/1": facts that one plugin publishes and others hear. */
#ifndef TENON_EVENTS_H
#define TENON_EVENTS_H

#include "plugin.h"

#ifdef __cplusplus
extern "C" {
#endif

#define TENON_EVENTS_ID "tenon.events/1"

typedef struct tenon_event {
  uint32_t size;
  uint32_t version; /* of the type's JSON shape */
  tenon_str type;   /* "record.changed"; at most 100 bytes */
  tenon_str json;   /* an object */
} tenon_event;

typedef void (*tenon_event_fn)(void *arg, const tenon_event *);

typedef struct tenon_events_v1 {
  uint32_t size, reserved;
  /* [any] from start() on. Calls every subscriber of the type, in order of subscription, on this thread.
   * Publishing from inside a subscriber is allowed to a depth of 10, then refused with INVALID. */
  tenon_status (*publish)(const tenon_host *, const tenon_event *, tenon_error *);
  /* [any] fn must not block: long work goes to tenon.tasks/1. type "*" hears everything. */
  tenon_status (*subscribe)(const tenon_host *, tenon_str type, tenon_event_fn fn, void *arg, uint64_t *token,
                            tenon_error *);
  /* [any] Returns when fn is finished and will not run again; from inside fn itself it returns at once. */
  void (*unsubscribe)(const tenon_host *, uint64_t token);
  /* [any] 1 when somebody hears events of the type: else a publisher need not make them. */
  int32_t (*heard)(const tenon_host *, tenon_str type);
} tenon_events_v1;

#ifdef __cplusplus
}
#endif
#endif
