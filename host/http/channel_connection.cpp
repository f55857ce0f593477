// SPDX-License-Identifier: Apache-2.0
// A connection whose handler has opened a channel: how it begins, who attends to it, how it ends.
#include <sys/epoll.h>

#include <algorithm>

#include <tenon/log.h>

#include "channel.h"
#include "connection.h"
#include "kernel/logger.h"
#include "server_core.h"
#include "syntax.h"
#include "tenon/error.hpp"
#include "thread_buffers.h"
#include "websocket_handshake.h"

namespace tenon::host {

namespace {

constexpr int kEventsAtOnce = 64;           // then other connections get their turn
constexpr uint64_t kResumeAgain_ms = 1000;  // for the sweeper, if no worker has come by then

/// Is there a field of that name among the "Name: value\r\n" lines?
bool hasField(std::string_view lines, std::string_view name) {
  while (!lines.empty()) {
    if (equalsIgnoringCase(lines.substr(0, lines.find(':')), name)) return true;
    lines.remove_prefix(lines.find('\n') + 1);
  }
  return false;
}

}  // namespace

// ---- in the handler ---------------------------------------------------------------------------------------

tenon_status Connection::openEvents(const tenon_channel_handler& handler, tenon_channel** out, tenon_error* e) {
  if (reply_.state != tenon_reply::State::Open)
    return fail(e, TENON_INVALID, "the reply was begun already", TENON_FROM_CALLER);
  if (!bodyDone_ && !bodyHere())
    return fail(e, TENON_INVALID, "the body must be read before the reply", TENON_FROM_CALLER);
  const bool headOnly = request_.head.method == "HEAD", chunked = request_.head.http11 && !headOnly;
  keepAlive_ = false;  // no request follows
  std::string& head = threadBuffers().head;
  startHead(head, 200, "text/event-stream; charset=utf-8");
  if (!hasField(reply_.fields, "cache-control")) head.append("Cache-Control: no-store\r\n");
  if (!hasField(reply_.fields, "x-accel-buffering")) head.append("X-Accel-Buffering: no\r\n");
  head.append(chunked ? "Transfer-Encoding: chunked\r\n\r\n" : "\r\n");
  using Kind = tenon_channel::Kind;
  const tenon_status status =
      openChannel(std::make_shared<tenon_channel>(chunked ? Kind::ChunkedEvents : Kind::EventsToTheEnd, handler,
                                                  request_.match.route->owner->key, core_),
                  head, out, e);
  if (status == TENON_OK && headOnly) channel_->close(close_code::kNormal, {});
  return status;
}

tenon_status Connection::openWebSocket(std::string_view subprotocol, const tenon_channel_handler& handler,
                                       tenon_channel** out, tenon_error* e) {
  if (reply_.state != tenon_reply::State::Open)
    return fail(e, TENON_INVALID, "the reply was begun already", TENON_FROM_CALLER);
  if (const std::string_view why = whyNoWebSocket(request_, subprotocol); !why.empty())
    return fail(e, TENON_INVALID, why, TENON_FROM_CALLER);
  for (const std::string_view own : {"sec-websocket-accept", "sec-websocket-extensions", "sec-websocket-protocol"})
    if (hasField(reply_.fields, own))
      return fail(e, TENON_INVALID, "the host sets the fields of the handshake itself", TENON_FROM_CALLER);
  const bool keepAlive = keepAlive_;
  keepAlive_ = true;  // "Connection: close" is not said here
  std::string& head = threadBuffers().head;
  startHead(head, 101, {});
  keepAlive_ = keepAlive;
  head.append("Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: ");
  head.append(webSocketAccept(request_.head.field("sec-websocket-key"))).append("\r\n");
  if (!subprotocol.empty()) head.append("Sec-WebSocket-Protocol: ").append(subprotocol).append("\r\n");
  head.append("\r\n");
  return openChannel(
      std::make_shared<tenon_channel>(tenon_channel::Kind::WebSocket, handler, request_.match.route->owner->key, core_),
      head, out, e);
}

tenon_status Connection::openChannel(std::shared_ptr<tenon_channel> channel, std::string_view head, tenon_channel** out,
                                     tenon_error* e) {
  core_.channels.add(channel);
  bool attached = false;
  const tenon_status status = guard(e, [&] {
    // Whoever goes has either said so by now, or finds the channel among those that it closes.
    const bool leaving = core_.draining.load() || request_.match.route->owner->closed.load();
    tenon_channel* const handle = channel->handOut();
    attached = !leaving && channel->attach(*this, head);
    if (!attached) throw Failure(TENON_UNAVAILABLE, "no channel is opened any more: its plugin or the host is leaving");
    *out = handle;
  });
  if (!attached) {
    channel->release();
    core_.channels.remove(*channel);
    return status;
  }
  channel_ = std::move(channel);
  reply_.state = tenon_reply::State::Channel;
  return TENON_OK;
}

// ---- after it ---------------------------------------------------------------------------------------------

Connection::Step Connection::beginChannel(tenon_status status, const tenon_error& e) {
  if (status != TENON_OK) {
    core_.log.write("http", TENON_LOG_WARN,
                    "a handler failed after it had opened a channel: " + std::string(e.message));
    channel_->close(close_code::kInternalError, {});
  }
  if (core_.config.access_log) logAccess();
  currentRequestId = {};
  core_.bufferedBytes.fetch_sub(counted_);
  counted_ = 0;
  if (reply_.status == 101)
    input_.remove_prefix(parser_.headBytes());  // the first frames may have come already
  else
    input_ = {};
  phase_ = Phase::Channel;
  request_.head.clear();  // before its bytes go
  parser_.reset();
  table_.reset();
  decoded_ = std::string();
  return Step::Continue;
}

Connection::Step Connection::attendChannel() {
  const std::shared_ptr<tenon_channel> channel = channel_;  // once parked, this is somebody else's
  channel->attended();
  for (int budget = kEventsAtOnce;;) {
    setRunning(true);  // the plugin's code may take long
    currentRequestId = request_.requestId;
    channel->receive(input_, budget);
    channel->tell();
    currentRequestId = {};
    setRunning(false);
    if (budget > 0) {
      auto& buffer = threadBuffers().input;
      const ssize_t n = channel->read(buffer.data(), buffer.size());
      if (n == kGone) return close();
      if (n > 0) {
        input_ = {buffer.data(), static_cast<size_t>(n)};
        --budget;
        continue;
      }
    }
    switch (channel->settle(budget <= 0)) {
      case tenon_channel::Verdict::Parked: return Step::Wait;
      case tenon_channel::Verdict::Attend: break;
      case tenon_channel::Verdict::Linger: dropChannel(); return lingerOrClose();
      case tenon_channel::Verdict::Cut: return close();
    }
  }
}

void Connection::dropChannel() noexcept {
  if (!channel_) return;
  channel_->detach();
  channel_->tell();
  channel_.reset();
}

// ---- whoever pushes or closes -----------------------------------------------------------------------------

void Connection::resume() noexcept {
  const std::lock_guard lock(mutex_);
  if (possession_ != Possession::Waiting) return;
  const uint64_t now_ms = monotonicMs();
  const tenon_status queued = guard(nullptr, [&] { core_.ready.push(mark()); });
  deadline_ms_ = queued == TENON_OK ? now_ms + kResumeAgain_ms : now_ms;
}

bool Connection::awaitOutput(uint64_t deadline_ms) noexcept {
  const std::lock_guard lock(mutex_);
  if (possession_ != Possession::Waiting) return false;
  deadline_ms_ = std::min(deadline_ms_, deadline_ms);
  epoll_event event{};
  event.events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLONESHOT;
  event.data.u64 = mark();
  ::epoll_ctl(core_.epoll, EPOLL_CTL_MOD, transport_.fd(), &event);
  return true;
}

}  // namespace tenon::host
