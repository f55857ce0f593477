// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <time.h>

#include <atomic>
#include <cstdint>
#include <memory>

#include <tenon/auth.h>

#include "channel_registry.h"
#include "http_config.h"
#include "kernel/logger.h"
#include "ready_queue.h"
#include "router.h"
#include "transport.h"

namespace tenon::host {

/// Who asks for protected routes: implemented over tenon.auth/1 by whoever wires the host. Any thread.
class Authenticator {
 public:
  virtual ~Authenticator() = default;
  virtual tenon_status authenticate(const tenon_credentials&, tenon_principal& out, const tenon_cancel*,
                                    tenon_error*) = 0;
};

/// Of the monotonic clock.
inline uint64_t nowMicros() noexcept {
  timespec t{};
  clock_gettime(CLOCK_MONOTONIC, &t);
  return static_cast<uint64_t>(t.tv_sec) * 1000000 + static_cast<uint64_t>(t.tv_nsec) / 1000;
}

/// What every connection of a server shares.
struct ServerCore {
  ServerCore(HttpConfig c, Logger& l) : config(std::move(c)), log(l) {}

  const HttpConfig config;
  Logger& log;
  Router router;
  std::unique_ptr<TlsContext> tls;
  std::atomic<Authenticator*> authenticator{nullptr};
  int epoll = -1;
  ReadyQueue ready;
  ChannelRegistry channels;
  std::atomic<bool> draining{false};
  std::atomic<uint32_t> connections{0};
  std::atomic<uint64_t> bufferedBytes{0};
  std::atomic<uint64_t> requests{0};
};

}  // namespace tenon::host
