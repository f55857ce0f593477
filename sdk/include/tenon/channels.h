/* SPDX-License-Identifier: Apache-2.0 */
/* "tenon.channels/1": connections that stay open when their handler has returned, and hold no thread then:
 * event streams (text/event-stream) and WebSockets (RFC 6455). */
#ifndef TENON_CHANNELS_H
#define TENON_CHANNELS_H

#include "http.h"

#ifdef __cplusplus
extern "C" {
#endif

#define TENON_CHANNELS_ID "tenon.channels/1"

typedef struct tenon_channel tenon_channel;

typedef struct tenon_channel_handler {
  uint32_t size, reserved;
  void *self;
  uint64_t max_message_bytes; /* of one received message; 0 = 1 MiB. A larger one closes with 1009. */
  uint64_t max_queued_bytes;  /* that may wait for a slow client; 0 = 1 MiB. More closes the channel. */
  uint64_t heartbeat_ms;      /* 0 = 15,000. An event stream gets a comment line, a WebSocket a ping; a client that
                               * has sent nothing since the ping before is gone (1006). */
  /* [any] A whole message of a WebSocket. Calls for one channel never overlap. A text message is valid UTF-8.
   * Runs on a thread that serves requests: it may read a database, as a handler may. */
  void (*message)(void *self, tenon_channel *, tenon_str data, int32_t binary);
  /* [any] Once for each opened channel, and the last call for it: `code` is a close code of RFC 6455; 1006 when the
   * client went without one, 1008 when it read too slowly, 1001 when the host or the plugin leaves. */
  void (*closed)(void *self, tenon_channel *, uint32_t code);
} tenon_channel_handler;

typedef struct tenon_channels_v1 {
  uint32_t size, reserved;
  /* [one] In a handler, instead of send(): 200 and text/event-stream with the headers that were set. The handler then
   * returns OK; if it does not, the connection ends and closed() is called. *out is one reference. */
  tenon_status (*open_events)(tenon_request *, tenon_reply *, const tenon_channel_handler *, tenon_channel **out,
                              tenon_error *);
  /* [one] In a handler of a GET route, instead of send(): 101. `subprotocol` is told to the client, {NULL,0} = none.
   * INVALID, and nothing is sent, when the request is not an upgrade to version 13 of the protocol. */
  tenon_status (*open_websocket)(tenon_request *, tenon_reply *, tenon_str subprotocol, const tenon_channel_handler *,
                                 tenon_channel **out, tenon_error *);
  /* [any] Queues bytes of an event stream, or one text message of a WebSocket; never blocks, keeps the order of the
   * calls. CANCELLED when the channel is closed; TOO_LARGE when max_queued_bytes are passed, and it is closed (1008). */
  tenon_status (*push)(tenon_channel *, tenon_str bytes, tenon_error *);
  /* [any] What is queued is sent first. A WebSocket gets the code and the reason (at most 123 bytes). */
  void (*close)(tenon_channel *, uint32_t code, tenon_str reason);
  /* [any] Gives the reference back. The channel lives on; closed() is called all the same. */
  void (*release)(tenon_channel *);
} tenon_channels_v1;

#ifdef __cplusplus
}
#endif
#endif
