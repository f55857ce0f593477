// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <tenon/channels.h>

#include "fake_http.hpp"

namespace tenon::fakes {

/// "tenon.channels/1" without sockets: FakeReply::channel is what a handler has opened. The test plays the client and
/// the host; the plugin may push and close on any thread.
class FakeChannel : public std::enable_shared_from_this<FakeChannel> {
 public:
  const bool webSocket;
  const std::string subprotocol;

  FakeChannel(bool isWebSocket, std::string_view protocol, const tenon_channel_handler& handler)
      : webSocket(isWebSocket), subprotocol(protocol), handler_(handler) {}

  /// What the plugin has pushed, in order.
  std::vector<std::string> pushed() const {
    const std::lock_guard lock(mutex_);
    return pushed_;
  }
  /// The code that it was closed with, by whomever.
  std::optional<uint32_t> code() const {
    const std::lock_guard lock(mutex_);
    return code_;
  }
  /// The plugin has given its reference back.
  bool released() const {
    const std::lock_guard lock(mutex_);
    return handle_ == nullptr;
  }

  /// The client sends a message; dropped once the channel is closed.
  void receive(std::string_view data, bool binary = false) {
    if (!code()) handler_.message(handler_.self, raw(), str(data), binary ? 1 : 0);
    tell();
  }
  /// The client or the host goes.
  void leave(uint32_t code) {
    close(code);
    tell();
  }
  /// Tells the plugin, once, that the channel is closed: what the host does as soon as it can.
  void tell() {
    uint32_t code = 0;
    {
      const std::lock_guard lock(mutex_);
      if (!code_ || told_) return;
      told_ = true;
      code = *code_;
    }
    handler_.closed(handler_.self, raw(), code);
  }

  static const tenon_channels_v1* table() noexcept {
    static const tenon_channels_v1 t = {
        sizeof t,
        0,
        [](tenon_request*, tenon_reply* reply, const tenon_channel_handler* handler, tenon_channel** out,
           tenon_error* e) { return open(reply, false, {}, handler, out, e); },
        [](tenon_request* request, tenon_reply* reply, tenon_str subprotocol, const tenon_channel_handler* handler,
           tenon_channel** out, tenon_error* e) {
          const auto& headers = reinterpret_cast<FakeRequest*>(request)->headers;
          const auto upgrade = headers.find("upgrade");
          if (upgrade == headers.end() || upgrade->second != "websocket")
            return fail(e, TENON_INVALID, "the request asks for no WebSocket", TENON_FROM_CALLER);
          return open(reply, true, view(subprotocol), handler, out, e);
        },
        [](tenon_channel* channel, tenon_str bytes, tenon_error* e) { return of(channel).push(view(bytes), e); },
        [](tenon_channel* channel, uint32_t code, tenon_str) { of(channel).close(code); },
        [](tenon_channel* channel) { of(channel).release(); }};
    return &t;
  }

 private:
  static FakeChannel& of(tenon_channel* channel) { return *reinterpret_cast<FakeChannel*>(channel); }
  tenon_channel* raw() noexcept { return reinterpret_cast<tenon_channel*>(this); }

  static tenon_status open(tenon_reply* raw, bool webSocket, std::string_view subprotocol,
                           const tenon_channel_handler* handler, tenon_channel** out, tenon_error* e) {
    auto& reply = *reinterpret_cast<FakeReply*>(raw);
    if (!TENON_HAS(tenon_channel_handler, handler, closed) || handler->closed == nullptr ||
        (webSocket && handler->message == nullptr))
      return fail(e, TENON_INVALID, "a channel without its handler's functions", TENON_FROM_CALLER);
    if (reply.sent || reply.begun) return fail(e, TENON_INVALID, "the reply was begun already", TENON_FROM_CALLER);
    reply.sent = true;
    reply.status = webSocket ? 101 : 200;
    if (!webSocket) reply.contentType = "text/event-stream; charset=utf-8";
    reply.channel = std::make_shared<FakeChannel>(webSocket, subprotocol, *handler);
    reply.channel->handle_ = reply.channel;
    *out = reply.channel->raw();
    return TENON_OK;
  }
  tenon_status push(std::string_view bytes, tenon_error* e) {
    const std::lock_guard lock(mutex_);
    if (code_) return fail(e, TENON_CANCELLED, "the channel is closed", TENON_FROM_CALLER);
    pushed_.emplace_back(bytes);
    return TENON_OK;
  }
  void close(uint32_t code) {
    const std::lock_guard lock(mutex_);
    if (!code_) code_ = code;
  }
  void release() {
    std::shared_ptr<FakeChannel> last;  // goes after the lock
    const std::lock_guard lock(mutex_);
    last.swap(handle_);
  }

  const tenon_channel_handler handler_;
  mutable std::mutex mutex_;
  std::shared_ptr<FakeChannel> handle_;  // the plugin's reference
  std::vector<std::string> pushed_;
  std::optional<uint32_t> code_;
  bool told_ = false;
};

}  // namespace tenon::fakes
