// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace tenon::graphql {

/// Where a request belongs in a trace that goes through several programs (W3C Trace Context).
struct TraceContext {
  std::string traceId;   ///< 32 hexadecimal digits
  std::string parentId;  ///< 16: the caller's span; empty = the trace begins here
  std::string spanId;    ///< 16: this request's
  bool isSampled = false;

  /// Of a `traceparent` that is one; else of a trace that begins here.
  static TraceContext of(std::optional<std::string_view> traceparent);
  /// Did the client say it?
  bool isGiven() const noexcept { return !parentId.empty(); }
};

}  // namespace tenon::graphql
