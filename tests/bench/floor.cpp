// SPDX-License-Identifier: Apache-2.0
// The floor: a raw epoll responder that does no more HTTP than the harness needs. Usage: bench_floor DATABASE
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <iostream>
#include <string>
#include <thread>
#include <vector>

#include "chinook.h"

namespace {

/// Each thread has its own epoll set and its own listener on the port: the kernel spreads the connections.
void serve(int listener, const char* database) {
  const std::unique_ptr<bench::Chinook> chinook = bench::openSqlite(database);
  const int epoll = epoll_create1(0);
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.fd = listener;
  epoll_ctl(epoll, EPOLL_CTL_ADD, listener, &event);
  std::string body, reply;
  char buffer[8192];
  for (;;) {
    epoll_event events[64];
    const int n = epoll_wait(epoll, events, 64, -1);
    for (int i = 0; i < n; ++i) {
      const int fd = events[i].data.fd;
      if (fd == listener) {
        const int accepted = accept4(listener, nullptr, nullptr, SOCK_NONBLOCK);
        if (accepted < 0) continue;
        const int on = 1;
        setsockopt(accepted, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        event.data.fd = accepted;
        epoll_ctl(epoll, EPOLL_CTL_ADD, accepted, &event);
        continue;
      }
      const ssize_t got = recv(fd, buffer, sizeof buffer, 0);
      if (got <= 0) {
        if (got == 0) close(fd);
        continue;
      }
      const std::string_view request(buffer, static_cast<size_t>(got));
      const size_t from = request.find(' ') + 1;
      chinook->answer(request.substr(from, request.find(' ', from) - from), body);
      reply = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: " + std::to_string(body.size()) +
              "\r\n\r\n";
      reply += body;
      for (size_t sent = 0; sent < reply.size();) {
        const ssize_t w = send(fd, reply.data() + sent, reply.size() - sent, MSG_NOSIGNAL);
        if (w > 0)
          sent += static_cast<size_t>(w);
        else if (errno != EAGAIN)
          break;
      }
    }
  }
}

int listen(uint16_t& port) {
  const int fd = socket(AF_INET, SOCK_STREAM, 0);
  const int on = 1;
  setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, &on, sizeof on);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(port);
  if (bind(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0 || ::listen(fd, 1024) != 0) return -1;
  socklen_t length = sizeof address;
  getsockname(fd, reinterpret_cast<sockaddr*>(&address), &length);
  port = ntohs(address.sin_port);
  return fd;
}

}  // namespace

int main(int, char** arguments) {
  uint16_t port = 0;
  std::vector<std::thread> threads;
  for (unsigned i = 0; i < std::max(2U, std::thread::hardware_concurrency()); ++i) {
    const int fd = listen(port);
    if (fd < 0) return 1;
    threads.emplace_back(serve, fd, arguments[1]);
  }
  std::cout << "listening on http://127.0.0.1:" << port << std::endl;
  for (auto& t : threads) t.join();
  return 0;
}
