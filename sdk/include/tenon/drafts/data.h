/* SPDX-License-Identifier: Apache-2.0 */
/* DRAFT "tenon.data/1", offered by `modeling`: records of models, for other plugins. May change until it
 * moves out of drafts/; the id will not.
 * After every commit of record writes (the record API, imports, begin_for) the event "records.written", version 1, is
 * published, once whatever their number: {"datasource":"school","models":["Classes","Student"]} - every model of which
 * records may have been written. Whoever made the change has no answer yet. */
#ifndef TENON_DRAFT_DATA_H
#define TENON_DRAFT_DATA_H

#include "../cancel.h"
#include "../plugin.h"
#include "../rows.h"

#ifdef __cplusplus
extern "C" {
#endif

#define TENON_DATA_ID "tenon.data/1"

typedef struct tenon_data_tx tenon_data_tx;     /* a transaction that crosses services; one thread at a time */
typedef struct tenon_data_read tenon_data_read; /* a read that was prepared; immutable, any thread */

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
  /* [any] A read of one model that will run many times, with other values each time. It stays what it is when models
   * change. tenant: rows that belong to tenants are this one's only; {NULL,0} = all.
   *   {"model":"Student","columns":["id","age"],"filter":{...},"sort":[...],"limit":n,"offset":n,"distinct":["age"],
   *    "keys":"classId"}
   *   {"model":"Student","aggregates":[{"function":"count"|"max"|"min"|"sum"|"avg","field"?,"distinct"?}],
   *    "filter":{...},"keys":"classId"}
   * Operands of the filter (elements of its lists too), "limit" and "offset" may be {"$":2}: the third of the values
   * that run() is given; never null. With "keys" only rows are read of which that field has one of the keys given to
   * run(); limit, offset and distinct count for each key, and the last column is the field.
   * sort: [{"field","order":"asc"|"desc","nulls":"first"|"last"?,"count"?}], field a column, a path of to-one
   * relations to one, or with "count":true a relation whose records are counted.
   * A read of rows without "keys" and "distinct" may have "cursors":true: its last columns are the values of the
   * sort's keys and of the identity, a row's place in the order. "after":[...] and "before":[...] are such places
   * (texts, null, or {"$":n}): only rows behind, or before; "reversed":true begins at the end. */
  tenon_status (*prepare)(void *self, tenon_str datasource, tenon_str read_json, tenon_str tenant,
                          tenon_data_read **out, tenon_error *);
  /* [any] */
  void (*release)(tenon_data_read *);
  /* [any], [one] per tx. values_json: an array. keys: one column of distinct values, none null, or NULL for a read
   * that takes none. All rows are in memory when it answers. Columns have the formats above, counts l, averages g and
   * sums u (digits); a column that holds values which are not of its type comes as u. TOO_LARGE past the rows that
   * one read may answer (limits.maxNestedRows; one more with "limit"). */
  tenon_status (*run)(tenon_data_read *, tenon_data_tx *, tenon_str values_json, const struct ArrowSchema *keys_schema,
                      const struct ArrowArray *keys, const tenon_cancel *, tenon_rows *out, tenon_error *);
  /* [any] The text of a prepared read's statement, as long as the read lives. */
  tenon_str (*statement)(tenon_data_read *);
  /* [any] A transaction that writes records as the record API does: defaults, stamps, cascades, and events once it is
   * committed. finish() refuses a commit with UNAVAILABLE when the models have changed since. */
  tenon_status (*begin_for)(void *self, tenon_str datasource, tenon_str tenant, tenon_str user, const tenon_cancel *,
                            tenon_data_tx **out, tenon_error *);
  /* [one] in such a transaction. What was written is visible to run() in it. answer() is told before it returns:
   *   {"op":"create","model":"Student","data":{...},"conflict"?}   {"id":7}, null when another record has the key and
   *                                                  stays; {"row":{...}} of a model without identity
   *   {"op":"create_many","model","data":[{...}],"conflict"?,"ids":true?}  {"affected":2}; with "ids" also which,
   *                                                  "ids":[7,8], or "rows":[{...}] of a model without identity
   *   {"op":"select","model","where":{filter}}       {"ids":[7,8]}: nobody else changes them before the end
   *   {"op":"update","model","where":{filter},"set":{...},"change":{...}?}  {"affected":2}
   *   {"op":"delete","model","where":{filter}}       {"affected":2}
   *   {"op":"update_by_id","model","id":7,"set":{...},"change"?,"where"?}   {"affected":1}, 0 when it is not there;
   *                                                  CONFLICT when "where" does not select it
   *   {"op":"delete_by_id","model","id":7}           {"affected":1}
   * data: related records stand as {"data":{...} or [{...}],"conflict"?} under the relation's name.
   * conflict: what becomes of a record when another one has its key, {"fields":["code"],"update":["name"]?,
   * "where":{filter}?}: the other one takes over what the record says of "update" if "where" selects it, else it stays.
   * change: one operator of a field's own value, {"age":{"_inc":1}}; of JSON _append, _prepend, _delete_key,
   * _delete_elem (a position) and _delete_at_path (a list of texts). Nulls stay null. */
  tenon_status (*write)(tenon_data_tx *, tenon_str write_json, void (*answer)(void *arg, tenon_str json), void *arg,
                        const tenon_cancel *, tenon_error *);
  /* [any] begin_for() of what happens once under a key of the caller's: 1 to 255 visible characters. When the key is
   * new *out is the transaction, and keep() must be called before it is committed. Else *out is NULL, and reply() is
   * told what was kept under the key. INVALID when something else was asked under it. */
  tenon_status (*begin_once)(void *self, tenon_str datasource, tenon_str tenant, tenon_str user, tenon_str key,
                             tenon_str asked, void (*reply)(void *arg, tenon_str reply), void *arg,
                             const tenon_cancel *, tenon_data_tx **out, tenon_error *);
  /* [one] in such a transaction: what a repeat is told. */
  tenon_status (*keep)(tenon_data_tx *, tenon_str reply, const tenon_cancel *, tenon_error *);
} tenon_data_v1;

#ifdef __cplusplus
}
#endif
#endif
