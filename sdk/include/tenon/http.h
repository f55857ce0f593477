/* SPDX-License-Identifier: Apache-2.0 */
/* "tenon.http/1": routes, requests and replies. */
#ifndef TENON_HTTP_H
#define TENON_HTTP_H

#include "auth.h"
#include "cancel.h"
#include "plugin.h"

#ifdef __cplusplus
extern "C" {
#endif

#define TENON_HTTP_ID "tenon.http/1"

typedef struct tenon_request tenon_request; /* both live for one call of a handler, on its thread */
typedef struct tenon_reply tenon_reply;

/* The gate asks tenon.auth/1 first; the handler finds the caller in principal(). */
#define TENON_ROUTE_PROTECTED   (1u << 0)
/* The handler pulls the body with read_body() as it arrives. Otherwise the host has received all of it
 * (up to max_body_bytes) before the handler runs, and a slow sender holds no thread. */
#define TENON_ROUTE_STREAM_BODY (1u << 1)

typedef struct tenon_route {
  uint32_t size, flags;
  tenon_str method;  /* "GET" answers HEAD too */
  tenon_str pattern; /* "/sources/{name}/rows", last segment may be "{rest...}"; a literal beats a parameter */
  void *self;
  /* [any] Return OK after send() or problem() or the last write(). Return another status without having
   * replied, and the host answers the published error shape from *err. After begin(), a failure ends the
   * connection without the final chunk, so that the client sees the cut. */
  tenon_status (*handle)(void *self, tenon_request *, tenon_reply *, const tenon_cancel *, tenon_error *err);
  uint64_t max_body_bytes; /* 0 = the host's limit; never more than the host's limit unless streamed */
} tenon_route;

/* One entry of `errors` in the published error shape. Frozen. */
typedef struct tenon_field_problem {
  tenon_str field, message;
} tenon_field_problem;

/* {"code":1001,"message":"...","success":false,"errors":[{"field":"name","message":"..."}]} */
typedef struct tenon_problem {
  uint32_t size;
  int32_t http_status;
  int32_t code;
  uint32_t retry_after_s; /* sent as Retry-After when not 0 */
  tenon_str message;      /* in the request's language() */
  const tenon_field_problem *fields;
  uint64_t n_fields;
} tenon_problem;

typedef struct tenon_http_v1 {
  uint32_t size, reserved;
  /* [control] create() only. CONFLICT when method and pattern are taken, INVALID for a bad pattern. */
  tenon_status (*add_route)(const tenon_host *, const tenon_route *, tenon_error *);

  /* All [one]; views live as long as the request. {NULL,0} = absent. */
  tenon_str (*method)(const tenon_request *);
  tenon_str (*path)(const tenon_request *);                     /* decoded, without the query */
  tenon_str (*param)(const tenon_request *, const char *name);  /* of the pattern, decoded */
  tenon_str (*query)(const tenon_request *, const char *name);  /* first of that name, decoded */
  tenon_str (*raw_query)(const tenon_request *);                /* what follows "?", as sent */
  tenon_str (*header)(const tenon_request *, const char *name); /* any case; several joined with ", " */
  tenon_str (*request_id)(const tenon_request *);
  tenon_str (*peer)(const tenon_request *);                     /* the client's address, no port */
  tenon_str (*language)(const tenon_request *);                 /* "zh-CN" or "en" */
  const tenon_principal *(*principal)(const tenon_request *);   /* NULL on routes not protected */

  /* [one] The whole body; for routes that do not stream it. */
  tenon_str (*body)(const tenon_request *);
  /* [one] Next bytes of a streamed body: > 0 read, 0 = end, -1 = error (client gone, too slow, too large). */
  int64_t (*read_body)(tenon_request *, void *buf, uint64_t cap, tenon_error *);

  /* [one] Before send() or begin(). INVALID for a name or value that would split the head, and for
   * framing fields (Content-Length, Transfer-Encoding, Connection), which are the host's. */
  tenon_status (*set_header)(tenon_reply *, tenon_str name, tenon_str value, tenon_error *);
  /* [one] The whole reply. body is borrowed until the call returns and goes to the socket uncopied. */
  tenon_status (*send)(tenon_reply *, int32_t http_status, tenon_str content_type, tenon_str body, tenon_error *);
  /* [one] The published error shape. */
  tenon_status (*problem)(tenon_reply *, const tenon_problem *, tenon_error *);
  /* [one] A reply whose length is not known: begin(), then write() as often as wanted. write() blocks while
   * the client reads slowly, and fails with CANCELLED when it is gone or DEADLINE when it is too slow. */
  tenon_status (*begin)(tenon_reply *, int32_t http_status, tenon_str content_type, tenon_error *);
  tenon_status (*write)(tenon_reply *, tenon_str bytes, tenon_error *);
} tenon_http_v1;

#ifdef __cplusplus
}
#endif
#endif
