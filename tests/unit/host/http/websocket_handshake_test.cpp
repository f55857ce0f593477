// SPDX-License-Identifier: Apache-2.0
#include "http/websocket_handshake.h"

#include <gtest/gtest.h>

#include <string>

#include "http/head_parser.h"

namespace tenon::host {
namespace {

constexpr char kFields[] =
    "Host: x\r\nUpgrade: WebSocket\r\nConnection: keep-alive, Upgrade\r\nSec-WebSocket-Version: 13\r\n"
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";

/// Why the request is refused; "" = it is not.
std::string whyNot(const std::string& line, const std::string& fields, std::string_view subprotocol = {}) {
  const std::string wire = line + "\r\n" + fields + "\r\n";
  HeadParser parser({32768, 8192, 100});
  tenon_request request;
  EXPECT_EQ(parser.parse(wire, request.head), HeadParser::Result::Done) << wire;
  return std::string(whyNoWebSocket(request, subprotocol));
}

std::string with(const std::string& old, const std::string& replacement) {
  std::string fields = kFields;
  const size_t at = fields.find(old);
  EXPECT_NE(at, std::string::npos);
  return fields.replace(at, old.size(), replacement);
}

TEST(WebSocketHandshake, answers_the_key_of_the_rfc) {
  EXPECT_EQ(webSocketAccept("dGhlIHNhbXBsZSBub25jZQ=="), "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
}

TEST(WebSocketHandshake, lets_an_upgrade_pass) {
  EXPECT_EQ(whyNot("GET /a HTTP/1.1", kFields), "");
  EXPECT_EQ(
      whyNot("GET /a HTTP/1.1", with("Connection: keep-alive, Upgrade", "Connection: close\r\nConnection: upgrade")),
      "")
      << "the list may be in two fields";
}

TEST(WebSocketHandshake, says_why_not) {
  EXPECT_NE(whyNot("HEAD /a HTTP/1.1", kFields), "");
  EXPECT_NE(whyNot("POST /a HTTP/1.1", kFields), "");
  EXPECT_NE(whyNot("GET /a HTTP/1.0", kFields), "");
  for (const auto& [old, replacement] : {std::pair<const char*, const char*>{"WebSocket\r", "h2c\r"},
                                         {"Upgrade: WebSocket\r\n", ""},
                                         {", Upgrade", ""},
                                         {"Version: 13", "Version: 8"},
                                         {"Version: 13", "Version: 13\r\nSec-WebSocket-Version: 8"},
                                         {"Sec-WebSocket-Version: 13\r\n", ""},
                                         {"dGhlIHNhbXBsZSBub25jZQ==", "dGhlIHNhbXBsZQ=="},
                                         {"dGhlIHNhbXBsZSBub25jZQ==", "dGhlIHNhbXBsZSBub25jZ!=="},
                                         {"dGhlIHNhbXBsZSBub25jZQ==", "dGhlIHNhbXBsZSBub25jZQAA"},
                                         {"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n", ""},
                                         {"Host: x", "Host: x\r\nContent-Length: 3"},
                                         {"Host: x", "Host: x\r\nTransfer-Encoding: chunked"}})
    EXPECT_NE(whyNot("GET /a HTTP/1.1", with(old, replacement)), "") << replacement;
}

TEST(WebSocketHandshake, takes_a_subprotocol_that_the_client_offers) {
  const std::string offers = std::string(kFields) + "Sec-WebSocket-Protocol: one, two\r\n";
  EXPECT_EQ(whyNot("GET /a HTTP/1.1", offers, "two"), "");
  EXPECT_NE(whyNot("GET /a HTTP/1.1", offers, "three"), "");
  EXPECT_NE(whyNot("GET /a HTTP/1.1", offers, "one, two"), "") << "not a token";
  EXPECT_NE(whyNot("GET /a HTTP/1.1", kFields, "one"), "");
}

}  // namespace
}  // namespace tenon::host
