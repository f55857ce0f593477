// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include <tenon/http.h>

namespace tenon::host {
class Connection;
}

/// What the ABI's opaque reply is: lives in its connection and is reused for each request. Handler's thread.
struct tenon_reply {
  enum class State : uint8_t { Open, Streaming, Channel, Sent, Broken };
  tenon::host::Connection* connection = nullptr;
  State state = State::Open;
  int status = 0;
  std::string fields;  ///< "Name: value\r\n" lines set by the handler
  bool hasVary = false;
  bool begun = false;  ///< as a stream
  bool chunked = false, gzip = false, bodyless = false;
  uint64_t bytes = 0;  ///< of the body, as sent

  void clear() {
    state = State::Open;
    status = 0;
    fields.clear();
    hasVary = begun = chunked = gzip = bodyless = false;
    bytes = 0;
  }
};
