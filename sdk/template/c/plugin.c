/* SPDX-License-Identifier: Apache-2.0 */
/* GET /hello/{name} answers {"hello":true}. What every plugin has: an instance, a life, one exported function. */
#include "tenon_plugin_manifest.h"

#include <stdlib.h>

#include <tenon/tenon.h>

typedef struct hello {
  const tenon_http_v1 *http;
} hello;

static tenon_status answer(void *self, tenon_request *request, tenon_reply *reply, const tenon_cancel *cancel,
                           tenon_error *error) {
  static const char body[] = "{\"hello\":true}";
  const hello *h = (const hello *)self;
  const tenon_str type = {"application/json", 16}, text = {body, sizeof body - 1};
  (void)request;
  (void)cancel;
  return h->http->send(reply, 200, type, text, error);
}

static tenon_status create(const tenon_host *host, void **self, tenon_error *error) {
  hello *h = (hello *)calloc(1, sizeof *h);
  tenon_route route = {sizeof route, 0, {"GET", 3}, {"/hello/{name}", 13}, NULL, answer, 0};
  tenon_status status;
  if (h == NULL) return TENON_UNAVAILABLE;
  h->http = (const tenon_http_v1 *)host->service(host, TENON_HTTP_ID, TENON_UPTO(tenon_http_v1, send));
  route.self = h;
  status = h->http != NULL ? h->http->add_route(host, &route, error) : TENON_UNSUPPORTED;
  if (status != TENON_OK) {
    free(h);
    return status;
  }
  *self = h;
  return TENON_OK;
}

static tenon_status start(void *self, tenon_error *error) {
  (void)self;
  (void)error;
  return TENON_OK;
}

static tenon_status drain(void *self, uint64_t deadline_ms, tenon_error *error) {
  (void)self;
  (void)deadline_ms;
  (void)error;
  return TENON_OK;
}

static void destroy(void *self) { free(self); }

const tenon_plugin *tenon_plugin_entry_1(void) {
  static const tenon_plugin plugin = {TENON_MAGIC,
                                      sizeof(tenon_plugin),
                                      TENON_ABI_MAJOR,
                                      TENON_ABI_MINOR,
                                      TENON_MANIFEST_ABI_MINOR_NEEDED,
                                      0,
                                      TENON_MANIFEST_ID,
                                      TENON_MANIFEST_VERSION,
                                      TENON_MANIFEST_TITLE,
                                      tenon_manifest_needs,
                                      TENON_MANIFEST_N_NEEDS,
                                      tenon_manifest_offers,
                                      TENON_MANIFEST_N_OFFERS,
                                      create,
                                      start,
                                      drain,
                                      destroy,
                                      NULL};
  return &plugin;
}
