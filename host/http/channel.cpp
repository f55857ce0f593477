// SPDX-License-Identifier: Apache-2.0
#include "channel.h"

#include <sys/epoll.h>

#include <algorithm>
#include <charconv>

#include <tenon/log.h>

#include "connection.h"
#include "server_core.h"
#include "syntax.h"
#include "tenon/deadline.hpp"
#include "tenon/error.hpp"

using namespace tenon;
using namespace tenon::host;

namespace {

constexpr uint64_t kDefaultBytes = 1048576, kDefaultHeartbeat_ms = 15000;
constexpr uint64_t kCloseWait_ms = 2000;      // for the client's half of the closing handshake
constexpr size_t kKeepCapacity = 512;         // an idle channel keeps no more
constexpr size_t kCompactBytes = 65536;       // what has been sent of a long queue is given back
constexpr size_t kMostFramingBytes = 32;      // around one message
constexpr std::string_view kComment = ":\n";  // of an event stream: clients skip it

void appendChunk(std::string& out, std::string_view bytes) {
  char size[24];
  out.append(size, std::to_chars(size, size + sizeof size, bytes.size(), 16).ptr).append("\r\n");
  out.append(bytes).append("\r\n");
}

uint64_t orDefault(uint64_t value, uint64_t byDefault) noexcept {
  return value != 0 ? value : byDefault;
}

}  // namespace

tenon_channel::tenon_channel(Kind kind, const tenon_channel_handler& handler, const void* owner, ServerCore& core)
    : kind_(kind),
      handler_(handler),
      owner_(owner),
      core_(core),
      maxQueuedBytes_(orDefault(handler.max_queued_bytes, kDefaultBytes)),
      heartbeat_ms_(orDefault(handler.heartbeat_ms, kDefaultHeartbeat_ms)),
      decoder_(orDefault(handler.max_message_bytes, kDefaultBytes)) {}

// ---- any thread -------------------------------------------------------------------------------------------

tenon_status tenon_channel::push(std::string_view bytes, tenon_error* e) {
  if (isWebSocket() && !isUtf8(bytes)) return fail(e, TENON_INVALID, "a text message must be UTF-8", TENON_FROM_CALLER);
  const std::lock_guard lock(mutex_);
  if (closing_) return fail(e, TENON_CANCELLED, "the channel is closed", TENON_FROM_CALLER);
  if (bytes.empty() && !isWebSocket()) return TENON_OK;
  if (bytes.size() <= maxQueuedBytes_ - std::min<uint64_t>(pending(), maxQueuedBytes_)) {
    out_.reserve(out_.size() + bytes.size() + kMostFramingBytes);  // nothing is left half appended
    if (pending() == 0) taken_ms_ = monotonicMs();
    switch (kind_) {
      case Kind::WebSocket: appendFrame(out_, Opcode::Text, bytes); break;
      case Kind::ChunkedEvents: appendChunk(out_, bytes); break;
      case Kind::EventsToTheEnd: out_.append(bytes); break;
    }
    midLine_ = !bytes.empty() && bytes.back() != '\n';
    send();
    if (pending() == 0 || !overBudget()) return TENON_OK;
  }
  end(close_code::kTooSlow, "read too slowly");
  return fail(e, TENON_TOO_LARGE, "the client reads too slowly: too much waits for it", TENON_FROM_CALLER);
}

void tenon_channel::close(uint32_t code, std::string_view reason) noexcept {
  const std::lock_guard lock(mutex_);
  if (!closing_) end(isCloseCode(code) ? code : close_code::kInternalError, reason);
}

void tenon_channel::forget() noexcept {
  const std::lock_guard lock(mutex_);
  closing_ = told_ = true;
  lose();
}

void tenon_channel::release() noexcept {
  std::shared_ptr<tenon_channel> last;  // goes after the lock
  const std::lock_guard lock(mutex_);
  last.swap(handle_);
}

// ---- the thread that has the connection -------------------------------------------------------------------

bool tenon_channel::attach(Connection& connection, std::string_view head) {
  const std::lock_guard lock(mutex_);
  if (closing_) return false;
  out_ = head;
  connection_ = &connection;
  taken_ms_ = monotonicMs();
  beat_ms_ = taken_ms_ + heartbeat_ms_;
  send();
  return true;
}

tenon_channel* tenon_channel::handOut() {
  const std::lock_guard lock(mutex_);
  handle_ = shared_from_this();
  return this;
}

void tenon_channel::attended() noexcept {
  const std::lock_guard lock(mutex_);
  armed_ = false;
}

ssize_t tenon_channel::read(char* buffer, size_t size) noexcept {
  const std::lock_guard lock(mutex_);
  if (cut_) return kGone;
  const ssize_t n = connection_->transport().read(buffer, size);
  readWantsWrite_ = n == kWouldBlock && connection_->transport().wantsWrite();
  if (n > 0) silent_ = false;
  return n;
}

bool tenon_channel::closing() noexcept {
  const std::lock_guard lock(mutex_);
  return closing_;
}

void tenon_channel::deliver(bool binary) {
  if (closing()) return;
  Error e;
  if (guard(&e, [&] { handler_.message(handler_.self, this, str(decoder_.data()), binary ? 1 : 0); }) == TENON_OK)
    return;
  core_.log.write("http", TENON_LOG_ERROR, "an exception has left a channel's message(): " + std::string(e.text()));
  close(close_code::kInternalError, {});
}

void tenon_channel::receive(std::string_view& input, int& budget) {
  if (!isWebSocket() || peerDone_) input = {};
  for (; budget > 0; --budget) {
    const WebSocketDecoder::Event event = decoder_.next(input);  // with nothing left, it lets go of the last message
    if (event == WebSocketDecoder::Event::More) break;
    if (event == WebSocketDecoder::Event::Text || event == WebSocketDecoder::Event::Binary) {
      deliver(event == WebSocketDecoder::Event::Binary);
      continue;
    }
    const std::lock_guard lock(mutex_);
    if (event == WebSocketDecoder::Event::Ping && !closing_) {
      if (pending() >= maxQueuedBytes_) {
        end(close_code::kTooSlow, "read too slowly");
        continue;
      }
      if (pending() == 0) taken_ms_ = monotonicMs();
      appendFrame(out_, Opcode::Pong, decoder_.data());
      send();
    } else if (event == WebSocketDecoder::Event::Close || event == WebSocketDecoder::Event::Bad) {
      peerDone_ = true;
      if (!closing_) end(decoder_.code(), {});
    }
  }
  const std::lock_guard lock(mutex_);
  partialBytes_ = decoder_.held();
  account();
  if (partialBytes_ != 0 && overBudget() && !closing_) {
    peerDone_ = true;
    decoder_ = WebSocketDecoder(0);
    partialBytes_ = 0;
    end(close_code::kTryLater, "too much is being received");
  }
}

void tenon_channel::tell() noexcept {
  uint32_t code = 0;
  {
    const std::lock_guard lock(mutex_);
    if (!closing_ || told_) return;
    told_ = true;
    code = code_;
  }
  if (code == close_code::kTooSlow)
    core_.log.write("http", TENON_LOG_WARN, "a channel was closed: the client reads too slowly");
  guard(nullptr, [&] { handler_.closed(handler_.self, this, code); });
  core_.channels.remove(*this);
}

tenon_channel::Verdict tenon_channel::settle(bool more) {
  const std::lock_guard lock(mutex_);
  flush();
  judge(monotonicMs(), more);
  if (closing_ && !told_) return Verdict::Attend;
  if (cut_) return Verdict::Cut;
  if (closing_ && pending() == 0 && (peerDone_ || !isWebSocket())) return Verdict::Linger;
  account();
  armed_ = pending() != 0 || readWantsWrite_;
  uint32_t events = EPOLLIN | EPOLLRDHUP;
  if (armed_) events |= EPOLLOUT;
  connection_->park(events, deadline_ms());
  if (more) connection_->resume();
  return Verdict::Parked;
}

void tenon_channel::detach() noexcept {
  const std::lock_guard lock(mutex_);
  connection_ = nullptr;
  lose();
  decoder_ = WebSocketDecoder(0);
  partialBytes_ = 0;
  account();
}

// ---- under the mutex --------------------------------------------------------------------------------------

/// Closes: the end of the protocol goes behind what is queued, and whoever has the connection next tells the owner.
void tenon_channel::end(uint32_t code, std::string_view reason) noexcept {
  closing_ = true;
  code_ = code;
  const uint64_t now_ms = monotonicMs();
  closeDeadline_ms_ = now_ms + core_.config.write_timeout_ms + kCloseWait_ms;
  if (connection_ == nullptr) return;
  if (pending() == 0) taken_ms_ = now_ms;
  const tenon_status appended = guard(nullptr, [&] {
    if (isWebSocket()) appendCloseFrame(out_, code, reason);
    if (kind_ == Kind::ChunkedEvents) out_.append("0\r\n\r\n");
  });
  if (appended != TENON_OK) cut_ = true;
  send();
  connection_->resume();
}

/// Nothing goes to the client any more.
void tenon_channel::lose() noexcept {
  cut_ = true;
  out_ = std::string();
  sent_ = 0;
  if (!closing_) {
    closing_ = true;
    code_ = close_code::kAbnormal;
  }
  if (connection_ != nullptr) connection_->resume();
}

/// Sends what the socket takes now. What is left follows when the client takes more.
void tenon_channel::send() noexcept {
  if (armed_) return account();  // something waits already
  flush();
  if (pending() != 0) armed_ = connection_->awaitOutput(deadline_ms());
  account();
}

void tenon_channel::flush() noexcept {
  while (sent_ < out_.size() && !cut_) {
    const iovec part{out_.data() + sent_, pending()};
    const ssize_t n = connection_->transport().write(&part, 1);
    if (n == kGone) lose();
    if (n <= 0) break;
    sent_ += static_cast<size_t>(n);
    taken_ms_ = monotonicMs();
  }
  if (pending() == 0) {
    out_.clear();
    if (out_.capacity() > kKeepCapacity) out_ = std::string();
    sent_ = 0;
    if (closing_) closeDeadline_ms_ = std::min(closeDeadline_ms_, monotonicMs() + kCloseWait_ms);
  } else if (sent_ > kCompactBytes && sent_ > out_.size() / 2) {
    out_.erase(0, sent_);
    sent_ = 0;
  }
}

/// Does what its time has come for. With more to be read, what it waits for from the client may have come.
void tenon_channel::judge(uint64_t now_ms, bool more) {
  if (cut_) return;
  if (pending() != 0 && now_ms >= taken_ms_ + core_.config.write_timeout_ms) {
    if (!closing_) code_ = close_code::kTooSlow;
    closing_ = true;
    lose();
  } else if (closing_) {
    if (now_ms >= closeDeadline_ms_) lose();
  } else if (now_ms >= beat_ms_ && !more) {
    beat_ms_ = now_ms + heartbeat_ms_;
    if (pending() == 0) beat(now_ms);  // otherwise the client is judged by what it takes
  }
}

void tenon_channel::beat(uint64_t now_ms) {
  if (isWebSocket() && silent_) {
    lose();
    return;
  }
  taken_ms_ = now_ms;
  if (isWebSocket()) {
    appendFrame(out_, Opcode::Ping, {});
    silent_ = true;
  } else if (!midLine_) {
    if (kind_ == Kind::ChunkedEvents)
      appendChunk(out_, kComment);
    else
      out_.append(kComment);
  }
  flush();
}

void tenon_channel::account() noexcept {
  const uint64_t held = pending() + partialBytes_;
  if (held == counted_) return;
  core_.bufferedBytes.fetch_add(held - counted_);
  counted_ = held;
}

/// The host holds all that it may, and some of it is this channel's.
bool tenon_channel::overBudget() const noexcept {
  return counted_ != 0 && core_.bufferedBytes.load() > core_.config.max_buffered_bytes;
}

uint64_t tenon_channel::deadline_ms() const noexcept {
  const uint64_t next = closing_ ? closeDeadline_ms_ : beat_ms_;
  return pending() != 0 ? std::min(next, taken_ms_ + core_.config.write_timeout_ms) : next;
}
