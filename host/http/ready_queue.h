// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/eventfd.h>
#include <unistd.h>

#include <cstdint>
#include <deque>
#include <mutex>

namespace tenon::host {

/// Connections that a worker must look at although their sockets have nothing new to say. Its descriptor is watched
/// edge-triggered: each signal wakes one worker, which takes one connection and passes the signal on. Any thread.
class ReadyQueue {
 public:
  ReadyQueue() noexcept : fd_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {}
  ~ReadyQueue() {
    if (fd_ >= 0) ::close(fd_);
  }
  ReadyQueue(const ReadyQueue&) = delete;
  ReadyQueue& operator=(const ReadyQueue&) = delete;

  /// Negative when there was no descriptor for it.
  int fd() const noexcept { return fd_; }

  /// `mark`: what an event of the connection's socket would carry. Throws std::bad_alloc.
  void push(uint64_t mark) {
    {
      const std::lock_guard lock(mutex_);
      marks_.push_back(mark);
    }
    signal();
  }
  /// False when another worker was quicker.
  bool pop(uint64_t& mark) noexcept {
    const std::lock_guard lock(mutex_);
    if (marks_.empty()) return false;
    mark = marks_.front();
    marks_.pop_front();
    if (!marks_.empty()) signal();
    return true;
  }

 private:
  void signal() const noexcept {
    const uint64_t one = 1;
    [[maybe_unused]] const ssize_t written = ::write(fd_, &one, sizeof one);
  }

  const int fd_;
  std::mutex mutex_;
  std::deque<uint64_t> marks_;
};

}  // namespace tenon::host
