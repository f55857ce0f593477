/* SPDX-License-Identifier: Apache-2.0 */
/* The frozen signatures of ABI 1.0: offsets do not see a changed parameter type, these do. */
#include <tenon/tenon.h>

#define SIGNATURE(T, M, R, ARGS) \
  _Static_assert(_Generic(((T *)0)->M, R(*) ARGS: 1, default: 0), "ABI break: signature of " #T "." #M)

SIGNATURE(struct tenon_host, service, const void *, (const tenon_host *, const char *id, uint32_t need_size));
SIGNATURE(struct tenon_host, provide, tenon_status, (const tenon_host *, const char *id, const char *name, const void *table, void *self, tenon_error *));
SIGNATURE(struct tenon_host, acquire, tenon_status, (const tenon_host *, const char *id, const char *name, tenon_ref *out, tenon_error *));
SIGNATURE(struct tenon_host, release, void, (const tenon_host *, tenon_ref *ref));
SIGNATURE(struct tenon_host, names, void, (const tenon_host *, const char *id, void (*on_name)(void *ctx, tenon_str name), void *ctx));
SIGNATURE(tenon_plugin, create, tenon_status, (const tenon_host *, void **self, tenon_error *));
SIGNATURE(tenon_plugin, start, tenon_status, (void *self, tenon_error *));
SIGNATURE(tenon_plugin, drain, tenon_status, (void *self, uint64_t deadline_ms, tenon_error *));
SIGNATURE(tenon_plugin, destroy, void, (void *self));
SIGNATURE(tenon_plugin, health, tenon_status, (void *self, tenon_error *));
SIGNATURE(tenon_log_v1, enabled, int32_t, (const tenon_host *, int32_t level));
SIGNATURE(tenon_log_v1, write, void, (const tenon_host *, int32_t level, tenon_str message, tenon_str fields_json));
SIGNATURE(tenon_config_v1, get, tenon_status, (const tenon_host *, tenon_str json_pointer, void (*on_value)(void *ctx, tenon_str json), void *ctx, tenon_error *));
SIGNATURE(tenon_config_v1, data_dir, tenon_status, (const tenon_host *, tenon_str *out, tenon_error *));
SIGNATURE(tenon_config_v1, home_dir, tenon_status, (const tenon_host *, tenon_str *out, tenon_error *));
SIGNATURE(tenon_cancel, is_set, int32_t, (const struct tenon_cancel *));
SIGNATURE(tenon_cancel, watch, uint64_t, (const struct tenon_cancel *, void (*fn)(void *arg), void *arg));
SIGNATURE(tenon_cancel, unwatch, void, (const struct tenon_cancel *, uint64_t token));
SIGNATURE(tenon_clock_v1, wall_ms, int64_t, (const tenon_host *));
SIGNATURE(tenon_clock_v1, monotonic_ms, uint64_t, (const tenon_host *));
SIGNATURE(tenon_tasks_v1, submit, tenon_status, (const tenon_host *, tenon_task_fn fn, void *arg, tenon_error *));
SIGNATURE(tenon_tasks_v1, schedule, tenon_status, (const tenon_host *, uint64_t delay_ms, uint64_t period_ms, tenon_task_fn fn, void *arg, uint64_t *token, tenon_error *));
SIGNATURE(tenon_tasks_v1, cancel, void, (const tenon_host *, uint64_t token));
SIGNATURE(tenon_events_v1, publish, tenon_status, (const tenon_host *, const tenon_event *, tenon_error *));
SIGNATURE(tenon_events_v1, subscribe, tenon_status, (const tenon_host *, tenon_str type, tenon_event_fn fn, void *arg, uint64_t *token, tenon_error *));
SIGNATURE(tenon_events_v1, unsubscribe, void, (const tenon_host *, uint64_t token));
SIGNATURE(tenon_events_v1, heard, int32_t, (const tenon_host *, tenon_str type));
SIGNATURE(tenon_metrics_v1, define, tenon_status, (const tenon_host *, const tenon_metric_spec *, tenon_metric **out, tenon_error *));
SIGNATURE(tenon_metrics_v1, add, void, (tenon_metric *, double amount));
SIGNATURE(tenon_metrics_v1, set, void, (tenon_metric *, double value));
SIGNATURE(tenon_metrics_v1, observe, void, (tenon_metric *, double value));
SIGNATURE(tenon_metrics_v1, expose, void, (const tenon_host *, void (*on_text)(void *ctx, tenon_str text), void *ctx));
SIGNATURE(tenon_auth_v1, authenticate, tenon_status, (void *self, const tenon_credentials *, tenon_principal *out, const tenon_cancel *, tenon_error *));
SIGNATURE(tenon_route, handle, tenon_status, (void *self, tenon_request *, tenon_reply *, const tenon_cancel *, tenon_error *err));
SIGNATURE(tenon_http_v1, add_route, tenon_status, (const tenon_host *, const tenon_route *, tenon_error *));
SIGNATURE(tenon_http_v1, method, tenon_str, (const tenon_request *));
SIGNATURE(tenon_http_v1, path, tenon_str, (const tenon_request *));
SIGNATURE(tenon_http_v1, param, tenon_str, (const tenon_request *, const char *name));
SIGNATURE(tenon_http_v1, query, tenon_str, (const tenon_request *, const char *name));
SIGNATURE(tenon_http_v1, raw_query, tenon_str, (const tenon_request *));
SIGNATURE(tenon_http_v1, header, tenon_str, (const tenon_request *, const char *name));
SIGNATURE(tenon_http_v1, request_id, tenon_str, (const tenon_request *));
SIGNATURE(tenon_http_v1, peer, tenon_str, (const tenon_request *));
SIGNATURE(tenon_http_v1, language, tenon_str, (const tenon_request *));
SIGNATURE(tenon_http_v1, principal, const tenon_principal *, (const tenon_request *));
SIGNATURE(tenon_http_v1, body, tenon_str, (const tenon_request *));
SIGNATURE(tenon_http_v1, read_body, int64_t, (tenon_request *, void *buf, uint64_t cap, tenon_error *));
SIGNATURE(tenon_http_v1, set_header, tenon_status, (tenon_reply *, tenon_str name, tenon_str value, tenon_error *));
SIGNATURE(tenon_http_v1, send, tenon_status, (tenon_reply *, int32_t http_status, tenon_str content_type, tenon_str body, tenon_error *));
SIGNATURE(tenon_http_v1, problem, tenon_status, (tenon_reply *, const tenon_problem *, tenon_error *));
SIGNATURE(tenon_http_v1, begin, tenon_status, (tenon_reply *, int32_t http_status, tenon_str content_type, tenon_error *));
SIGNATURE(tenon_http_v1, write, tenon_status, (tenon_reply *, tenon_str bytes, tenon_error *));
SIGNATURE(tenon_channel_handler, message, void, (void *self, tenon_channel *, tenon_str data, int32_t binary));
SIGNATURE(tenon_channel_handler, closed, void, (void *self, tenon_channel *, uint32_t code));
SIGNATURE(tenon_channels_v1, open_events, tenon_status, (tenon_request *, tenon_reply *, const tenon_channel_handler *, tenon_channel **out, tenon_error *));
SIGNATURE(tenon_channels_v1, open_websocket, tenon_status, (tenon_request *, tenon_reply *, tenon_str subprotocol, const tenon_channel_handler *, tenon_channel **out, tenon_error *));
SIGNATURE(tenon_channels_v1, push, tenon_status, (tenon_channel *, tenon_str bytes, tenon_error *));
SIGNATURE(tenon_channels_v1, close, void, (tenon_channel *, uint32_t code, tenon_str reason));
SIGNATURE(tenon_channels_v1, release, void, (tenon_channel *));
SIGNATURE(tenon_rows, schema, tenon_status, (struct tenon_rows *, struct ArrowSchema *out, tenon_error *));
SIGNATURE(tenon_rows, next, tenon_status, (struct tenon_rows *, struct ArrowArray *out, tenon_error *));
SIGNATURE(tenon_rows, close, void, (struct tenon_rows *));
SIGNATURE(tenon_datasource_v1, capabilities, uint64_t, (void *self));
SIGNATURE(tenon_datasource_v1, open, tenon_status, (void *self, tenon_str config_json, tenon_source **out, tenon_error *));
SIGNATURE(tenon_datasource_v1, close_source, void, (tenon_source *));
SIGNATURE(tenon_datasource_v1, connect, tenon_status, (tenon_source *, uint32_t flags, const tenon_cancel *, tenon_conn **out, tenon_error *));
SIGNATURE(tenon_datasource_v1, close, void, (tenon_conn *));
SIGNATURE(tenon_datasource_v1, ping, tenon_status, (tenon_conn *, const tenon_cancel *, tenon_error *));
SIGNATURE(tenon_datasource_v1, dialect, const tenon_dialect *, (tenon_conn *));
SIGNATURE(tenon_datasource_v1, query, tenon_status, (tenon_conn *, const tenon_query *, const tenon_cancel *, tenon_rows *out, tenon_error *));
SIGNATURE(tenon_datasource_v1, execute, tenon_status, (tenon_conn *, const tenon_query *, const tenon_cancel *, tenon_outcome *out, tenon_error *));
SIGNATURE(tenon_datasource_v1, transact, tenon_status, (tenon_conn *, const tenon_transaction *, const tenon_cancel *, tenon_error *));
SIGNATURE(tenon_datasource_v1, describe, tenon_status, (tenon_conn *, const tenon_describe *, const tenon_cancel *, tenon_rows *out, tenon_error *));

int tenon_signature_lock(void);
int tenon_signature_lock(void) { return TENON_ABI_MINOR; }
