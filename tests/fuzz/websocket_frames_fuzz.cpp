// SPDX-License-Identifier: Apache-2.0
// A client's frames mean the same however they are cut, and stay within the limit. The first byte says how.
#include <string>

#include "fuzz.h"
#include "http/syntax.h"
#include "http/websocket_frames.h"

using tenon::host::WebSocketDecoder;

namespace {

using Event = WebSocketDecoder::Event;
constexpr uint64_t kMostMessageBytes = 300;

/// Everything that comes out, in one text.
std::string decode(std::string_view input, size_t piece) {
  std::string out;
  WebSocketDecoder decoder(kMostMessageBytes);
  bool ended = false;
  while (!input.empty()) {
    std::string_view part = input.substr(0, piece);
    input.remove_prefix(part.size());
    for (Event event{}; (event = decoder.next(part)) != Event::More;) {
      MUST(!ended);
      ended = event == Event::Close || event == Event::Bad;
      MUST(decoder.data().size() <= kMostMessageBytes);
      if (event == Event::Text) MUST(tenon::host::isUtf8(decoder.data()));
      if (event == Event::Bad) MUST(tenon::host::isCloseCode(decoder.code()));
      if (event == Event::Close) MUST(decoder.code() == 1005 || tenon::host::isCloseCode(decoder.code()));
      out += std::to_string(static_cast<int>(event)) + " " + (ended ? std::to_string(decoder.code()) : "") + ":" +
             std::string(decoder.data()) + "\n";
    }
    MUST(part.empty());
    MUST(decoder.held() <= kMostMessageBytes);
  }
  return out;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  const std::string_view input = textOf(data + 1, size - 1);
  const std::string whole = decode(input, input.size() + 1), cut = decode(input, data[0] % 16U + 1);
  MUST(whole == cut);
  return 0;
}
