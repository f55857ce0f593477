// SPDX-License-Identifier: Apache-2.0
#include "trace_context.h"

#include <algorithm>
#include <random>

namespace tenon::graphql {

namespace {

constexpr size_t kTraceDigits = 32, kSpanDigits = 16, kLength = 55;

bool isHex(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}
bool isId(std::string_view text) {
  return isHex(text) && text.find_first_not_of('0') != std::string_view::npos;
}

/// Not secret: nobody is let in by it.
std::string randomId(size_t digits) {
  thread_local std::mt19937_64 random{std::random_device{}()};
  std::string out;
  while (!isId(out)) {
    out.clear();
    while (out.size() < digits) {
      uint64_t bits = random();
      for (int i = 0; i < 16; ++i, bits >>= 4U) out += "0123456789abcdef"[bits & 15U];
    }
    out.resize(digits);
  }
  return out;
}

/// "00-<trace>-<span>-<flags>"; a later version may go on behind another "-".
bool isTraceparent(std::string_view text) {
  if (text.size() < kLength || text[2] != '-' || text[35] != '-' || text[52] != '-') return false;
  const std::string_view version = text.substr(0, 2);
  if (!isHex(version) || version == "ff") return false;
  if (version == "00" ? text.size() != kLength : text.size() > kLength && text[kLength] != '-') return false;
  return isId(text.substr(3, kTraceDigits)) && isId(text.substr(36, kSpanDigits)) && isHex(text.substr(53, 2));
}

}  // namespace

TraceContext TraceContext::of(std::optional<std::string_view> traceparent) {
  TraceContext out;
  if (traceparent && isTraceparent(*traceparent)) {
    out.traceId = traceparent->substr(3, kTraceDigits);
    out.parentId = traceparent->substr(36, kSpanDigits);
    out.isSampled = (std::string_view("13579bdf").find((*traceparent)[54]) != std::string_view::npos);
  } else {
    out.traceId = randomId(kTraceDigits);
  }
  out.spanId = randomId(kSpanDigits);
  return out;
}

}  // namespace tenon::graphql
