/* SPDX-License-Identifier: Apache-2.0 */
/* "tenon.auth/1", offered by a plugin: who is asking? The host's gate asks it for every protected route,
 * before the body is read and before the handler runs. Without a provider protected routes answer 503. */
#ifndef TENON_AUTH_H
#define TENON_AUTH_H

#include "cancel.h"
#include "plugin.h"

#ifdef __cplusplus
extern "C" {
#endif

#define TENON_AUTH_ID "tenon.auth/1"

typedef struct tenon_credentials {
  uint32_t size, reserved;
  tenon_str bearer;  /* what follows "Bearer ", or {NULL,0} */
  tenon_str tenant;  /* X-Tenant-Id, or {NULL,0} */
  tenon_str method, path, peer;
} tenon_credentials;

/* Filled by value, so that nothing of the provider is held. Texts are NUL-terminated. */
typedef struct tenon_principal {
  uint32_t size, reserved;
  char user_id[64];
  char user_name[128];
  char tenant_id[64];
} tenon_principal;

typedef struct tenon_auth_v1 {
  uint32_t size, reserved;
  /* [any] UNAUTHENTICATED: no or bad credentials. DENIED: known, but no member of the tenant asked for.
   * *out is written only on success. Called on the hot path: a repeat must not touch a database. */
  tenon_status (*authenticate)(void *self, const tenon_credentials *, tenon_principal *out, const tenon_cancel *,
                               tenon_error *);
} tenon_auth_v1;

#ifdef __cplusplus
}
#endif
#endif
