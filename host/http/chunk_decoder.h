// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace tenon::host {

/// Decodes a chunked body as it arrives. Extensions and trailers are read, bounded and dropped.
class ChunkDecoder {
 public:
  enum class Result : uint8_t { More, Done, Bad };

  /// Appends decoded bytes to `body`, at most `most` in this call; `used` = bytes of `input` consumed. More
  /// means that either the input or `most` is used up. After Done the rest of the input is the next request.
  Result decode(std::string_view input, std::string& body, size_t most, size_t& used);
  void reset() noexcept { *this = ChunkDecoder(); }

 private:
  enum class State : uint8_t {
    Size,
    Extension,
    SizeLf,
    Data,
    DataCr,
    DataLf,
    Trailer,
    TrailerLine,
    TrailerLf,
    FinalLf
  };
  static constexpr uint32_t kMostOverhead = 16384;  // bytes of extensions and trailers in one body
  static constexpr uint32_t kMostExtension = 1024;  // of one chunk

  State state_ = State::Size;
  uint64_t left_ = 0;    // of the chunk's data
  uint32_t digits_ = 0;  // of the size line
  uint32_t overhead_ = 0, extension_ = 0;
};

}  // namespace tenon::host
