// SPDX-License-Identifier: Apache-2.0
#include "http/websocket_frames.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "client_frame.h"

namespace tenon::host {
namespace {

using Event = WebSocketDecoder::Event;

constexpr unsigned kContinuation = 0, kText = 1, kBinary = 2, kClose = 8, kPing = 9, kPong = 10;

/// Everything that comes out of some bytes: "text:...", "close 1000:...", "bad 1002".
std::vector<std::string> eventsOf(std::string_view wire, size_t step = SIZE_MAX, uint64_t limit = 1000000) {
  WebSocketDecoder decoder(limit);
  std::vector<std::string> out;
  while (!wire.empty()) {
    std::string_view piece = wire.substr(0, step);
    wire.remove_prefix(piece.size());
    for (Event event{}; (event = decoder.next(piece)) != Event::More;) {
      const std::string data(decoder.data());
      switch (event) {
        case Event::Text: out.push_back("text:" + data); break;
        case Event::Binary: out.push_back("binary:" + data); break;
        case Event::Close: out.push_back("close " + std::to_string(decoder.code()) + ":" + data); break;
        case Event::Ping: out.push_back("ping:" + data); break;
        case Event::Pong: out.push_back("pong:" + data); break;
        case Event::Bad: out.push_back("bad " + std::to_string(decoder.code())); break;
        case Event::More: break;
      }
    }
    EXPECT_TRUE(piece.empty()) << "More means that everything is used up";
  }
  return out;
}

using Events = std::vector<std::string>;

TEST(WebSocketDecoder, reads_the_examples_of_the_rfc) {
  EXPECT_EQ(eventsOf("\x81\x85\x37\xfa\x21\x3d\x7f\x9f\x4d\x51\x58"), Events{"text:Hello"});
  EXPECT_EQ(eventsOf("\x89\x85\x37\xfa\x21\x3d\x7f\x9f\x4d\x51\x58"), Events{"ping:Hello"});
}

TEST(WebSocketDecoder, decodes_however_the_bytes_arrive) {
  const std::string wire = clientFrame("Hello") + clientFrame(std::string(300, 'a'), {.opcode = kBinary}) +
                           clientFrame("a\xE2\x82", {.final = false}) + clientFrame("pi", {.opcode = kPing}) +
                           clientFrame("", {.opcode = kContinuation, .final = false}) +
                           clientFrame("po", {.opcode = kPong}) + clientFrame("\xAC", {.opcode = kContinuation}) +
                           clientFrame("") + clientFrame(closePayload(4000, "bye"), {.opcode = kClose});
  const Events expected = {
      "text:Hello",    "binary:" + std::string(300, 'a'), "ping:pi", "pong:po", "text:a\xE2\x82\xAC", "text:",
      "close 4000:bye"};
  for (size_t step = 1; step <= wire.size(); ++step) EXPECT_EQ(eventsOf(wire, step), expected) << step;
}

TEST(WebSocketDecoder, reads_each_form_of_a_length) {
  for (const size_t size : {0U, 1U, 125U, 126U, 127U, 65535U, 65536U, 70000U}) {
    const std::string payload(size, 'x');
    EXPECT_EQ(eventsOf(clientFrame(payload, {.opcode = kBinary}), 1000), Events{"binary:" + payload}) << size;
  }
}

TEST(WebSocketDecoder, refuses_a_length_in_more_bytes_than_it_needs) {
  EXPECT_EQ(eventsOf(clientFrame("abc", {.lengthBytes = 2})), Events{"bad 1002"});
  EXPECT_EQ(eventsOf(clientFrame(std::string(125, 'x'), {.lengthBytes = 2})), Events{"bad 1002"});
  EXPECT_EQ(eventsOf(clientFrame("abc", {.lengthBytes = 8})), Events{"bad 1002"});
  EXPECT_EQ(eventsOf(clientFrame(std::string(65535, 'x'), {.lengthBytes = 8})), Events{"bad 1002"});
  EXPECT_EQ(eventsOf(clientFrame("", {.lengthBytes = 8, .length = uint64_t{1} << 63U})), Events{"bad 1002"});
}

TEST(WebSocketDecoder, refuses_what_is_not_masked) {
  EXPECT_EQ(eventsOf(clientFrame("abc", {.masked = false})), Events{"bad 1002"});
  EXPECT_EQ(eventsOf(clientFrame("", {.opcode = kPing, .masked = false})), Events{"bad 1002"});
}

TEST(WebSocketDecoder, refuses_reserved_bits_and_opcodes) {
  for (const unsigned bits : {1U, 2U, 4U, 7U})
    for (const unsigned opcode : {kText, kPing, kClose})
      EXPECT_EQ(eventsOf(clientFrame("a", {.opcode = opcode, .reserved = bits})), Events{"bad 1002"}) << bits;
  for (const unsigned opcode : {3U, 4U, 5U, 6U, 7U, 11U, 12U, 13U, 14U, 15U})
    EXPECT_EQ(eventsOf(clientFrame("a", {.opcode = opcode})), Events{"bad 1002"}) << opcode;
}

TEST(WebSocketDecoder, refuses_a_control_frame_that_is_long_or_in_pieces) {
  for (const unsigned opcode : {kPing, kPong, kClose}) {
    EXPECT_EQ(eventsOf(clientFrame("a", {.opcode = opcode, .final = false})), Events{"bad 1002"});
    EXPECT_EQ(eventsOf(clientFrame(std::string(126, 'x'), {.opcode = opcode})), Events{"bad 1002"});
  }
  EXPECT_EQ(eventsOf(clientFrame(std::string(125, 'x'), {.opcode = kPing})), Events{"ping:" + std::string(125, 'x')});
}

TEST(WebSocketDecoder, refuses_fragments_out_of_order) {
  EXPECT_EQ(eventsOf(clientFrame("a", {.opcode = kContinuation})), Events{"bad 1002"});
  EXPECT_EQ(eventsOf(clientFrame("a", {.opcode = kContinuation, .final = false})), Events{"bad 1002"});
  EXPECT_EQ(eventsOf(clientFrame("a", {.final = false}) + clientFrame("b")), Events{"bad 1002"});
  EXPECT_EQ(eventsOf(clientFrame("a", {.final = false}) + clientFrame("b", {.opcode = kBinary, .final = false})),
            Events{"bad 1002"});
  EXPECT_EQ(eventsOf(clientFrame("a") + clientFrame("b", {.opcode = kContinuation})), (Events{"text:a", "bad 1002"}))
      << "the message before is over";
}

TEST(WebSocketDecoder, knows_a_bad_frame_by_its_first_bytes) {
  EXPECT_EQ(eventsOf(clientFrame("abc", {.masked = false}).substr(0, 2)), Events{"bad 1002"});
  EXPECT_EQ(eventsOf(clientFrame("", {.lengthBytes = 8, .length = 2000000}).substr(0, 10)), Events{"bad 1009"});
}

TEST(WebSocketDecoder, refuses_text_that_is_not_utf8) {
  for (const std::string& text :
       Events{"\xFF", "a\xC0\x80", "\xED\xA0\x80", "\xF4\x90\x80\x80", "\xE2\x82", "\x80", "\xC3("})
    EXPECT_EQ(eventsOf(clientFrame(text)), Events{"bad 1007"}) << text;
  EXPECT_EQ(eventsOf(clientFrame("\xE2\x82", {.final = false}) + clientFrame("x", {.opcode = kContinuation})),
            Events{"bad 1007"})
      << "across fragments";
  EXPECT_EQ(eventsOf(clientFrame("\xFF", {.opcode = kBinary})), Events{"binary:\xFF"});
}

TEST(WebSocketDecoder, bounds_a_message_and_not_what_comes_between) {
  EXPECT_EQ(eventsOf(clientFrame("12345"), SIZE_MAX, 5), Events{"text:12345"});
  EXPECT_EQ(eventsOf(clientFrame("123456"), SIZE_MAX, 5), Events{"bad 1009"});
  EXPECT_EQ(eventsOf(clientFrame("123", {.final = false}) + clientFrame("pinging", {.opcode = kPing}) +
                         clientFrame("456", {.opcode = kContinuation}),
                     SIZE_MAX, 5),
            (Events{"ping:pinging", "bad 1009"}));
  EXPECT_EQ(eventsOf(clientFrame("123") + clientFrame("45678"), SIZE_MAX, 5), (Events{"text:123", "text:45678"}));
}

TEST(WebSocketDecoder, reads_how_the_client_closes) {
  const auto close = [](const std::string& payload) {
    return eventsOf(clientFrame(payload, {.opcode = kClose}) + clientFrame("not heard any more"));
  };
  EXPECT_EQ(close(""), Events{"close 1005:"});
  EXPECT_EQ(close("\x03"), Events{"bad 1002"});
  for (const uint32_t code : {1000U, 1001U, 1002U, 1003U, 1007U, 1008U, 1009U, 1010U, 1011U, 1014U, 3000U, 4999U})
    EXPECT_EQ(close(closePayload(code, "why")), Events{"close " + std::to_string(code) + ":why"});
  for (const uint32_t code : {0U, 1U, 999U, 1004U, 1005U, 1006U, 1015U, 1016U, 2000U, 2999U, 5000U, 65535U})
    EXPECT_EQ(close(closePayload(code)), Events{"bad 1002"}) << code;
  EXPECT_EQ(close(closePayload(1000, "\xFF")), Events{"bad 1007"});
  EXPECT_EQ(close(closePayload(1000, std::string(123, 'x'))), Events{"close 1000:" + std::string(123, 'x')});
}

TEST(WebSocketDecoder, hears_nothing_after_a_mistake) {
  EXPECT_EQ(eventsOf(clientFrame("a", {.masked = false}) + clientFrame("b") + clientFrame("c")), Events{"bad 1002"});
}

TEST(WebSocketDecoder, lets_go_of_a_message_that_has_been_seen) {
  WebSocketDecoder decoder(1000000);
  const std::string wire = clientFrame(std::string(100000, 'x')) + clientFrame("begin", {.final = false});
  std::string_view input = wire;
  EXPECT_EQ(decoder.next(input), Event::Text);
  EXPECT_EQ(decoder.next(input), Event::More);
  EXPECT_EQ(decoder.held(), 5U) << "of the message that has begun";
}

TEST(Frames, of_the_server_are_whole_and_not_masked) {
  const auto frame = [](Opcode opcode, std::string_view payload) {
    std::string out = "kept ";
    appendFrame(out, opcode, payload);
    return out.substr(5);
  };
  EXPECT_EQ(frame(Opcode::Text, "Hello"), "\x81\x05Hello");
  EXPECT_EQ(frame(Opcode::Ping, ""), std::string("\x89\x00", 2));
  EXPECT_EQ(frame(Opcode::Binary, std::string(126, 'x')).substr(0, 4), std::string("\x82\x7E\x00\x7E", 4));
  EXPECT_EQ(frame(Opcode::Text, std::string(65535, 'x')).substr(0, 4), "\x81\x7E\xFF\xFF");
  const std::string large = frame(Opcode::Text, std::string(65536, 'x'));
  EXPECT_EQ(large.substr(0, 10), std::string("\x81\x7F\x00\x00\x00\x00\x00\x01\x00\x00", 10));
  EXPECT_EQ(large.size(), 65546U);
}

TEST(Frames, that_close_have_a_code_and_a_reason_that_fits) {
  const auto close = [](uint32_t code, std::string_view reason) {
    std::string out;
    appendCloseFrame(out, code, reason);
    return out;
  };
  EXPECT_EQ(close(1000, "bye"),
            "\x88\x05\x03\xE8"
            "bye");
  EXPECT_EQ(close(close_code::kNone, "never said"), std::string("\x88\x00", 2));
  EXPECT_EQ(close(1001, std::string(200, 'x')).size(), 2U + 125U);
  const std::string cut = close(1001, std::string(122, 'x') + "\xE2\x82\xAC");
  EXPECT_EQ(cut.size(), 2U + 2U + 122U) << "no half character";
  EXPECT_EQ(close(1001, "\xFF"), "\x88\x02\x03\xE9") << "a reason that is no text is left out";
}

}  // namespace
}  // namespace tenon::host
