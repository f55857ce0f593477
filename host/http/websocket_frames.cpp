// SPDX-License-Identifier: Apache-2.0
#include "websocket_frames.h"

#include <algorithm>

#include "syntax.h"
#include "tenon/str.hpp"

namespace tenon::host {

namespace {

constexpr unsigned kFinal = 0x80, kReserved = 0x70, kOpcode = 0x0F, kMasked = 0x80, kLength = 0x7F;
constexpr unsigned kLength16 = 126, kLength64 = 127;
constexpr size_t kMostControlBytes = 125, kMaskBytes = 4, kMostReasonBytes = 123;
constexpr size_t kKeepCapacity = 512;  // an idle connection keeps no more

/// Bytes of the length that follow the first two.
size_t extendedBytes(unsigned length) noexcept {
  return length == kLength64 ? 8 : length == kLength16 ? 2 : 0;
}

void appendBigEndian(std::string& out, uint64_t value, int bytes) {
  for (int shift = 8 * (bytes - 1); shift >= 0; shift -= 8)
    out.push_back(static_cast<char>((value >> static_cast<unsigned>(shift)) & 0xFFU));
}

}  // namespace

bool isCloseCode(uint32_t code) noexcept {
  return (code >= 1000 && code <= 1003) || (code >= 1007 && code <= 1014) || (code >= 3000 && code <= 4999);
}

void appendFrame(std::string& out, Opcode opcode, std::string_view payload) {
  out.reserve(out.size() + payload.size() + 10);
  out.push_back(static_cast<char>(kFinal | static_cast<unsigned>(opcode)));
  if (payload.size() < kLength16) {
    out.push_back(static_cast<char>(payload.size()));
  } else if (payload.size() <= 0xFFFF) {
    out.push_back(static_cast<char>(kLength16));
    appendBigEndian(out, payload.size(), 2);
  } else {
    out.push_back(static_cast<char>(kLength64));
    appendBigEndian(out, payload.size(), 8);
  }
  out.append(payload);
}

void appendCloseFrame(std::string& out, uint32_t code, std::string_view reason) {
  std::string payload;
  if (code != close_code::kNone) {
    appendBigEndian(payload, code, 2);
    reason = utf8Prefix(reason, kMostReasonBytes);
    if (isUtf8(reason)) payload.append(reason);
  }
  appendFrame(out, Opcode::Close, payload);
}

WebSocketDecoder::Event WebSocketDecoder::bad(uint32_t code) noexcept {
  ended_ = true;
  code_ = code;
  data_ = {};
  return Event::Bad;
}

WebSocketDecoder::Event WebSocketDecoder::next(std::string_view& input) {
  data_ = {};
  if (delivered_) {
    delivered_ = false;
    message_.clear();
    if (message_.capacity() > kKeepCapacity) message_.shrink_to_fit();
  }
  for (;;) {
    if (ended_) {
      input = {};
      return Event::More;
    }
    if (!inPayload_) {
      const HeadResult head = readHead(input);
      if (head != HeadResult::Done) return head == HeadResult::More ? Event::More : Event::Bad;
    }
    readPayload(input);
    if (left_ != 0) return Event::More;
    inPayload_ = false;
    headBytes_ = 0;
    if (const Event event = endOfFrame(); event != Event::More) return event;
  }
}

/// What is wrong with the first two bytes of a frame: a close code, or 0.
uint32_t WebSocketDecoder::badStart() const noexcept {
  const unsigned first = head_[0], second = head_[1];
  const bool known = opcode_ <= static_cast<uint8_t>(Opcode::Binary) ||
                     (opcode_ >= static_cast<uint8_t>(Opcode::Close) && opcode_ <= static_cast<uint8_t>(Opcode::Pong));
  if ((first & kReserved) != 0 || !known || (second & kMasked) == 0) return close_code::kProtocolError;
  if (isControl()) return !final_ || (second & kLength) > kMostControlBytes ? close_code::kProtocolError : 0;
  const bool goesOn = opcode_ == static_cast<uint8_t>(Opcode::Continuation);
  return goesOn == (messageOpcode_ == 0) ? close_code::kProtocolError : 0;
}

/// The length must be written in as few bytes as it fits in, and the message must stay within its limit.
uint32_t WebSocketDecoder::badLength(uint64_t length, size_t extended) const noexcept {
  if ((extended == 2 && length < kLength16) || (extended == 8 && (length <= 0xFFFF || length >> 63U != 0)))
    return close_code::kProtocolError;
  return !isControl() && length > maxMessageBytes_ - std::min<uint64_t>(message_.size(), maxMessageBytes_)
             ? close_code::kTooLarge
             : 0;
}

WebSocketDecoder::HeadResult WebSocketDecoder::readHead(std::string_view& input) {
  const auto take = [&](size_t upTo) {
    while (headBytes_ < upTo && !input.empty()) {
      head_[headBytes_++] = static_cast<unsigned char>(input.front());
      input.remove_prefix(1);
    }
    return headBytes_ >= upTo;
  };
  if (!take(2)) return HeadResult::More;
  final_ = (head_[0] & kFinal) != 0;
  opcode_ = static_cast<uint8_t>(head_[0] & kOpcode);
  if (const uint32_t wrong = badStart(); wrong != 0) return bad(wrong), HeadResult::Bad;
  const size_t extended = extendedBytes(head_[1] & kLength);
  if (!take(2 + extended)) return HeadResult::More;
  uint64_t length = head_[1] & kLength;
  if (extended != 0) length = 0;
  for (size_t i = 0; i < extended; ++i) length = (length << 8U) | head_[2 + i];
  if (const uint32_t wrong = badLength(length, extended); wrong != 0) return bad(wrong), HeadResult::Bad;
  if (!take(2 + extended + kMaskBytes)) return HeadResult::More;
  if (!isControl() && messageOpcode_ == 0) messageOpcode_ = opcode_;
  control_.clear();
  left_ = length;
  maskAt_ = 2 + extended;
  inPayload_ = true;
  return HeadResult::Done;
}

void WebSocketDecoder::readPayload(std::string_view& input) {
  std::string& to = isControl() ? control_ : message_;
  const auto n = static_cast<size_t>(std::min<uint64_t>(left_, input.size()));
  const size_t from = to.size();
  to.append(input.substr(0, n));
  input.remove_prefix(n);
  left_ -= n;
  std::array<unsigned char, kMaskBytes> mask{};
  const auto at = head_.begin() + static_cast<ptrdiff_t>(maskAt_);
  std::copy_n(at, kMaskBytes, mask.begin());
  for (size_t i = 0; i < n; ++i)
    to[from + i] = static_cast<char>(static_cast<unsigned char>(to[from + i]) ^ mask[i % kMaskBytes]);
  // The next piece goes on in the middle of the mask: it is turned so that it begins there.
  std::rotate(at, at + static_cast<ptrdiff_t>(n % kMaskBytes), at + static_cast<ptrdiff_t>(kMaskBytes));
}

WebSocketDecoder::Event WebSocketDecoder::endOfFrame() {
  if (isControl()) {
    if (opcode_ == static_cast<uint8_t>(Opcode::Close)) return closeEvent();
    data_ = control_;
    return opcode_ == static_cast<uint8_t>(Opcode::Ping) ? Event::Ping : Event::Pong;
  }
  if (!final_) return Event::More;
  const bool isText = messageOpcode_ == static_cast<uint8_t>(Opcode::Text);
  messageOpcode_ = 0;
  if (isText && !isUtf8(message_)) return bad(close_code::kNotUtf8);
  data_ = message_;
  delivered_ = true;
  return isText ? Event::Text : Event::Binary;
}

WebSocketDecoder::Event WebSocketDecoder::closeEvent() {
  if (control_.size() == 1) return bad(close_code::kProtocolError);
  code_ = close_code::kNone;
  if (control_.size() >= 2) {
    code_ =
        static_cast<uint32_t>(static_cast<unsigned char>(control_[0])) << 8U | static_cast<unsigned char>(control_[1]);
    if (!isCloseCode(code_)) return bad(close_code::kProtocolError);
    data_ = std::string_view(control_).substr(2);
    if (!isUtf8(data_)) return bad(close_code::kNotUtf8);
  }
  ended_ = true;
  return Event::Close;
}

}  // namespace tenon::host
