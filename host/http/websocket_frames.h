// SPDX-License-Identifier: Apache-2.0
// The frames of RFC 6455, without extensions. No sockets here.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace tenon::host {

namespace close_code {
inline constexpr uint32_t kNormal = 1000, kGoingAway = 1001, kProtocolError = 1002, kNone = 1005, kAbnormal = 1006,
                          kNotUtf8 = 1007, kTooSlow = 1008, kTooLarge = 1009, kInternalError = 1011, kTryLater = 1013;
}  // namespace close_code

/// May the code stand in a close frame? 1005 and 1006 say that there was none.
bool isCloseCode(uint32_t code) noexcept;

enum class Opcode : uint8_t { Continuation = 0, Text = 1, Binary = 2, Close = 8, Ping = 9, Pong = 10 };

/// A whole frame of a server: unmasked. Throws std::bad_alloc with `out` unchanged.
void appendFrame(std::string& out, Opcode opcode, std::string_view payload);
/// kNone makes a frame without a code. The reason is cut to 123 bytes, between two characters.
void appendCloseFrame(std::string& out, uint32_t code, std::string_view reason);

/// Takes apart what a client sends, however it arrives, and puts fragmented messages together.
class WebSocketDecoder {
 public:
  enum class Event : uint8_t {
    More,    ///< the input is used up
    Text,    ///< a whole message, valid UTF-8
    Binary,  ///< a whole message
    Close,   ///< code() and, as data(), the reason
    Ping,
    Pong,
    Bad  ///< against the protocol: code() is what to close with
  };

  explicit WebSocketDecoder(uint64_t maxMessageBytes) noexcept : maxMessageBytes_(maxMessageBytes) {}

  /// Takes what it uses off the front of `input`. After Close and Bad it takes everything and answers More.
  Event next(std::string_view& input);
  /// Of the last event; valid until the next call.
  std::string_view data() const noexcept { return data_; }
  uint32_t code() const noexcept { return code_; }
  /// Bytes of a message that is not whole yet.
  size_t held() const noexcept { return message_.size(); }

 private:
  enum class HeadResult : uint8_t { More, Done, Bad };

  HeadResult readHead(std::string_view& input);
  uint32_t badStart() const noexcept;
  uint32_t badLength(uint64_t length, size_t extended) const noexcept;
  void readPayload(std::string_view& input);
  Event endOfFrame();
  Event closeEvent();
  Event bad(uint32_t code) noexcept;
  bool isControl() const noexcept { return opcode_ >= static_cast<uint8_t>(Opcode::Close); }

  uint64_t maxMessageBytes_;
  std::array<unsigned char, 14> head_{};  // of the frame that is arriving
  size_t headBytes_ = 0;
  bool inPayload_ = false, final_ = false;
  uint8_t opcode_ = 0;
  uint8_t messageOpcode_ = 0;  // of the message that is arriving, 0 = none
  bool delivered_ = false;     // the last event's data is in message_
  bool ended_ = false;
  uint64_t left_ = 0;    // of the payload
  size_t maskAt_ = 0;    // of the four bytes of the mask
  std::string message_;  // fragments so far
  std::string control_;  // payload of a control frame
  std::string_view data_;
  uint32_t code_ = 0;
};

}  // namespace tenon::host
