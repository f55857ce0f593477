/* SPDX-License-Identifier: Apache-2.0 */
/* DRAFT "tenon.models/1", offered by `modeling`: which datasources and models there are. May change until it moves
 * out of drafts/; the id will not.
 * After every change the event "models.changed", version 1, is published: {"datasource":"school"}. By then the new
 * models are served, and whoever made the change has no answer yet. */
#ifndef TENON_DRAFT_MODELS_H
#define TENON_DRAFT_MODELS_H

#include "../plugin.h"

#ifdef __cplusplus
extern "C" {
#endif

#define TENON_MODELS_ID "tenon.models/1"

#define TENON_DATASOURCE_SYSTEM (1u << 0) /* the platform's own */

typedef struct tenon_datasource_info {
  uint32_t size, flags;   /* TENON_DATASOURCE_* */
  tenon_str name, tenant; /* whose it is */
  uint64_t version;       /* another number after each change of one of its models */
} tenon_datasource_info;

/* What is told of the models of one datasource, on the caller's thread. Views live for one call. */
typedef struct tenon_model_reader {
  uint32_t size, reserved;
  void *arg;
  /* A model, in the order of the datasource. stamp: another number after each change of it. Answers 1 when its JSON
   * is wanted: then json() follows. */
  int32_t (*model)(void *arg, tenon_str name, uint64_t stamp);
  /* As GET .../models/{name} answers it. */
  void (*json)(void *arg, tenon_str json);
} tenon_model_reader;

typedef struct tenon_models_v1 {
  uint32_t size, reserved;
  /* [any] Every enabled datasource. */
  tenon_status (*datasources)(void *self, void (*datasource)(void *arg, const tenon_datasource_info *), void *arg,
                              tenon_error *);
  /* [any] NOT_FOUND when there is no such datasource, or it is disabled. version: that of the models told. */
  tenon_status (*models)(void *self, tenon_str datasource, const tenon_model_reader *, uint64_t *version,
                         tenon_error *);
} tenon_models_v1;

#ifdef __cplusplus
}
#endif
#endif
