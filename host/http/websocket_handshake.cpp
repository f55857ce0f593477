// SPDX-License-Identifier: Apache-2.0
#include "websocket_handshake.h"

#include <openssl/evp.h>

#include <algorithm>
#include <array>

#include "syntax.h"
#include "tenon/error.hpp"

namespace tenon::host {

namespace {

constexpr std::string_view kGuid = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
constexpr size_t kKeyLength = 24;  // of 16 bytes in base64, with "=="

bool isKey(std::string_view key) noexcept {
  return key.size() == kKeyLength && key.substr(kKeyLength - 2) == "==" &&
         std::all_of(key.begin(), key.end() - 2, [](char c) {
           return (c >= '0' && c <= '9') || (lower(c) >= 'a' && lower(c) <= 'z') || c == '+' || c == '/';
         });
}

}  // namespace

std::string_view whyNoWebSocket(tenon_request& request, std::string_view subprotocol) {
  const RequestHead& head = request.head;
  const auto lists = [&](std::string_view field, std::string_view token) {
    return listHas(request.header(field).value_or(std::string_view()), token);
  };
  if (head.method != "GET" || !head.http11) return "a WebSocket begins with a GET of HTTP/1.1";
  if (!lists("upgrade", "websocket") || !lists("connection", "upgrade")) return "the request asks for no WebSocket";
  if (head.field("sec-websocket-version") != "13" || head.repeats("sec-websocket-version"))
    return "version 13 of the WebSocket protocol is spoken";
  if (!isKey(head.field("sec-websocket-key")) || head.repeats("sec-websocket-key"))
    return "Sec-WebSocket-Key must be 16 bytes in base64";
  if (head.framing != Framing::None) return "the request that begins a WebSocket has no body";
  if (!subprotocol.empty() && (!isToken(subprotocol) || !lists("sec-websocket-protocol", subprotocol)))
    return "the client does not offer that subprotocol";
  return {};
}

std::string webSocketAccept(std::string_view key) {
  const std::string text = std::string(key).append(kGuid);
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int bytes = 0;
  if (EVP_Digest(text.data(), text.size(), digest.data(), &bytes, EVP_sha1(), nullptr) != 1)
    throw Failure(TENON_UNAVAILABLE, "SHA-1 cannot be computed");
  std::array<unsigned char, 2 * EVP_MAX_MD_SIZE> encoded{};
  const int length = EVP_EncodeBlock(encoded.data(), digest.data(), static_cast<int>(bytes));
  return {reinterpret_cast<const char*>(encoded.data()), static_cast<size_t>(length)};
}

}  // namespace tenon::host
