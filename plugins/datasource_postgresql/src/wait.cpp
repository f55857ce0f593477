// SPDX-License-Identifier: Apache-2.0
#include "wait.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>

#include "tenon/deadline.hpp"

namespace tenon::postgresql {

Bell::Bell() : fd_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
  if (fd_ < 0) throw Failure(TENON_UNAVAILABLE, "there are too many open files");
}

Bell::~Bell() {
  ::close(fd_);
}

void Bell::ring() const noexcept {
  ::eventfd_write(fd_, 1);
}

void Bell::silence() const noexcept {
  eventfd_t ignored = 0;
  ::eventfd_read(fd_, &ignored);
}

Readiness pollUntil(int fd, short events, int bell, uint64_t until_ms) {
  pollfd fds[] = {{fd, events, 0}, {bell, POLLIN, 0}};
  for (;;) {
    const uint64_t now = until_ms == kForever_ms ? 0 : monotonicMs();
    const int timeout = until_ms == kForever_ms ? -1
                        : now >= until_ms       ? 0
                                                : static_cast<int>(std::min<uint64_t>(until_ms - now, 3600000));
    const int n = ::poll(fds, 2, timeout);
    // A signal, or a long wait in pieces: again.
    if (n <= 0 && (timeout != 0 || n < 0)) continue;
    return {fds[0].revents != 0, fds[1].revents != 0};
  }
}

Wait::Wait(const Bell& bell, const tenon_cancel* token, uint64_t limit_ms)
    : bell_(bell), token_(token), deadline_ms_(limit_ms) {
  if (token_ == nullptr) return;
  if (token_->deadline_ms != 0) deadline_ms_ = std::min(deadline_ms_, token_->deadline_ms);
  watch_ = token_->watch(token_, &Wait::onSet, this);
  if (watch_ == 0) onSet(this);
}

Wait::~Wait() {
  if (token_ != nullptr) token_->unwatch(token_, watch_);
  if (rung_) bell_.silence();
}

void Wait::onSet(void* self) noexcept {
  auto& wait = *static_cast<Wait*>(self);
  wait.rung_ = true;
  wait.bell_.ring();
}

Wait::Outcome Wait::forSocket(int fd, short events, uint64_t until_ms) {
  // Who was told to stop once waits for the answer to that, and for nothing else. Without a token the bell is not for
  // this wait: it may still ring for the call around it.
  const uint64_t until = stopped_ ? until_ms : std::min(until_ms, deadline_ms_);
  const Readiness ready = pollUntil(fd, events, stopped_ || token_ == nullptr ? -1 : bell_.fd(), until);
  if (!stopped_) {
    late_ = monotonicMs() >= deadline_ms_;
    stopped_ = ready.bell || late_;
    if (stopped_) return Outcome::Stopped;
  }
  return ready.socket ? Outcome::Ready : Outcome::TimedOut;
}

Failure Wait::failure() const {
  if (late_)
    return Failure(TENON_DEADLINE, "the deadline passed")
        .from(TENON_FROM_BACKEND)
        .because(TENON_REASON_TIMEOUT)
        .state("57014");
  return Failure(TENON_CANCELLED, "the statement was cancelled").from(TENON_FROM_BACKEND).state("57014");
}

}  // namespace tenon::postgresql
