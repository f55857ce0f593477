// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <Poco/Net/ServerSocket.h>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "connection.h"
#include "server_core.h"
#include "worker_pool.h"

namespace tenon::host {

/// The listening socket, the epoll set, the workers that serve it and the sweeper that watches deadlines.
class Server {
 public:
  Server(HttpConfig config, Logger& log);
  ~Server();  ///< cuts whatever still runs
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  Router& router() noexcept { return core_.router; }
  ChannelRegistry& channels() noexcept { return core_.channels; }
  const HttpConfig& config() const noexcept { return core_.config; }
  /// Borrowed; nullptr = protected routes answer 503.
  void authenticator(Authenticator* a) noexcept { core_.authenticator.store(a, std::memory_order_release); }

  /// Binds, listens and serves. Throws Failure when the address is taken or the TLS files are bad.
  void start();
  uint16_t port() const noexcept { return port_; }
  /// Accepts what is in the queue and no more; closes channels with 1001; answers what open connections send within
  /// grace_ms; waits for running requests until deadline_ms, then cuts them. True when nothing was cut.
  bool drain(uint64_t grace_ms, uint64_t deadline_ms);

  uint32_t connections() const noexcept { return core_.connections.load(); }
  uint64_t requests() const noexcept { return core_.requests.load(); }
  uint32_t workers() const noexcept { return workers_ ? workers_->size() : 0; }

 private:
  /// One event: accepts, or goes on with a connection. False when none came in time.
  bool serve(int wait_ms);
  void sweep();
  void acceptSome();
  void adopt(int fd, std::string peer);
  void refuse(int fd);
  void tellRefusal();
  void armListener(bool first);
  /// Waits; true when the server stops.
  bool pause(std::chrono::milliseconds time);
  Connection* slot(int fd, bool make);
  template <class Fn>
  void eachConnection(Fn&& fn);

  ServerCore core_;
  Poco::Net::ServerSocket listener_;
  uint16_t port_ = 0;
  int listenFd_ = -1;                       // the listener's: read by workers while the socket object is left alone
  int wake_ = -1;                           // an eventfd that is readable for ever once the server stops
  int spare_ = -1;                          // given up for a moment when descriptors run out
  uint64_t refused_ = 0, nextTold_ms_ = 0;  // so: by whoever accepts, which is one worker at a time
  std::unique_ptr<std::atomic<Connection*>[]> slots_;  // by descriptor; made on first use, freed at the end
  size_t nSlots_ = 0;
  std::atomic<int> highest_{-1};
  std::atomic<bool> listening_{false}, stop_{false};
  std::mutex pauseMutex_;
  std::condition_variable stopped_;
  std::unique_ptr<WorkerPool> workers_;
  std::thread sweeper_;
};

}  // namespace tenon::host
