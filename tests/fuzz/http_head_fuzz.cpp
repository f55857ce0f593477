// SPDX-License-Identifier: Apache-2.0
// A head is framed the same however it arrives, and what is framed is consistent.
#include <string>

#include "fuzz.h"
#include "http/head_parser.h"
#include "http/request.h"

using tenon::host::Framing;
using tenon::host::HeadParser;
using tenon::host::RequestHead;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view input = textOf(data, size);
  tenon_request whole;
  HeadParser parser({2048, 512, 20});
  const auto result = parser.parse(input, whole.head);

  // Byte by byte: the same result at the same place.
  RequestHead pieces;
  HeadParser slow({2048, 512, 20});
  auto last = HeadParser::Result::More;
  for (size_t n = 1; n <= size && last == HeadParser::Result::More; ++n) last = slow.parse(input.substr(0, n), pieces);
  MUST(last == result || (result == HeadParser::Result::Bad && last == HeadParser::Result::More));

  if (result == HeadParser::Result::Bad) {
    MUST(parser.status() >= 400 && parser.status() < 600);
    return 0;
  }
  if (result == HeadParser::Result::More) return 0;
  MUST(slow.headBytes() == parser.headBytes() && parser.headBytes() <= size);
  MUST(pieces.framing == whole.head.framing && pieces.contentLength == whole.head.contentLength &&
       pieces.fields.size() == whole.head.fields.size() && pieces.keepAlive == whole.head.keepAlive);
  MUST(whole.head.framing != Framing::Length || whole.head.field("transfer-encoding").data() == nullptr);
  MUST(whole.head.fields.size() <= 20);
  for (const auto& f : whole.head.fields) {
    MUST(!f.name.empty());
    MUST(f.value.find_first_of(std::string_view("\r\n\0", 3)) == std::string_view::npos);
  }
  // A path that is accepted climbs nowhere and hides no separator.
  if (whole.head.path != "*" && whole.decodePath())
    for (const auto& segment : whole.segments) {
      MUST(segment != "." && segment != "..");
      MUST(segment.find('\0') == std::string::npos);
    }
  if (tenon::host::queryDecodes(whole.head.query)) {
    whole.query("a");
    whole.query("");
  }
  return 0;
}
