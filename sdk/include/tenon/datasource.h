/* SPDX-License-Identifier: Apache-2.0 */
/* "tenon.datasource/1", offered by a driver under each dbKind it serves ("sqlite", "mysql", "mariadb", ...).
 *
 *   source   one configured database; holds what its connections share. Opening it checks the
 *            configuration and touches no network.
 *   conn     one session, used by one thread at a time. The caller pools them.
 *
 * A statement and a transaction belong to a conn. Rows of a query are live until they are closed; a conn
 * runs one query at a time unless it has TENON_DS_PARALLEL. Values never stand in a statement's text:
 * they are bound from `params`.
 */
#ifndef TENON_DATASOURCE_H
#define TENON_DATASOURCE_H

#include "cancel.h"
#include "plugin.h"
#include "rows.h"

#ifdef __cplusplus
extern "C" {
#endif

#define TENON_DATASOURCE_ID "tenon.datasource/1"

typedef struct tenon_source tenon_source;
typedef struct tenon_conn tenon_conn;

/* ---- what a driver can do ------------------------------------------------------------------------- */

#define TENON_DS_SQL            (1ull << 0) /* takes TENON_LANGUAGE_SQL and declares a dialect            */
#define TENON_DS_TREE           (1ull << 1) /* takes TENON_LANGUAGE_TREE: a driver without SQL            */
#define TENON_DS_WRITE          (1ull << 2)
#define TENON_DS_TRANSACTIONS   (1ull << 3)
#define TENON_DS_SAVEPOINTS     (1ull << 4)
#define TENON_DS_CANCEL         (1ull << 5) /* cancels a running statement, not only between batches       */
#define TENON_DS_PARALLEL       (1ull << 6) /* several live queries on one conn                            */
#define TENON_DS_SINGLE_WRITER  (1ull << 7) /* writes queue up: pool one writing conn and many read-only   */
#define TENON_DS_DESCRIBE       (1ull << 8)
#define TENON_DS_MULTI_ROW      (1ull << 9) /* execute() takes params of many rows in fewer round trips    */

/* Logical column types: what a driver reports when it describes and a dialect maps when it creates. */
#define TENON_TYPE_NONE      0 /* no counterpart: the column is left out with a warning */
#define TENON_TYPE_STRING    1 /* bounded text       u           */
#define TENON_TYPE_TEXT      2 /* unbounded text     u           */
#define TENON_TYPE_INT       3 /* 32 bit             i, l        */
#define TENON_TYPE_LONG      4 /* 64 bit             l           */
#define TENON_TYPE_FLOAT     5 /* number             g, d:P,S    */
#define TENON_TYPE_BOOLEAN   6 /*                    b           */
#define TENON_TYPE_DATETIME  7 /* no zone            tsm:, tsu:  */
#define TENON_TYPE_DATE      8 /*                    tdD         */
#define TENON_TYPE_TIME      9 /*                    ttm, ttu    */
#define TENON_TYPE_JSON     10 /* JSON text          u           */
#define TENON_TYPE_BYTES    11 /*                    z           */

/* How a logical type is spelled in DDL. Frozen. Templates know {length} {precision} {scale}. */
typedef struct tenon_type_name {
  int32_t type;           /* TENON_TYPE_* */
  uint32_t reserved;
  const char *column;     /* "varchar({length})" */
  const char *generated;  /* the same as an identity that the database counts, or NULL */
  const char *beyond;     /* used instead of column when length > max_length, or NULL */
  uint64_t max_length;    /* characters; of a FLOAT its digits; 0 = no bound */
  /* What both sides of a comparison are put through, where the database stores one value in several forms:
   * "lower({value}) in ('1','true')". {value} is a column or a parameter, once or more. NULL = as it is. */
  const char *comparable;
} tenon_type_name;

#define TENON_SQL_RETURNING         (1u << 0) /* insert, update and delete take "returning"               */
#define TENON_SQL_TRANSACTIONAL_DDL (1u << 1)
#define TENON_SQL_FULL_JOIN         (1u << 2)
#define TENON_SQL_NULLS_ORDER       (1u << 3) /* "nulls first | last" in "order by" and in indexes; without it
                                               * null is less than every value */
#define TENON_SQL_TABLE_REBUILD     (1u << 4) /* columns are changed by create, copy, drop, rename        */
#define TENON_SQL_COMMENT_ON        (1u << 5) /* "comment on table|column" statements                     */
#define TENON_SQL_COMMENT_INLINE    (1u << 6) /* comment '...' in the definition                          */
#define TENON_SQL_ON_CONFLICT       (1u << 7) /* "on conflict (...) do update set c = excluded.c"          */
#define TENON_SQL_ON_DUPLICATE_KEY  (1u << 8) /* "on duplicate key update c = values(c)"                   */
#define TENON_SQL_INSERT_RETURNING  (1u << 9) /* insert takes "returning"; update and delete may not      */
#define TENON_SQL_ALTER_LIST        (1u << 10) /* "alter table" takes several clauses (add, drop, modify, change column,
                                                * add, drop index), "create table" its indexes, or "like" a table;
                                                * each is atomic */
#define TENON_SQL_TEXT_DEFAULT_EXPRESSION (1u << 11) /* an unbounded text's default stands in parentheses */
#define TENON_SQL_UNSIGNED          (1u << 12) /* columns of whole numbers may be without a sign: 64 bits of them */

/* The SQL a driver's database understands. Every string is a constant. Templates name their holes in
 * braces. A caller that meets a shorter struct takes the standard's spelling for what is missing. */
typedef struct tenon_dialect {
  uint32_t size, flags;        /* TENON_SQL_* */
  const char *name;            /* "sqlite" */
  const char *quote_open;      /* before an identifier */
  const char *quote_close;     /* after it; doubled inside */
  const char *parameter;       /* "?", "$#", ":p#": # is the position from 1 */
  const char *true_literal, *false_literal;
  const char *limit;           /* "limit {limit} offset {offset}" */
  const char *like_escape;     /* follows a like pattern in which \ escapes: " escape '\\'" */
  const char *insert_defaults; /* "default values" */
  const char *table_suffix;    /* after the closing parenthesis of create table, or "" */
  const char *add_column;      /* "alter table {table} add column {definition}" */
  const char *drop_column;     /* "alter table {table} drop column {column}" or NULL */
  const char *rename_column;   /* "alter table {table} rename column {column} to {to}" or NULL */
  const char *modify_column;   /* "alter table {table} modify column {definition}" or NULL */
  const char *rename_table;    /* "alter table {table} rename to {to}" */
  const char *drop_index;      /* "drop index if exists {index}"; may be several statements, each on a line */
  const char *now;             /* "current_timestamp" */
  const char *regex;           /* a condition: "{value} regexp {pattern}", or NULL */
  const char *list_has;        /* is {element} one of the comma-separated {value}: a condition, or NULL */
  uint32_t max_parameters;     /* in one statement */
  uint32_t max_identifier_bytes; /* 0 = no bound */
  const tenon_type_name *types;
  uint64_t n_types;
  const char *char_length;     /* "length({value})": of a text, in characters */
  /* Where columns are changed one property after the other; each NULL where modify_column serves. */
  const char *alter_type;      /* "alter table {table} alter column {column} type {type} using {value}" */
  const char *set_not_null;    /* "alter table {table} alter column {column} set not null" */
  const char *drop_not_null;
  const char *set_default;     /* "alter table {table} alter column {column} set default {value}" */
  const char *drop_default;
  /* With TABLE_REBUILD: queries of one parameter, a table's name, that answer the text of its "create table", and
   * those of its indexes and triggers in order; and what is to be run before a rebuild, outside of a transaction, so
   * that dropping the old table touches no other, and after it: statements, each on a line. */
  const char *table_text;
  const char *dependent_texts;
  const char *rebuild_begin;
  const char *rebuild_end;
  const char *for_update;      /* after a select: locks its rows until the transaction ends, " for update"; or NULL */
  /* table_suffix of a table whose texts compare to the letter, which is for the platform's own; NULL = all do. */
  const char *exact_suffix;
  /* Keeps everybody else from a table until the transaction ends, "lock table {table} in access exclusive mode"; NULL
   * where a transaction that writes is alone, and with ALTER_LIST, where "lock tables" serves. */
  const char *lock_table;
  /* A query that makes the counter of an identity go on behind a value that was given by hand: {table} and {column} are
   * texts that hold a quoted and a plain name, {value} a parameter; NULL where the database does so by itself. */
  const char *advance_counter;
} tenon_dialect;

/* ---- statements ------------------------------------------------------------------------------------ */

#define TENON_LANGUAGE_SQL  1u
#define TENON_LANGUAGE_TREE 2u /* JSON of sdk/docs/query-tree.md; {"param":N} stands for a bound value */

#define TENON_QUERY_REUSED (1u << 0) /* the text will come again: keep it prepared */

typedef struct tenon_query {
  uint32_t size, flags;  /* TENON_QUERY_* */
  uint32_t language;     /* TENON_LANGUAGE_* */
  uint32_t reserved;
  tenon_str text;
  /* Bound values, one column per parameter in order, or both NULL. query() takes one row; execute() runs
   * the statement once per row, all or nothing when the conn is in a transaction. Borrowed for the call. */
  const struct ArrowSchema *param_schema;
  const struct ArrowArray *params;
  /* What the caller would like each column to be, or NULL. The driver delivers every column in the asked
   * family (integers, f/g/d, text, bool, date, time, timestamp) and fails with REASON_TYPE, naming the
   * column, where a stored value is not of it. Borrowed until the rows are closed. */
  const struct ArrowSchema *result_schema;
  uint64_t max_batch_rows;  /* 0 = the driver's choice, at most 4096 */
  uint64_t max_batch_bytes; /* 0 = the driver's choice, at most 1 MiB; one larger row makes one larger batch */
  uint64_t max_rows;        /* 0 = no limit; the cursor ends there */
} tenon_query;

typedef struct tenon_outcome {
  uint32_t size, reserved;
  int64_t affected;       /* rows; -1 = unknown */
  int64_t last_insert_id; /* 0 = none */
} tenon_outcome;

#define TENON_TX_BEGIN       1u
#define TENON_TX_COMMIT      2u
#define TENON_TX_ROLLBACK    3u
#define TENON_TX_SAVE        4u /* savepoint `level` */
#define TENON_TX_RELEASE     5u
#define TENON_TX_ROLLBACK_TO 6u

#define TENON_TX_READ_ONLY    (1u << 0)
#define TENON_TX_SERIALIZABLE (1u << 1)

typedef struct tenon_transaction {
  uint32_t size;
  uint32_t op;    /* TENON_TX_BEGIN ... */
  uint32_t flags; /* with BEGIN: TENON_TX_READ_ONLY ... */
  uint32_t level; /* with SAVE, RELEASE, ROLLBACK_TO: 1.. */
} tenon_transaction;

/* ---- introspection --------------------------------------------------------------------------------- */

/* Each kind answers rows of exactly these columns; ? = may be NULL. Ordered by table, then ordinal.
 *  TABLES        table u, kind u ("table" | "view"), comment u?, row_estimate l?, bytes l?
 *  COLUMNS       table u, ordinal l (from 1), column u, type l (TENON_TYPE_*), declared u, length l?,
 *                precision l?, scale l?, nullable b, default u? (a constant, unquoted), generated b (an identity
 *                that the database counts), key_ordinal l (place in the primary key, 0 = none), comment u?,
 *                default_expression u? (a default that is no constant), computed b (from other columns: read only),
 *                attributes u? (with ALTER_LIST: what else a definition of it must say for nothing to be lost)
 *  INDEXES       table u, index u, ordinal l, column u, descending b, unique b   (without the primary key, and
 *                without indexes of a part of the rows or of expressions)
 *  FOREIGN_KEYS  table u, constraint u, ordinal l, column u, target_table u, target_column u, on_delete u
 */
#define TENON_DESCRIBE_TABLES       1u
#define TENON_DESCRIBE_COLUMNS      2u
#define TENON_DESCRIBE_INDEXES      3u
#define TENON_DESCRIBE_FOREIGN_KEYS 4u

typedef struct tenon_describe {
  uint32_t size;
  uint32_t kind;   /* TENON_DESCRIBE_* */
  tenon_str table; /* exact name, or {NULL,0} = all */
} tenon_describe;

/* ---- the table ------------------------------------------------------------------------------------- */

#define TENON_OPEN_READ_ONLY (1u << 0)

/* Essential: capabilities, open, close_source, connect, close, query. The rest may be NULL. */
typedef struct tenon_datasource_v1 {
  uint32_t size, reserved;
  /* [any] TENON_DS_* */
  uint64_t (*capabilities)(void *self);
  /* [any] config_json: {"dbKind","url","username"?,"password"?, and options of the driver}. The host adds "tenant"
   * (whose it is, absent for the default tenant), "trusted": true (the operator wrote it: it may name files),
   * "private": true (no other source may have the same database), "statement_ms" (the time limit of a statement: what
   * a driver that cannot be woken waits for an answer; a token with a later deadline, or with none, allows more).
   * INVALID with object = the offending key. */
  tenon_status (*open)(void *self, tenon_str config_json, tenon_source **out, tenon_error *);
  /* [one] after every conn of it is closed. */
  void (*close_source)(tenon_source *);
  /* [any] A new session. flags: TENON_OPEN_READ_ONLY. */
  tenon_status (*connect)(tenon_source *, uint32_t flags, const tenon_cancel *, tenon_conn **out, tenon_error *);
  /* [one] per conn, as all below. Rolls back what is open. */
  void (*close)(tenon_conn *);
  /* Is the session alive? */
  tenon_status (*ping)(tenon_conn *, const tenon_cancel *, tenon_error *);
  /* Constants of this conn's database, valid until its source is closed. NULL without TENON_DS_SQL. */
  const tenon_dialect *(*dialect)(tenon_conn *);
  /* A statement that answers rows. The token must outlive the rows: setting it ends them with CANCELLED.
   * out->size is the caller's; on failure there is nothing to close. */
  tenon_status (*query)(tenon_conn *, const tenon_query *, const tenon_cancel *, tenon_rows *out, tenon_error *);
  /* A statement that answers a count. */
  tenon_status (*execute)(tenon_conn *, const tenon_query *, const tenon_cancel *, tenon_outcome *out, tenon_error *);
  tenon_status (*transact)(tenon_conn *, const tenon_transaction *, const tenon_cancel *, tenon_error *);
  tenon_status (*describe)(tenon_conn *, const tenon_describe *, const tenon_cancel *, tenon_rows *out, tenon_error *);
} tenon_datasource_v1;

#ifdef __cplusplus
}
#endif
#endif
