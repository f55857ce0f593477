// SPDX-License-Identifier: Apache-2.0
#include "channels_service.h"

#include "channel.h"
#include "connection.h"
#include "tenon/error.hpp"

namespace tenon::host {

namespace {

void mustBeWhole(const tenon_channel_handler* handler, bool withMessages, tenon_channel** out) {
  if (out == nullptr || handler == nullptr || !TENON_HAS(tenon_channel_handler, handler, closed) ||
      handler->closed == nullptr || (withMessages && handler->message == nullptr))
    throw Failure(TENON_INVALID, "a channel needs its handler's functions and a place for its reference")
        .from(TENON_FROM_CALLER);
}

tenon_status openEvents(tenon_request* request, tenon_reply*, const tenon_channel_handler* handler, tenon_channel** out,
                        tenon_error* e) {
  return guard(e, [&] {
    request->connection->mustBeOnHandlerThread("open_events");
    mustBeWhole(handler, false, out);
    return request->connection->openEvents(*handler, out, e);
  });
}

tenon_status openWebSocket(tenon_request* request, tenon_reply*, tenon_str subprotocol,
                           const tenon_channel_handler* handler, tenon_channel** out, tenon_error* e) {
  return guard(e, [&] {
    request->connection->mustBeOnHandlerThread("open_websocket");
    mustBeWhole(handler, true, out);
    return request->connection->openWebSocket(view(subprotocol), *handler, out, e);
  });
}

tenon_status push(tenon_channel* channel, tenon_str bytes, tenon_error* e) {
  return guard(e, [&] { return channel->push(view(bytes), e); });
}

void close(tenon_channel* channel, uint32_t code, tenon_str reason) {
  channel->close(code, view(reason));
}

void release(tenon_channel* channel) {
  if (channel != nullptr) channel->release();
}

constexpr tenon_channels_v1 kTable = {sizeof(tenon_channels_v1), 0, openEvents, openWebSocket, push, close, release};

}  // namespace

const void* ChannelsService::table() const noexcept {
  return &kTable;
}

}  // namespace tenon::host
