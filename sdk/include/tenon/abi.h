/* SPDX-License-Identifier: Apache-2.0 */
/* What every table of the Tenon ABI shares: text views, statuses, errors, growth rules.
 *
 * Layout rules, held by sdk/abi/layout_lock.c:
 *   - fixed-width integers and pointers only: no bool, no enum member, no bit-field, no size_t,
 *     no packing pragma, no #if that changes a layout, no implicit padding
 *   - a struct that may grow begins with `size`, written by whoever allocates it; members are only
 *     appended; reader and writer test TENON_HAS() before a member that 1.0 did not have
 *   - an out-struct is filled member by member under its caller's `size`, never assigned whole
 *   - structs passed by value or in arrays (tenon_str, tenon_need, tenon_offer, tenon_label,
 *     tenon_field_problem, tenon_type_name) are frozen for the major
 *   - a table whose meaning changes gets a new id ("tenon.http/2"); the old one stays
 *   - text is UTF-8; a tenon_str is borrowed until the call that carries it returns, unless the
 *     function says otherwise; `const char *` members are constants that live as long as the library
 *   - no exception, longjmp, allocator, FILE or C++ type crosses; nobody frees the other's memory
 *
 * Thread tags, on every function:
 *   [any]      any thread, concurrently
 *   [one]      never two at once for one object; different objects concurrently
 *   [control]  the plugin's lifecycle thread only
 */
#ifndef TENON_ABI_H
#define TENON_ABI_H

#include <stddef.h>
#include <stdint.h>

#if defined(_WIN32)
#  define TENON_EXPORT __declspec(dllexport)
#else
#  define TENON_EXPORT __attribute__((visibility("default")))
#endif

#ifdef __cplusplus
extern "C" {
#endif

#define TENON_ABI_MAJOR 1
#define TENON_ABI_MINOR 0

/* Bytes of T up to and including MEMBER; and "does *p carry MEMBER?" */
#define TENON_UPTO(T, MEMBER) ((uint32_t)(offsetof(T, MEMBER) + sizeof(((T *)0)->MEMBER)))
#define TENON_HAS(T, p, MEMBER) ((p) != NULL && (p)->size >= TENON_UPTO(T, MEMBER))

/* A borrowed view of UTF-8 text or bytes; not NUL-terminated. {NULL, 0} means "absent" where a
 * function distinguishes absent from empty. Frozen. */
typedef struct tenon_str {
  const char *ptr;
  uint64_t len;
} tenon_str;

/* Outcome of a call. Beside each, the HTTP status the host answers when a route handler returns it. */
typedef int32_t tenon_status;
#define TENON_OK               0
#define TENON_INVALID          1 /* the caller's mistake                         -> 400 */
#define TENON_DENIED           2 /* known caller, not allowed                    -> 403 */
#define TENON_NOT_FOUND        3 /*                                              -> 404 */
#define TENON_CONFLICT         4 /*                                              -> 409 */
#define TENON_UNSUPPORTED      5 /* capability not offered                       -> 501 */
#define TENON_UNAVAILABLE      6 /* retry later, see retry_after_ms              -> 503 */
#define TENON_DEADLINE         7 /* the deadline passed                          -> 504 */
#define TENON_CANCELLED        8 /* the caller went away                         -> 499 */
#define TENON_INTERNAL         9 /* a bug on the callee's side                   -> 500 */
#define TENON_END             10 /* a stream is finished; never an error                */
#define TENON_UNAUTHENTICATED 11 /* no or bad credentials                        -> 401 */
#define TENON_TOO_LARGE       12 /* past a stated limit                          -> 413 */
#define TENON_RATE_LIMITED    13 /* see retry_after_ms                           -> 429 */
#define TENON_OUTCOME_UNKNOWN 14 /* a commit was sent and its answer was lost    -> 500 */

/* tenon_error.origin: whose fault it is, for alerts and retries. */
#define TENON_FROM_PLUGIN  0u
#define TENON_FROM_CALLER  1u
#define TENON_FROM_BACKEND 2u /* the database or service behind the plugin */

/* tenon_error.reason: what a database refused, whatever its own code for it. 0 = not a database matter. */
#define TENON_REASON_NONE            0u
#define TENON_REASON_UNIQUE          1u
#define TENON_REASON_NOT_NULL        2u
#define TENON_REASON_FOREIGN_KEY     3u
#define TENON_REASON_CHECK           4u
#define TENON_REASON_LENGTH          5u  /* text or bytes longer than the column     */
#define TENON_REASON_RANGE           6u  /* number or date out of the column's range */
#define TENON_REASON_TYPE            7u  /* a value that is not of the asked type    */
#define TENON_REASON_SYNTAX          8u
#define TENON_REASON_NO_SUCH_OBJECT  9u  /* table, column, index, function           */
#define TENON_REASON_OBJECT_EXISTS  10u
#define TENON_REASON_CONNECTION     11u  /* could not connect, or the connection broke */
#define TENON_REASON_LOGIN          12u
#define TENON_REASON_TIMEOUT        13u  /* the statement's time limit               */
#define TENON_REASON_BUSY           14u  /* locked by another transaction            */
#define TENON_REASON_SERIALIZATION  15u  /* deadlock or write skew: retry the whole transaction */
#define TENON_REASON_READ_ONLY      16u
#define TENON_REASON_PERMISSION     17u
#define TENON_REASON_DISK_FULL      18u
#define TENON_REASON_CORRUPT        19u
#define TENON_REASON_PATTERN        20u /* a regular expression that is none */

/* tenon_error.object_kind: what `object` names. */
#define TENON_OBJECT_NONE       0u
#define TENON_OBJECT_CONSTRAINT 1u /* a constraint or index, as the database spells it */
#define TENON_OBJECT_COLUMNS    2u /* column names, joined with ","                    */
#define TENON_OBJECT_TABLE      3u
#define TENON_OBJECT_FIELD      4u /* a field of the caller's input, such as "filter.age" */

/* Why a call failed. Lives in the CALLER's frame: the caller sets `size` and nothing else, a failing
 * callee fills the rest, a succeeding one leaves it alone. There is nothing to free, so nothing
 * outlives the library. A NULL tenon_error pointer is legal everywhere and means "do not tell". */
typedef struct tenon_error {
  uint32_t size;
  tenon_status code;
  uint32_t origin;         /* TENON_FROM_* */
  uint32_t reason;         /* TENON_REASON_* */
  int32_t vendor_code;     /* the database's own number, 0 = none */
  uint32_t retry_after_ms; /* a hint with UNAVAILABLE and RATE_LIMITED, 0 = none */
  char sqlstate[8];        /* five characters and NUL, or empty */
  uint32_t object_kind;    /* TENON_OBJECT_* */
  uint32_t message_len;    /* full length; the text below may be cut to fit */
  char object[240];        /* NUL-terminated, cut at a character boundary */
  char message[744];       /* NUL-terminated, cut at a character boundary; for people, never parsed */
} tenon_error;

#ifdef __cplusplus
}
#endif
#endif
