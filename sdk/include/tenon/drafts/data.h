/* SPDX-License-Identifier: Apache-2.0 */
/* DRAFT "tenon.data/1", offered by `modeling`: records of models, for other plugins. May change until it
 * moves out of drafts/; the id will not. */
#ifndef TENON_DRAFT_DATA_H
#define TENON_DRAFT_DATA_H

#include "../cancel.h"
#include "../plugin.h"
#include "../rows.h"

#ifdef __cplusplus
extern "C" {
#endif

#define TENON_DATA_ID "tenon.data/1"

typedef struct tenon_data_tx tenon_data_tx; /* a transaction that crosses services; one thread at a time */

/* Names come from the catalogue; filter and sort are the record API's JSON, {NULL,0} = none. */
typedef struct tenon_data_query {
  uint32_t size, reserved;
  tenon_str datasource, model;
  tenon_str filter_json, sort_json;
  uint64_t limit, offset; /* limit 0 = no limit */
} tenon_data_query;

/* Columns are the model's fields by name, in Arrow formats of their types: String, Text, EnumRef and JSON u,
 * Int i or l, Long l, Float g or d, Boolean b, DateTime tsm:, Date tdD, Time ttm. */
typedef struct tenon_data_v1 {
  uint32_t size, reserved;
  /* [any] Makes sure that these models and their tables exist in `datasource`, adding what is missing.
   * models_json: an array of models as GET .../models answers them. Atomic per model. */
  tenon_status (*migrate)(void *self, tenon_str datasource, tenon_str models_json, const tenon_cancel *,
                          tenon_error *);
  tenon_status (*begin)(void *self, tenon_str datasource, const tenon_cancel *, tenon_data_tx **out, tenon_error *);
  /* [one] commit 1 or roll back 0; the handle is gone either way. */
  tenon_status (*finish)(tenon_data_tx *, int32_t commit, tenon_error *);
  /* [any], [one] per tx; tx NULL = one of its own. */
  tenon_status (*list)(void *self, tenon_data_tx *, const tenon_data_query *, const tenon_cancel *, tenon_rows *out,
                       tenon_error *);
  /* Rows to insert, defaults applied. affected may be NULL. */
  tenon_status (*insert)(void *self, tenon_data_tx *, tenon_str datasource, tenon_str model,
                         const struct ArrowSchema *, const struct ArrowArray *rows, const tenon_cancel *,
                         int64_t *affected, tenon_error *);
  /* Sets the columns of the one row given on every record that the filter selects; a filter is required. */
  tenon_status (*update)(void *self, tenon_data_tx *, tenon_str datasource, tenon_str model, tenon_str filter_json,
                         const struct ArrowSchema *, const struct ArrowArray *row, const tenon_cancel *,
                         int64_t *affected, tenon_error *);
  tenon_status (*remove)(void *self, tenon_data_tx *, tenon_str datasource, tenon_str model, tenon_str filter_json,
                         const tenon_cancel *, int64_t *affected, tenon_error *);
} tenon_data_v1;

#ifdef __cplusplus
}
#endif
#endif
