// SPDX-License-Identifier: Apache-2.0
#include "server.h"

#include <Poco/Net/NetException.h>
#include <Poco/Net/SocketAddress.h>
#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include <tenon/log.h>

#include "problem.h"
#include "tenon/deadline.hpp"
#include "tenon/error.hpp"

namespace tenon::host {

namespace {

constexpr uint64_t kListenerMark = UINT64_MAX;
constexpr uint64_t kWakeMark = UINT64_MAX - 1;
constexpr uint64_t kReadyMark = UINT64_MAX - 2;
constexpr int kAcceptAtOnce = 64;
constexpr int kBacklog = 1024;
constexpr std::chrono::milliseconds kSweepEvery{100};
constexpr std::chrono::milliseconds kDrainLook{5};
constexpr uint64_t kTellRefusals_ms = 1000;  // a flood of connections is no flood of lines

std::string peerOf(const sockaddr_storage& address) {
  char text[INET6_ADDRSTRLEN] = "";
  if (address.ss_family == AF_INET) {
    const auto& v4 = reinterpret_cast<const sockaddr_in&>(address);
    ::inet_ntop(AF_INET, &v4.sin_addr, text, sizeof text);
  } else if (address.ss_family == AF_INET6) {
    const auto& v6 = reinterpret_cast<const sockaddr_in6&>(address);
    ::inet_ntop(AF_INET6, &v6.sin6_addr, text, sizeof text);
  }
  return text;
}

}  // namespace

Server::Server(HttpConfig config, Logger& log) : core_(std::move(config), log) {}

Server::~Server() {
  if (workers_ && !stop_) drain(0, 0);
}

void Server::start() {
  const HttpConfig& config = core_.config;
  if (!config.tls.certificate.empty() || !config.tls.key.empty()) core_.tls = std::make_unique<TlsContext>(config.tls);
  try {
    listener_.bind(Poco::Net::SocketAddress(config.address, config.port), true);
    listener_.listen(kBacklog);
    listener_.setBlocking(false);
    port_ = listener_.address().port();
    listenFd_ = listener_.impl()->sockfd();
  } catch (const Poco::Exception& e) {
    throw Failure(TENON_UNAVAILABLE,
                  "cannot listen on " + config.address + ":" + std::to_string(config.port) + ": " + e.displayText());
  }
  rlimit files{};
  ::getrlimit(RLIMIT_NOFILE, &files);
  files.rlim_cur = files.rlim_max;  // idle connections are cheap here: descriptors are what they cost
  ::setrlimit(RLIMIT_NOFILE, &files);
  ::getrlimit(RLIMIT_NOFILE, &files);
  nSlots_ = static_cast<size_t>(std::min<rlim_t>(files.rlim_cur, config.max_connections + 4096U));
  slots_ = std::make_unique<std::atomic<Connection*>[]>(nSlots_);
  core_.epoll = ::epoll_create1(EPOLL_CLOEXEC);
  wake_ = ::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  spare_ = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
  if (core_.epoll < 0 || wake_ < 0 || core_.ready.fd() < 0)
    throw Failure(TENON_UNAVAILABLE, "no descriptors for epoll");
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.u64 = kWakeMark;
  ::epoll_ctl(core_.epoll, EPOLL_CTL_ADD, wake_, &event);
  event.events = EPOLLIN | EPOLLET;
  event.data.u64 = kReadyMark;
  ::epoll_ctl(core_.epoll, EPOLL_CTL_ADD, core_.ready.fd(), &event);
  listening_ = true;
  armListener(true);
  const uint32_t cores = std::max(1U, std::thread::hardware_concurrency());
  const uint32_t threads = config.threads != 0 ? config.threads : std::max(8U, 4 * cores);
  const uint32_t most = config.max_threads != 0 ? config.max_threads : 16 * threads;
  workers_ = std::make_unique<WorkerPool>(threads, most, [this](int wait_ms) { return serve(wait_ms); });
  sweeper_ = std::thread([this] { sweep(); });
}

void Server::armListener(bool first) {
  epoll_event event{};
  event.events = EPOLLIN | EPOLLONESHOT;
  event.data.u64 = kListenerMark;
  ::epoll_ctl(core_.epoll, first ? EPOLL_CTL_ADD : EPOLL_CTL_MOD, listenFd_, &event);
}

Connection* Server::slot(int fd, bool make) {
  if (fd < 0 || static_cast<size_t>(fd) >= nSlots_) return nullptr;
  auto& at = slots_[static_cast<size_t>(fd)];
  Connection* c = at.load(std::memory_order_acquire);
  if (c == nullptr && make) {  // only one thread has this descriptor now
    c = new Connection(core_);
    at.store(c, std::memory_order_release);
    int seen = highest_.load();
    while (seen < fd && !highest_.compare_exchange_weak(seen, fd)) {
    }
  }
  return c;
}

template <class Fn>
void Server::eachConnection(Fn&& fn) {
  const int last = highest_.load();
  for (int fd = 0; fd <= last; ++fd)
    if (Connection* c = slots_[static_cast<size_t>(fd)].load(std::memory_order_acquire)) fn(*c);
}

void Server::refuse(int fd) {
  std::string body;
  appendProblem(body, -1, statusText(503, core_.config.language), nullptr, 0);
  const std::string reply =
      "HTTP/1.1 503 Service Unavailable\r\nContent-Type: application/json\r\nRetry-After: 1\r\nConnection: "
      "close\r\nContent-Length: " +
      std::to_string(body.size()) + "\r\n\r\n" + body;
  if (!core_.tls) [[maybe_unused]]
    const ssize_t ignored = ::send(fd, reply.data(), reply.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
  // What the client has sent is read, so that closing does not send a reset ahead of the answer.
  char scratch[4096];
  ::shutdown(fd, SHUT_WR);
  while (::recv(fd, scratch, sizeof scratch, MSG_DONTWAIT) > 0) {
  }
  ::close(fd);
}

void Server::adopt(int fd, std::string peer) {
  const int on = 1;
  ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  Connection* c = core_.connections.load() < core_.config.max_connections ? slot(fd, true) : nullptr;
  if (c == nullptr) {
    refuse(fd);
    return;
  }
  core_.connections.fetch_add(1);
  if (guard(nullptr, [&] { c->open(fd, std::move(peer)); }) != TENON_OK) {
    core_.connections.fetch_sub(1);
    ::close(fd);
    return;
  }
  c->enlist();
}

void Server::tellRefusal() {
  ++refused_;
  const uint64_t now = monotonicMs();
  if (now < nextTold_ms_) return;
  core_.log.write("http", TENON_LOG_WARN,
                  "descriptors have run out: connections refused so far: " + std::to_string(refused_));
  nextTold_ms_ = now + kTellRefusals_ms;
}

void Server::acceptSome() {
  for (int i = 0; i < kAcceptAtOnce || core_.draining; ++i) {
    sockaddr_storage address{};
    socklen_t length = sizeof address;
    const int fd = ::accept4(listenFd_, reinterpret_cast<sockaddr*>(&address), &length, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (fd >= 0) {
      adopt(fd, peerOf(address));
      continue;
    }
    if (errno == EINTR || errno == ECONNABORTED) continue;
    if ((errno == EMFILE || errno == ENFILE) && spare_ >= 0) {  // take one, tell it, give it back
      ::close(spare_);
      const int told = ::accept4(listenFd_, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
      if (told >= 0) refuse(told);
      spare_ = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
      tellRefusal();
      continue;
    }
    break;
  }
  if (listening_) armListener(false);
}

bool Server::serve(int wait_ms) {
  epoll_event event{};
  const int n = ::epoll_wait(core_.epoll, &event, 1, wait_ms);
  if (n == 0) return false;
  if (n < 0 || event.data.u64 == kWakeMark) return true;
  if (event.data.u64 == kListenerMark) {
    acceptSome();
    return true;
  }
  uint64_t mark = event.data.u64;
  if (mark == kReadyMark && !core_.ready.pop(mark)) return true;
  const auto fd = static_cast<int>(mark & 0xFFFFFFFFU);
  Connection* c = slot(fd, false);
  if (c == nullptr || !c->take(static_cast<uint32_t>(mark >> 32U))) return true;
  if (guard(nullptr, [&] { c->run(); }) != TENON_OK) c->abandon();
  return true;
}

bool Server::pause(std::chrono::milliseconds time) {
  std::unique_lock lock(pauseMutex_);
  return stopped_.wait_for(lock, time, [&] { return stop_.load(); });
}

void Server::sweep() {
  while (!pause(kSweepEvery)) {
    const uint64_t now = monotonicMs();
    uint32_t heldUp = 0;
    eachConnection([&](Connection& c) { heldUp += c.sweep(now) ? 1 : 0; });
    guard(nullptr, [&] { workers_->adjust(heldUp); });  // no thread to be had: those that run go on
  }
}

bool Server::drain(uint64_t grace_ms, uint64_t deadline_ms) {
  if (!workers_) return true;
  core_.draining = true;
  listening_ = false;
  acceptSome();                      // whoever has connected is served
  ::shutdown(listenFd_, SHUT_RDWR);  // nobody connects any more; the descriptor stays until the workers have ended
  core_.channels.leaveAll();         // and what would stay open for ever is told to go
  const auto waitUntil = [&](uint64_t until, auto&& each) {
    while (core_.connections.load() != 0 && monotonicMs() < until) {
      each();
      pause(kDrainLook);
    }
  };
  const uint64_t begun = monotonicMs();
  waitUntil(begun + grace_ms, [] {});
  waitUntil(begun + std::max(grace_ms, deadline_ms), [&] { eachConnection([](Connection& c) { c.closeIfIdle(); }); });
  const bool clean = core_.connections.load() == 0;
  eachConnection([](Connection& c) { c.cut(); });
  {
    const std::lock_guard lock(pauseMutex_);
    stop_ = true;
  }
  stopped_.notify_all();
  const uint64_t one = 1;
  [[maybe_unused]] const ssize_t woken = ::write(wake_, &one, sizeof one);
  workers_->stop();
  sweeper_.join();
  workers_->join();
  listener_.close();
  eachConnection([](Connection& c) { c.cut(); });
  for (size_t i = 0; i < nSlots_; ++i) delete slots_[i].load();
  workers_.reset();
  for (const int fd : {core_.epoll, wake_, spare_})
    if (fd >= 0) ::close(fd);
  return clean;
}

}  // namespace tenon::host
