// SPDX-License-Identifier: Apache-2.0
// Closed-loop load: K keep-alive connections, each with one request in flight, for a time.
//   bench_loadgen PORT CONNECTIONS SECONDS PATH [HEADER...]
// "{id}" in PATH becomes 1..3503 in turn. Prints JSON: requests, errors, seconds, p50_us, p99_us, bytes.
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

namespace {

using Clock = std::chrono::steady_clock;

struct Connection {
  int fd = -1;
  std::string in;
  Clock::time_point sent;
};

int connectTo(uint16_t port) {
  const int fd = socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(port);
  if (connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) return -1;
  const int on = 1;
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  return fd;
}

/// Bytes of the whole reply at the head of `in`, 0 while it is not all there.
size_t replyBytes(const std::string& in) {
  const size_t head = in.find("\r\n\r\n");
  if (head == std::string::npos) return 0;
  constexpr std::string_view kName = "\r\ncontent-length:";
  const char* at = strcasestr(in.c_str(), kName.data());
  if (at == nullptr || at > in.c_str() + head) return 0;
  const size_t total = head + 4 + static_cast<size_t>(std::atoll(at + kName.size()));
  return in.size() >= total ? total : 0;
}

}  // namespace

int main(int count, char** arguments) {
  const auto port = static_cast<uint16_t>(std::atoi(arguments[1]));
  const int connections = std::atoi(arguments[2]);
  const double seconds = std::atof(arguments[3]);
  const std::string path = arguments[4];
  std::string fields = "Host: 127.0.0.1\r\n";
  for (int i = 5; i < count; ++i) fields += std::string(arguments[i]) + "\r\n";
  const size_t hole = path.find("{id}");
  int id = 0;
  const auto request = [&] {
    std::string p = path;
    if (hole != std::string::npos) p.replace(hole, 4, std::to_string(id = id % 3503 + 1));
    return "GET " + p + " HTTP/1.1\r\n" + fields + "\r\n";
  };
  const int epoll = epoll_create1(0);
  std::vector<Connection> all(static_cast<size_t>(connections));
  std::vector<uint32_t> latencies_us;
  latencies_us.reserve(1 << 20);
  uint64_t errors = 0, bytes = 0;
  const auto send = [&](Connection& c) {
    const std::string r = request();
    c.sent = Clock::now();
    if (::send(c.fd, r.data(), r.size(), MSG_NOSIGNAL) != static_cast<ssize_t>(r.size())) ++errors;
  };
  for (size_t i = 0; i < all.size(); ++i) {
    all[i].fd = connectTo(port);
    if (all[i].fd < 0) return 1;
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.u64 = i;
    epoll_ctl(epoll, EPOLL_CTL_ADD, all[i].fd, &event);
  }
  const auto begun = Clock::now();
  const auto end = begun + std::chrono::duration<double>(seconds);
  for (auto& c : all) send(c);
  char buffer[65536];
  while (Clock::now() < end) {
    epoll_event events[64];
    const int n = epoll_wait(epoll, events, 64, 100);
    for (int i = 0; i < n; ++i) {
      Connection& c = all[events[i].data.u64];
      const ssize_t got = recv(c.fd, buffer, sizeof buffer, MSG_DONTWAIT);
      if (got <= 0) {
        if (got == 0) {
          ++errors;
          epoll_ctl(epoll, EPOLL_CTL_DEL, c.fd, nullptr);
        }
        continue;
      }
      c.in.append(buffer, static_cast<size_t>(got));
      bytes += static_cast<uint64_t>(got);
      const size_t whole = replyBytes(c.in);
      if (whole == 0) continue;
      if (c.in.compare(0, 12, "HTTP/1.1 200") != 0) ++errors;
      c.in.erase(0, whole);
      latencies_us.push_back(
          static_cast<uint32_t>(std::chrono::duration_cast<std::chrono::microseconds>(Clock::now() - c.sent).count()));
      send(c);
    }
  }
  const double took = std::chrono::duration<double>(Clock::now() - begun).count();
  std::sort(latencies_us.begin(), latencies_us.end());
  const auto at = [&](double q) {
    return latencies_us.empty() ? 0U
                                : latencies_us[static_cast<size_t>(q * static_cast<double>(latencies_us.size() - 1))];
  };
  std::printf("{\"requests\":%zu,\"errors\":%llu,\"seconds\":%.3f,\"p50_us\":%u,\"p99_us\":%u,\"bytes\":%llu}\n",
              latencies_us.size(), static_cast<unsigned long long>(errors), took, at(0.5), at(0.99),
              static_cast<unsigned long long>(bytes));
  return 0;
}
