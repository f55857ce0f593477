/* SPDX-License-Identifier: Apache-2.0 */
/* "tenon.config/1": a plugin's own section of the configuration, and its private folder. */
#ifndef TENON_CONFIG_H
#define TENON_CONFIG_H

#include "plugin.h"

#ifdef __cplusplus
extern "C" {
#endif

#define TENON_CONFIG_ID "tenon.config/1"

typedef struct tenon_config_v1 {
  uint32_t size, reserved;
  /* [any] The value at a JSON pointer ("" = the whole section) as JSON text, good inside on_value only.
   * NOT_FOUND when the section has no such value. ${NAME} placeholders are already resolved. */
  tenon_status (*get)(const tenon_host *, tenon_str json_pointer, void (*on_value)(void *ctx, tenon_str json),
                      void *ctx, tenon_error *);
  /* [any] Absolute path of a folder that belongs to this plugin alone, mode 0700, created on first call.
   * Valid until destroy returns. */
  tenon_status (*data_dir)(const tenon_host *, tenon_str *out, tenon_error *);
  /* [any] Absolute path of the installation's home folder, under which relative paths of the
   * configuration are resolved. Valid until destroy returns. */
  tenon_status (*home_dir)(const tenon_host *, tenon_str *out, tenon_error *);
} tenon_config_v1;

#ifdef __cplusplus
}
#endif
#endif
