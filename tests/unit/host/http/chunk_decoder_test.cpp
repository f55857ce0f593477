// SPDX-License-Identifier: Apache-2.0
#include "http/chunk_decoder.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace tenon::host {
namespace {

using Result = ChunkDecoder::Result;

TEST(ChunkDecoder, decodes_however_the_bytes_arrive) {
  const std::string wire = "5;name=value\r\nhello\r\nA\r\n, world...\r\n0\r\nX-Sum: 1\r\nX-More: 2\r\n\r\nNEXT";
  for (size_t step = 1; step <= wire.size(); ++step) {
    ChunkDecoder decoder;
    std::string body;
    size_t at = 0;
    Result result = Result::More;
    while (result == Result::More && at < wire.size()) {
      size_t used = 0;
      result = decoder.decode(std::string_view(wire).substr(at, step), body, 1000, used);
      at += used;
    }
    ASSERT_EQ(result, Result::Done) << step;
    EXPECT_EQ(body, "hello, world...");
    EXPECT_EQ(wire.substr(at), "NEXT");
  }
}

TEST(ChunkDecoder, gives_no_more_than_was_asked_for) {
  ChunkDecoder decoder;
  std::string body;
  size_t used = 0;
  EXPECT_EQ(decoder.decode("A\r\n0123456789\r\n0\r\n\r\n", body, 4, used), Result::More);
  EXPECT_EQ(body, "0123");
  EXPECT_EQ(used, 7U);
}

TEST(ChunkDecoder, refuses_malformed_chunks) {
  for (const std::string& wire :
       std::vector<std::string>{"x\r\n", "\r\n", "-1\r\n", " 1\r\na\r\n", "1 \r\na\r\n", "1\na\r\n", "1\r\nab\r\n",
                                "1\r\na\n", "0\r\n\n", "0\r\n:\r\n", "0\r\nX\x01: y\r\n\r\n", "1234567890123456\r\n"}) {
    ChunkDecoder decoder;
    std::string body;
    size_t used = 0;
    EXPECT_EQ(decoder.decode(wire, body, 1000, used), Result::Bad) << wire;
  }
}

TEST(ChunkDecoder, bounds_extensions_and_trailers) {
  for (const std::string& wire :
       std::vector<std::string>{"1;" + std::string(2000, 'x'), "0\r\n" + std::string(20000, 'x')}) {
    ChunkDecoder decoder;
    std::string body;
    size_t used = 0;
    EXPECT_EQ(decoder.decode(wire, body, 1000, used), Result::Bad);
  }
}

}  // namespace
}  // namespace tenon::host
