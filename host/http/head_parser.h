// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace tenon::host {

struct HeadLimits {
  uint32_t maxHeadBytes = 32768, maxRequestLineBytes = 8192, maxFields = 100;
};

enum class Framing : uint8_t { None, Length, Chunked };

struct HeaderField {
  std::string_view name, value;
};

/// One request's head: views into the bytes it was parsed from.
struct RequestHead {
  std::string_view method, target;
  std::string_view path, query;  ///< of the target, undecoded; query without "?"
  bool hasQuery = false;
  bool http11 = true;
  bool keepAlive = true;
  bool expectsContinue = false;
  Framing framing = Framing::None;
  uint64_t contentLength = 0;
  std::vector<HeaderField> fields;

  /// The first field of that name, or an absent view (data() == nullptr).
  std::string_view field(std::string_view name) const noexcept;
  /// Does the field come more than once? Two of what may be one only mean two things to two readers.
  bool repeats(std::string_view name) const noexcept;
  void clear() {
    fields.clear();
    method = target = path = query = {};  // of bytes that may be gone
    hasQuery = expectsContinue = false;
    http11 = keepAlive = true;
    framing = Framing::None;
    contentLength = 0;
  }
};

/// Finds and reads request heads, strictly by RFC 9112: what two servers could frame in two ways is refused.
class HeadParser {
 public:
  enum class Result : uint8_t { More, Done, Bad };

  explicit HeadParser(HeadLimits limits) noexcept : limits_(limits) {}

  /// `input`: every byte received since the last request, which must not have moved its content. On Done,
  /// headBytes() of it are the head. On Bad, status() is what to answer; the connection must be closed.
  Result parse(std::string_view input, RequestHead& out);
  size_t headBytes() const noexcept { return end_; }
  int status() const noexcept { return status_; }
  /// Before the next request.
  void reset() noexcept { scanned_ = start_ = end_ = 0; }

 private:
  Result bad(int status) noexcept {
    status_ = status;
    return Result::Bad;
  }
  Result requestLine(std::string_view line, RequestHead& out);
  Result fields(std::string_view block, RequestHead& out);
  Result framing(RequestHead& out);

  HeadLimits limits_;
  size_t scanned_ = 0;  // bytes that are known not to end the head
  size_t start_ = 0;    // of the request line, after one empty line that RFC 9112 2.2 lets pass
  size_t end_ = 0;
  int status_ = 0;
};

}  // namespace tenon::host
