/* SPDX-License-Identifier: Apache-2.0 */
/* Rows: record batches of the Apache Arrow C data interface behind a pull cursor.
 *
 * A batch is one struct array ("+s") whose children are the columns. Formats that every consumer accepts:
 *   b  c s i l  C S I L  f g  u U z Z  d:P,S (128 bit)  tdD  ttm ttu  tss: tsm: tsu: (and with a zone)  +s +l
 * Anything else only when the consumer asked for it.
 *
 * Buffers are aligned to 8 bytes or more. A validity buffer may be NULL when null_count is 0; a data
 * buffer of an empty column may be NULL. An array owns its memory: it may be kept, moved to another
 * thread and released after the cursor, the connection and the datasource are closed.
 */
#ifndef TENON_ROWS_H
#define TENON_ROWS_H

#include "abi.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Copied unchanged from the Arrow C data interface specification (Apache License 2.0), as it asks. */
#ifndef ARROW_C_DATA_INTERFACE
#define ARROW_C_DATA_INTERFACE

#define ARROW_FLAG_DICTIONARY_ORDERED 1
#define ARROW_FLAG_NULLABLE 2
#define ARROW_FLAG_MAP_KEYS_SORTED 4

struct ArrowSchema {
  // Array type description
  const char* format;
  const char* name;
  const char* metadata;
  int64_t flags;
  int64_t n_children;
  struct ArrowSchema** children;
  struct ArrowSchema* dictionary;

  // Release callback
  void (*release)(struct ArrowSchema*);
  // Opaque producer-specific data
  void* private_data;
};

struct ArrowArray {
  // Array data description
  int64_t length;
  int64_t null_count;
  int64_t offset;
  int64_t n_buffers;
  int64_t n_children;
  const void** buffers;
  struct ArrowArray** children;
  struct ArrowArray* dictionary;

  // Release callback
  void (*release)(struct ArrowArray*);
  // Opaque producer-specific data
  void* private_data;
};

#endif  // ARROW_C_DATA_INTERFACE

/* ArrowSchema.flags of a text column, beside Arrow's own: each text is a number, as no d:P,S can hold them all
 * (PostgreSQL's numeric without a scale). Without it a text is a text, whatever it looks like. */
#define TENON_COLUMN_NUMBER (1ll << 16)

/* tenon_rows.flags */
#define TENON_ROWS_AS_ASKED (1u << 0) /* the columns are exactly the query's result_schema: schema() may be skipped */

/* A pull cursor of batches. The caller sets `size`; the producer fills the rest. Unlike an
 * ArrowArrayStream it answers a tenon_error. */
typedef struct tenon_rows {
  uint32_t size, flags;
  void *impl;
  /* [one] A schema of its own, released by the caller. Any time before close. */
  tenon_status (*schema)(struct tenon_rows *, struct ArrowSchema *out, tenon_error *);
  /* [one] The next batch, released by the caller; TENON_END after the last, again and again. A batch
   * has at least one row. After an error only close() is allowed. */
  tenon_status (*next)(struct tenon_rows *, struct ArrowArray *out, tenon_error *);
  /* [one] Once; ends a live query. */
  void (*close)(struct tenon_rows *);
} tenon_rows;

#ifdef __cplusplus
}
#endif
#endif
