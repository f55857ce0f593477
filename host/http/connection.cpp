// SPDX-License-Identifier: Apache-2.0
// The life of a connection: possession, waiting, reading, closing. What is answered is in exchange.cpp.
#include "connection.h"

#include <poll.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "kernel/logger.h"
#include "server_core.h"
#include "tenon/error.hpp"
#include "thread_buffers.h"

namespace tenon::host {

namespace {

constexpr uint64_t kLingerIdleMs = 2000, kLingerMs = 10000;  // for a client that has been answered and still sends
constexpr uint64_t kLingerBytes = uint64_t{64} << 20U, kLingerAtOnce = uint64_t{1} << 20U;
constexpr uint64_t kHeldUpAfterMs = 100;  // a handler that runs longer holds its thread up
constexpr uint64_t kLookAfterMs = 250;    // a handler that runs longer has its client looked at
constexpr size_t kKeepCapacity = 4096;    // buffers larger than this are given back between requests
constexpr int kPipelinedAtOnce = 64;      // then other connections get their turn

void release(std::string& s) {
  s.clear();
  if (s.capacity() > kKeepCapacity) s.shrink_to_fit();
}

}  // namespace

Connection::Connection(ServerCore& core)
    : core_(core),
      parser_({core.config.max_head_bytes, core.config.max_request_line_bytes, core.config.max_header_fields}) {
  request_.connection = this;
  reply_.connection = this;
}

uint32_t Connection::open(int fd, std::string peer) {
  const std::lock_guard lock(mutex_);
  transport_.open(fd, core_.tls.get());
  peer_ = std::move(peer);
  phase_ = Phase::Head;
  in_.clear();
  input_ = {};
  out_.clear();
  outSent_ = served_ = 0;
  headStarted_ms_ = lingered_ = lingerUntil_ms_ = flushStarted_ms_ = 0;
  keepAlive_ = true;
  parser_.reset();
  request_.clear();
  reply_.clear();
  return ++generation_;
}

void Connection::enlist() {
  const std::lock_guard lock(mutex_);
  possession_ = Possession::Waiting;
  // A connection that never sends a byte is as slow as one that sends half a head.
  deadline_ms_ = monotonicMs() + core_.config.head_timeout_ms;
  epoll_event event{};
  event.events = EPOLLIN | EPOLLRDHUP | EPOLLONESHOT;
  event.data.u64 = mark();
  if (::epoll_ctl(core_.epoll, EPOLL_CTL_ADD, transport_.fd(), &event) != 0) {
    possession_ = Possession::Free;
    transport_.close();
    core_.connections.fetch_sub(1);
  }
}

bool Connection::take(uint32_t generation) {
  const std::lock_guard lock(mutex_);
  if (generation != generation_ || possession_ != Possession::Waiting) return false;
  possession_ = Possession::Busy;
  return true;
}

Connection::Step Connection::wait(Phase phase, uint32_t events, uint64_t deadline_ms) {
  keepInput();
  const std::lock_guard lock(mutex_);
  phase_ = phase;
  deadline_ms_ = deadline_ms;
  possession_ = Possession::Waiting;
  epoll_event event{};
  event.events = events | EPOLLONESHOT;
  event.data.u64 = mark();
  ::epoll_ctl(core_.epoll, EPOLL_CTL_MOD, transport_.fd(), &event);
  return Step::Wait;
}

Connection::Step Connection::close() {
  dropChannel();
  core_.bufferedBytes.fetch_sub(counted_);
  counted_ = 0;
  request_.head.clear();
  release(in_);
  release(out_);
  release(decoded_);
  input_ = {};
  table_.reset();
  {
    const std::lock_guard lock(mutex_);
    possession_ = Possession::Free;
    transport_.close();
  }
  core_.connections.fetch_sub(1);
  return Step::Closed;
}

/// Lets the peer read the answer before the connection goes: closing at once over unread input would send a
/// reset, which can overtake the answer.
Connection::Step Connection::lingerOrClose() {
  transport_.shutdown();
  input_ = {};
  in_.clear();
  lingered_ = lingerUntil_ms_ = 0;
  phase_ = Phase::Linger;
  return Step::Continue;
}

Connection::Step Connection::linger() {
  char scratch[16384];
  const uint64_t now = monotonicMs();
  if (lingerUntil_ms_ == 0) lingerUntil_ms_ = now + kLingerMs;
  for (uint64_t taken = 0; taken < kLingerAtOnce;) {
    const ssize_t n = transport_.read(scratch, sizeof scratch);
    lingered_ += n > 0 ? static_cast<uint64_t>(n) : 0;
    if (n == kGone || lingered_ > kLingerBytes || now >= lingerUntil_ms_) return close();
    if (n == kWouldBlock) break;
    taken += static_cast<uint64_t>(n);
  }
  return wait(Phase::Linger, EPOLLIN | EPOLLRDHUP, std::min(now + kLingerIdleMs, lingerUntil_ms_));
}

void Connection::keepInput() {
  if (input_.empty()) {
    if (phase_ == Phase::Head || phase_ == Phase::Channel)
      release(in_);
    else
      in_.clear();
  } else if (input_.data() >= in_.data() && input_.data() < in_.data() + in_.size()) {
    in_.erase(0, static_cast<size_t>(input_.data() - in_.data()));
  } else {
    in_.assign(input_);
  }
  input_ = in_;
}

/// Receives more. With nothing kept it reads into the thread's buffer, so that an ordinary request is parsed
/// and answered without a copy and an idle connection keeps no memory.
ssize_t Connection::fill(std::string_view& fresh) {
  auto& buffer = threadBuffers().input;
  if (!input_.empty()) keepInput();  // it may be in that buffer still
  const ssize_t n = transport_.read(buffer.data(), buffer.size());
  if (n <= 0) return n;
  fresh = {buffer.data(), static_cast<size_t>(n)};
  if (input_.empty()) {
    input_ = fresh;
  } else {
    in_.append(fresh);
    input_ = in_;
  }
  return n;
}

void Connection::run() {
  for (int rounds = 0;; ++rounds) {
    Step step = Step::Continue;
    switch (phase_) {
      case Phase::Head: step = readHead(); break;
      case Phase::Body: step = readBodyPhase(); break;
      case Phase::Flush: step = flush(); break;
      case Phase::Linger: step = linger(); break;
      case Phase::Channel: step = attendChannel(); break;
    }
    if (step != Step::Continue) return;
    if (rounds >= kPipelinedAtOnce && phase_ == Phase::Head) {
      // EPOLLOUT is ready at once: the rest of the pipeline waits for its turn in the queue.
      wait(Phase::Head, EPOLLIN | EPOLLOUT | EPOLLRDHUP, monotonicMs() + core_.config.head_timeout_ms);
      return;
    }
  }
}

Connection::Step Connection::readHead() {
  for (bool first = true;; first = false) {
    if (!first || input_.empty()) {
      std::string_view fresh;
      const ssize_t n = fill(fresh);
      if (n == kGone) return close();
      if (n == kWouldBlock) {
        const bool idle = input_.empty();
        if (idle) headStarted_ms_ = 0;
        const uint64_t now = monotonicMs();
        if (!idle && headStarted_ms_ == 0) headStarted_ms_ = now;
        return wait(Phase::Head, (transport_.wantsWrite() ? EPOLLOUT : EPOLLIN) | EPOLLRDHUP,
                    idle ? now + (served_ > 0 ? core_.config.idle_timeout_ms : core_.config.head_timeout_ms)
                         : headStarted_ms_ + core_.config.head_timeout_ms);
      }
    }
    switch (parser_.parse(input_, request_.head)) {
      case HeadParser::Result::More: continue;
      case HeadParser::Result::Bad: return badHead(parser_.status());
      case HeadParser::Result::Done: break;
    }
    started_us_ = nowMicros();
    switch (prepare()) {
      case Next::Handle: return handle();
      case Next::NeedBody: phase_ = Phase::Body; return Step::Continue;
      case Next::Answered: return finish();
    }
  }
}

/// A buffered body is arriving. The head's bytes stay at the front of in_, so that its views can be made again
/// on whichever thread goes on.
Connection::Step Connection::readBodyPhase() {
  keepInput();
  const size_t headBytes = parser_.headBytes();
  const uint64_t limit = std::min(
      request_.match.route->max_body_bytes != 0 ? request_.match.route->max_body_bytes : core_.config.max_body_bytes,
      core_.config.max_body_bytes);
  const bool chunked = request_.head.framing == Framing::Chunked;
  bool complete = false;
  while (!complete) {
    if (chunked) {
      size_t used = 0;
      const std::string_view raw = std::string_view(in_).substr(headBytes);
      const auto result = chunks_.decode(raw, decoded_, limit + 1 - decoded_.size(), used);
      in_.erase(headBytes, used);
      input_ = in_;
      const bool tooLarge = decoded_.size() > limit;
      if (result == ChunkDecoder::Result::Bad || tooLarge) {
        keepAlive_ = false;
        refreshHead();
        plainProblem(tooLarge ? 413 : 400);
        return finish();
      }
      complete = result == ChunkDecoder::Result::Done;
    } else {
      complete = in_.size() - headBytes >= request_.head.contentLength;
    }
    const uint64_t held = in_.size() + decoded_.size();
    core_.bufferedBytes.fetch_add(held - counted_);
    counted_ = held;
    if (core_.bufferedBytes.load() > core_.config.max_buffered_bytes && !complete) {
      keepAlive_ = false;
      refreshHead();
      plainProblem(503, 1);
      return finish();
    }
    if (complete) break;
    std::string_view fresh;
    const ssize_t n = fill(fresh);
    if (n == kGone) return close();
    if (n == kWouldBlock)
      return wait(Phase::Body, (transport_.wantsWrite() ? EPOLLOUT : EPOLLIN) | EPOLLRDHUP, bodyDeadline_ms_);
  }
  refreshHead();
  request_.body = chunked ? std::string_view(decoded_)
                          : std::string_view(in_).substr(headBytes, static_cast<size_t>(request_.head.contentLength));
  bodyDone_ = true;
  phase_ = Phase::Head;
  return handle();
}

Connection::Step Connection::flush() {
  while (outSent_ < out_.size()) {
    const iovec part{out_.data() + outSent_, out_.size() - outSent_};
    const ssize_t n = transport_.write(&part, 1);
    if (n == kGone) return close();
    if (n == kWouldBlock) {
      const uint64_t now = monotonicMs();
      if (flushStarted_ms_ == 0) flushStarted_ms_ = now;
      return wait(Phase::Flush, EPOLLOUT,
                  std::min(now + core_.config.write_timeout_ms,
                           flushStarted_ms_ + allowanceMs(core_.config.write_timeout_ms, outSent_)));
    }
    outSent_ += static_cast<size_t>(n);
  }
  release(out_);
  flushStarted_ms_ = 0;
  outSent_ = 0;
  if (!keepAlive_) return lingerOrClose();
  phase_ = Phase::Head;
  return Step::Continue;
}

void Connection::refreshHead() {
  parser_.reset();
  parser_.parse(in_, request_.head);
  input_ = in_;
}

bool Connection::waitFor(short events, uint64_t timeout_ms) const {
  pollfd p{transport_.fd(), events, 0};
  const uint64_t until = monotonicMs() + timeout_ms;
  for (;;) {
    const uint64_t now = monotonicMs();
    if (now >= until) return false;
    const int r = ::poll(&p, 1, static_cast<int>(std::min<uint64_t>(until - now, 1000)));
    if (r > 0) return true;
    if (r < 0 && errno != EINTR) return false;
  }
}

uint64_t Connection::allowanceMs(uint64_t patience_ms, uint64_t bytes) const {
  const uint32_t rate = core_.config.min_bytes_per_second;
  return rate == 0 ? UINT32_MAX : patience_ms + bytes * 1000 / rate;
}

void Connection::setRunning(bool running) {
  const std::lock_guard lock(mutex_);
  runningSince_ms_ = running ? monotonicMs() : 0;
}

bool Connection::sweep(uint64_t now_ms) {
  std::unique_lock lock(mutex_);
  if (possession_ == Possession::Busy) {
    const uint64_t ran_ms = runningSince_ms_ != 0 && now_ms > runningSince_ms_ ? now_ms - runningSince_ms_ : 0;
    if (ran_ms > kLookAfterMs) {
      char byte = 0;
      const ssize_t n = ::recv(transport_.fd(), &byte, 1, MSG_PEEK | MSG_DONTWAIT);
      if (n == 0 || (n < 0 && errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR)) cancel_.cancel();
    }
    return ran_ms > kHeldUpAfterMs;
  }
  if (possession_ != Possession::Waiting || now_ms < deadline_ms_) return false;
  if (phase_ == Phase::Channel) {  // what its time has come for may call the plugin: a worker's affair
    lock.unlock();
    resume();
    return false;
  }
  possession_ = Possession::Busy;
  lock.unlock();
  if (guard(nullptr, [&] { expire(); }) != TENON_OK) abandon();
  return false;
}

/// Its deadline has passed: half a request is answered with 408, an idle connection goes.
void Connection::expire() {
  const bool partial = phase_ == Phase::Body || (phase_ == Phase::Head && !in_.empty());
  if (!partial) {
    close();
    return;
  }
  keepAlive_ = false;
  if (phase_ == Phase::Head) {
    request_.head.clear();
    request_.language = core_.config.language;
    request_.clear();
    reply_.clear();
    request_.requestId = "-";
    bodyDone_ = bodyStarted_ = false;
    started_us_ = nowMicros();
  } else {
    refreshHead();
  }
  plainProblem(408);
  if (finish() == Step::Continue) run();
}

void Connection::closeIfIdle() {
  std::unique_lock lock(mutex_);
  if (possession_ != Possession::Waiting || phase_ != Phase::Head || !in_.empty()) return;
  char byte = 0;
  if (::recv(transport_.fd(), &byte, 1, MSG_PEEK | MSG_DONTWAIT) > 0) return;  // a request is about to be taken
  possession_ = Possession::Busy;
  lock.unlock();
  close();
}

void Connection::abandon() {
  {
    const std::lock_guard lock(mutex_);
    if (possession_ != Possession::Busy) return;  // it waits again: nothing is half done
    runningSince_ms_ = 0;
  }
  currentRequestId = {};
  close();
}

void Connection::cut() {
  std::unique_lock lock(mutex_);
  if (possession_ == Possession::Busy) {
    ::shutdown(transport_.fd(), SHUT_RDWR);
    cancel_.cancel();
  } else if (possession_ == Possession::Waiting) {
    possession_ = Possession::Busy;
    lock.unlock();
    close();
  }
}

}  // namespace tenon::host
