/* SPDX-License-Identifier: Apache-2.0 */
/* "tenon.log/1": the host's log. The host adds time, plugin id, thread and the current request's id. */
#ifndef TENON_LOG_H
#define TENON_LOG_H

#include "plugin.h"

#ifdef __cplusplus
extern "C" {
#endif

#define TENON_LOG_ID "tenon.log/1"

#define TENON_LOG_DEBUG 1
#define TENON_LOG_INFO  2
#define TENON_LOG_WARN  3
#define TENON_LOG_ERROR 4

typedef struct tenon_log_v1 {
  uint32_t size, reserved;
  /* [any] 1 when a line of this level would be written for this plugin: ask before formatting. */
  int32_t (*enabled)(const tenon_host *, int32_t level);
  /* [any] One line. fields: {NULL,0} or the text of a JSON object; members whose key names a secret
   * (password, token, secret, authorization, cookie) are masked by the host. Never blocks on a slow reader. */
  void (*write)(const tenon_host *, int32_t level, tenon_str message, tenon_str fields_json);
} tenon_log_v1;

#ifdef __cplusplus
}
#endif
#endif
