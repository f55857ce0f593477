// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstdint>
#include <string_view>
#include <utility>

#include <tenon/channels.h>

#include "http.hpp"

namespace tenon {

/// A plugin's reference to a channel; given back on destruction, which does not close the channel. Movable. push() and
/// close() may be called on any thread, also when the channel is closed already.
class Channel {
 public:
  Channel() noexcept = default;
  Channel(const tenon_channels_v1* channels, tenon_channel* raw) noexcept : channels_(channels), raw_(raw) {}
  Channel(Channel&& other) noexcept : channels_(other.channels_), raw_(std::exchange(other.raw_, nullptr)) {}
  Channel& operator=(Channel&& other) noexcept {
    if (this != &other) {
      reset();
      channels_ = other.channels_;
      raw_ = std::exchange(other.raw_, nullptr);
    }
    return *this;
  }
  Channel(const Channel&) = delete;
  Channel& operator=(const Channel&) = delete;
  ~Channel() { reset(); }

  void reset() noexcept {
    if (raw_ != nullptr) channels_->release(std::exchange(raw_, nullptr));
  }
  explicit operator bool() const noexcept { return raw_ != nullptr; }
  tenon_channel* raw() const noexcept { return raw_; }

  /// Never blocks. False when the channel is closed, or is now because its client reads too slowly. Throws Failure for
  /// what is no text.
  bool push(std::string_view bytes) const {
    Error e;
    const tenon_status status = channels_->push(raw_, str(bytes), &e);
    if (status == TENON_CANCELLED || status == TENON_TOO_LARGE) return false;
    check(status, e);
    return true;
  }
  void close(uint32_t code = 1000, std::string_view reason = {}) const noexcept {
    channels_->close(raw_, code, str(reason));
  }

 private:
  const tenon_channels_v1* channels_ = nullptr;
  tenon_channel* raw_ = nullptr;
};

/// 0 = the host's default.
struct ChannelLimits {
  uint64_t maxMessageBytes = 0, maxQueuedBytes = 0, heartbeat_ms = 0;
};

/// Opens channels whose events go to a `Receiver` with
///   void message(std::string_view data, bool binary);   // of a WebSocket; may throw: the channel closes with 1011
///   void closed(uint32_t code);                         // once and last: here it may delete itself
/// Neither is called before the handler that opened the channel has returned. Throws Failure when the host refuses.
class Channels {
 public:
  explicit Channels(const tenon_host* host)
      : channels_(static_cast<const tenon_channels_v1*>(
            host->service(host, TENON_CHANNELS_ID, TENON_UPTO(tenon_channels_v1, release)))) {
    if (channels_ == nullptr) throw Failure(TENON_UNSUPPORTED, "this host has no tenon.channels/1");
  }

  const tenon_channels_v1* raw() const noexcept { return channels_; }

  template <class Receiver>
  Channel openEvents(Request& request, Reply& reply, Receiver* receiver, const ChannelLimits& limits = {}) const {
    const tenon_channel_handler handler = handlerOf(receiver, nullptr, limits);
    tenon_channel* out = nullptr;
    Error e;
    check(channels_->open_events(request.raw(), reply.raw(), &handler, &out, &e), e);
    return Channel(channels_, out);
  }

  /// `subprotocol` is one of those that the client offers, or empty.
  template <class Receiver>
  Channel openWebSocket(Request& request, Reply& reply, std::string_view subprotocol, Receiver* receiver,
                        const ChannelLimits& limits = {}) const {
    table() = channels_;  // the same for the whole process, as for Http
    const tenon_channel_handler handler = handlerOf(receiver, &messageThunk<Receiver>, limits);
    tenon_channel* out = nullptr;
    Error e;
    check(channels_->open_websocket(request.raw(), reply.raw(), str(subprotocol), &handler, &out, &e), e);
    return Channel(channels_, out);
  }

 private:
  static std::atomic<const tenon_channels_v1*>& table() noexcept {
    static std::atomic<const tenon_channels_v1*> t = nullptr;
    return t;
  }
  template <class Receiver>
  static void messageThunk(void* self, tenon_channel* channel, tenon_str data, int32_t binary) noexcept {
    const tenon_status status = guard(nullptr, [&] { static_cast<Receiver*>(self)->message(view(data), binary != 0); });
    if (status != TENON_OK) table().load()->close(channel, 1011, kAbsent);
  }
  template <class Receiver>
  static void closedThunk(void* self, tenon_channel*, uint32_t code) noexcept {
    guard(nullptr, [&] { static_cast<Receiver*>(self)->closed(code); });
  }
  template <class Receiver>
  static tenon_channel_handler handlerOf(Receiver* receiver, decltype(tenon_channel_handler::message) message,
                                         const ChannelLimits& limits) noexcept {
    return {sizeof(tenon_channel_handler),
            0,
            receiver,
            limits.maxMessageBytes,
            limits.maxQueuedBytes,
            limits.heartbeat_ms,
            message,
            &closedThunk<Receiver>};
  }

  const tenon_channels_v1* channels_;
};

}  // namespace tenon
