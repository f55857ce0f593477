// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

struct z_stream_s;

namespace tenon::host {

/// A gzip encoder that is made once for a thread and reused. Throws Failure(UNAVAILABLE) without memory.
class GzipEncoder {
 public:
  GzipEncoder();
  ~GzipEncoder();
  GzipEncoder(const GzipEncoder&) = delete;
  GzipEncoder& operator=(const GzipEncoder&) = delete;

  /// Begins a new member.
  void restart();
  /// Appends the encoded form of `bytes` to `out`. flush: what was given so far can be decoded by the reader;
  /// last: ends the member.
  void encode(std::string_view bytes, std::string& out, bool flush, bool last);

 private:
  z_stream_s* stream_;
};

/// True when Accept-Encoding takes gzip (or "*") with a weight above zero.
bool acceptsGzip(std::string_view acceptEncoding) noexcept;
/// Text and JSON are worth compressing; images and archives are compressed already.
bool worthCompressing(std::string_view contentType) noexcept;

}  // namespace tenon::host
