// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "request.h"

namespace tenon::host {

/// Why the request cannot become a WebSocket that speaks `subprotocol` (empty = none); empty when it can.
std::string_view whyNoWebSocket(tenon_request& request, std::string_view subprotocol);

/// Sec-WebSocket-Accept: what proves to the client that its Sec-WebSocket-Key was read by a WebSocket server.
std::string webSocketAccept(std::string_view key);

}  // namespace tenon::host
