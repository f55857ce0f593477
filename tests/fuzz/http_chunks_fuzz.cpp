// SPDX-License-Identifier: Apache-2.0
// A chunked body is the same however it is cut. The first byte says how.
#include <string>

#include "fuzz.h"
#include "http/chunk_decoder.h"

using tenon::host::ChunkDecoder;

namespace {

struct Outcome {
  ChunkDecoder::Result result = ChunkDecoder::Result::More;
  std::string body;
  size_t used = 0;
};

Outcome decode(std::string_view input, size_t piece, size_t most) {
  Outcome out;
  ChunkDecoder decoder;
  std::string pending;
  for (size_t at = 0; out.result == ChunkDecoder::Result::More && (at < input.size() || !pending.empty());) {
    const size_t take = std::min(piece, input.size() - at);
    pending.append(input.substr(at, take));
    at += take;
    size_t used = 0;
    const size_t before = out.body.size();
    out.result = decoder.decode(pending, out.body, most, used);
    MUST(used <= pending.size() && out.body.size() - before <= most);
    const bool stuck = used == 0 && take == 0 && out.body.size() == before;
    pending.erase(0, used);
    out.used += used;
    if (stuck) break;
  }
  return out;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  const std::string_view input = textOf(data + 1, size - 1);
  const Outcome whole = decode(input, input.size() + 1, SIZE_MAX),
                cut = decode(input, data[0] % 16 + 1, data[0] / 16 + 1);
  MUST(whole.result == cut.result);
  if (whole.result == ChunkDecoder::Result::Done) MUST(whole.body == cut.body && whole.used == cut.used);
  MUST(whole.body.size() <= input.size());
  return 0;
}
