// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace tenon::host {

/// Origins that may call from a browser. Empty = CORS is off.
struct CorsConfig {
  std::vector<std::string> origins;  ///< exact, such as "https://app.example.com"
  bool credentials = false;
  uint32_t max_age_s = 600;
};

/// PEM files. Both empty = plain HTTP.
struct TlsConfig {
  std::string certificate, key;
  bool atLeast13 = false;  ///< otherwise 1.2
};

/// Every limit of the HTTP layer, with a safe default.
struct HttpConfig {
  std::string address = "127.0.0.1";
  uint16_t port = 8080;                      ///< 0 = any free one
  uint32_t threads = 0;                      ///< 0 = four for each core, at least 8
  uint32_t max_threads = 0;                  ///< with those that stand in for threads held up; 0 = 16 times threads
  uint32_t max_connections = 20000;          ///< with open channels; beyond: 503 with Retry-After
  uint32_t max_head_bytes = 32768;           ///< request line and fields; beyond: 431
  uint32_t max_request_line_bytes = 8192;    ///< beyond: 414
  uint32_t max_header_fields = 100;          ///< beyond: 431
  uint64_t max_body_bytes = 10485760;        ///< beyond: 413
  uint64_t max_buffered_bytes = 268435456;   ///< of bodies that are arriving (beyond: 503), of what waits in channels
  uint64_t head_timeout_ms = 10000;          ///< from a request's first byte to the end of its head: 408
  uint64_t body_timeout_ms = 30000;          ///< to the end of its body: 408
  uint64_t idle_timeout_ms = 60000;          ///< between two requests of a connection
  uint64_t write_timeout_ms = 30000;         ///< without the client taking a byte
  uint32_t min_bytes_per_second = 240;       ///< of a reply and of a streamed body, past the time-outs; 0 = any
  uint64_t request_timeout_ms = 60000;       ///< the deadline handed down with a request
  uint32_t max_requests_per_connection = 0;  ///< 0 = no limit
  uint32_t gzip_min_bytes = 4096;            ///< 0 = never compress
  bool access_log = true;
  std::string language = "zh-CN";  ///< when Accept-Language does not say
  CorsConfig cors;
  TlsConfig tls;
};

}  // namespace tenon::host
