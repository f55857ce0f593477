// SPDX-License-Identifier: Apache-2.0
// Channels of a server in this process: what threads do to them at the same time, and how their owner leaves.
#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <chrono>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "client_frame.h"
#include "http/channels_service.h"
#include "http/http_service.h"
#include "http/server.h"
#include "kernel/plugin_context.h"
#include "kernel/service_registry.h"
#include "tenon/error.hpp"

namespace tenon::host {
namespace {

struct Quiet final : Logger {
  bool enabled(std::string_view, int32_t) const noexcept override { return false; }
  void write(std::string_view, int32_t, std::string_view, std::string_view) noexcept override {}
};

HttpConfig config() {
  HttpConfig c;
  c.port = 0;
  c.threads = 4;
  return c;
}

/// A client that blocks, for ten seconds at most.
class Client {
 public:
  explicit Client(uint16_t port) : fd_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    const timeval patience{10, 0};
    ::setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(port);
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    EXPECT_EQ(::connect(fd_, reinterpret_cast<const sockaddr*>(&to), sizeof to), 0);
  }
  ~Client() { leave(); }
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  void leave() {
    if (fd_ >= 0) ::close(fd_);
    fd_ = -1;
  }
  void send(std::string_view bytes) {
    while (!bytes.empty()) {
      const ssize_t n = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (n <= 0) return;
      bytes.remove_prefix(static_cast<size_t>(n));
    }
  }
  /// Asks for a WebSocket; the status line of the answer.
  std::string upgrade() {
    send(
        "GET /socket HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n");
    while (received_.find("\r\n\r\n") == std::string::npos && more()) {
    }
    const std::string line = received_.substr(0, received_.find("\r\n"));
    received_.erase(0, received_.find("\r\n\r\n") + 4);
    return line;
  }
  /// The first byte and the payload of the next frame; empty at the end.
  std::string frame() {
    if (!have(2)) return {};
    size_t head = 2, length = static_cast<unsigned char>(received_[1]);
    if (length == 126) {
      if (!have(4)) return {};
      head = 4;
      length = static_cast<size_t>(static_cast<unsigned char>(received_[2])) << 8U |
               static_cast<unsigned char>(received_[3]);
    }
    if (!have(head + length)) return {};
    const std::string out = received_.substr(0, 1) + received_.substr(head, length);
    received_.erase(0, head + length);
    return out;
  }

 private:
  bool have(size_t n) {
    while (received_.size() < n)
      if (!more()) return false;
    return true;
  }
  bool more() {
    char buffer[4096];
    const ssize_t n = ::recv(fd_, buffer, sizeof buffer, 0);
    if (n > 0) received_.append(buffer, static_cast<size_t>(n));
    return n > 0;
  }
  int fd_;
  std::string received_;
};

const std::string kGoesAway = "\x88" + closePayload(1001);

class Channels : public ::testing::Test {
 protected:
  void SetUp() override {
    Route route;
    route.method = "GET";
    route.pattern = "/socket";
    route.self = this;
    route.handle = open;
    server_.router().add(&plugin_, std::move(route));
    server_.start();
  }
  void TearDown() override {
    server_.drain(0, 5000);
    for (tenon_channel* channel : channels_) api().release(channel);
  }

  const tenon_channels_v1& api() const { return *static_cast<const tenon_channels_v1*>(service_.table()); }
  tenon_status push(tenon_channel* channel, std::string_view text) { return api().push(channel, str(text), nullptr); }

  /// The channel that a client's request has opened.
  tenon_channel* connect(Client& client) {
    EXPECT_EQ(client.upgrade(), "HTTP/1.1 101 Switching Protocols");
    ++connected_;
    await([&] { return channels_.size() == connected_; });  // its handler has the handle a moment after the client
    return channels_.back();
  }
  template <class Condition>
  void await(Condition condition) {
    std::unique_lock lock(mutex_);
    EXPECT_TRUE(changed_.wait_for(lock, std::chrono::seconds(20), condition));
  }
  template <class Change>
  void note(Change change) {
    {
      const std::lock_guard lock(mutex_);
      change();
    }
    changed_.notify_all();
  }

  Quiet log_;
  Server server_{config(), log_};
  HttpService http_{server_.router(), 10000};
  ChannelsService service_{server_.channels(), 10000};
  std::vector<HostService*> services_{&http_, &service_};
  ServiceRegistry registry_;
  PluginContext plugin_{"plugin", services_, registry_};

  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<tenon_channel*> channels_;
  size_t connected_ = 0;
  std::vector<std::string> messages_;
  std::vector<uint32_t> codes_;
  size_t messagesAtClose_ = 0;
  std::function<void(tenon_channel*, std::string_view)> onMessage_;  // set before a client sends

 private:
  static tenon_status open(void* self, tenon_request* request, tenon_reply* reply, const tenon_cancel*,
                           tenon_error* e) {
    auto& test = *static_cast<Channels*>(self);
    const tenon_channel_handler handler{sizeof handler, 0, self, 0, 0, 0, message, closed};
    tenon_channel* channel = nullptr;
    const tenon_status status = test.api().open_websocket(request, reply, kAbsent, &handler, &channel, e);
    if (status == TENON_OK) test.note([&] { test.channels_.push_back(channel); });
    return status;
  }
  static void message(void* self, tenon_channel* channel, tenon_str data, int32_t) {
    auto& test = *static_cast<Channels*>(self);
    if (test.onMessage_) test.onMessage_(channel, view(data));
    test.note([&] { test.messages_.push_back(text(data)); });
  }
  static void closed(void* self, tenon_channel*, uint32_t code) {
    auto& test = *static_cast<Channels*>(self);
    test.note([&] {
      test.codes_.push_back(code);
      test.messagesAtClose_ = test.messages_.size();
    });
  }
};

TEST_F(Channels, keep_the_order_of_what_each_thread_pushes) {
  Client client(server_.port());
  tenon_channel* channel = connect(client);
  constexpr int kThreads = 4, kEach = 500;
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t)
    threads.emplace_back([&, t] {
      for (int i = 0; i < kEach; ++i) EXPECT_EQ(push(channel, std::to_string(t) + " " + std::to_string(i)), TENON_OK);
    });
  int next[kThreads] = {};
  for (int i = 0; i < kThreads * kEach; ++i) {
    const std::string frame = client.frame();
    ASSERT_GE(frame.size(), 4U);
    EXPECT_EQ(frame[0], '\x81');
    const int thread = frame[1] - '0';
    EXPECT_EQ(frame.substr(3), std::to_string(next[thread]++));
  }
  for (auto& t : threads) t.join();
}

TEST_F(Channels, hand_over_messages_in_order_and_close_last) {
  Client client(server_.port());
  connect(client);
  std::string wire;
  for (int i = 0; i < 500; ++i) wire += clientFrame(std::to_string(i));
  client.send(wire + clientFrame(closePayload(4000), {.opcode = 8}) + clientFrame("not heard"));
  await([&] { return !codes_.empty(); });
  EXPECT_EQ(codes_, std::vector<uint32_t>{4000});
  EXPECT_EQ(messagesAtClose_, 500U);
  for (size_t i = 0; i < messages_.size(); ++i) EXPECT_EQ(messages_[i], std::to_string(i));
  EXPECT_EQ(client.frame(), "\x88" + closePayload(4000)) << "the code comes back";
  EXPECT_EQ(client.frame(), "") << "and the host ends the connection";
}

TEST_F(Channels, send_while_a_message_is_being_handled) {
  Client client(server_.port());
  tenon_channel* channel = connect(client);
  bool answered = false;
  onMessage_ = [&](tenon_channel*, std::string_view) { await([&] { return answered; }); };
  client.send(clientFrame("wait"));
  EXPECT_EQ(push(channel, "meanwhile"), TENON_OK);
  EXPECT_EQ(client.frame(), "\x81meanwhile");
  note([&] { answered = true; });
  await([&] { return messages_.size() == 1; });
}

TEST_F(Channels, of_a_leaving_plugin_are_told_though_their_clients_say_nothing) {
  std::vector<std::unique_ptr<Client>> clients;
  for (int i = 0; i < 20; ++i) connect(*clients.emplace_back(std::make_unique<Client>(server_.port())));
  http_.quiesce(plugin_);
  service_.quiesce(plugin_);
  EXPECT_EQ(codes_, std::vector<uint32_t>(20, 1001));
  for (const auto& client : clients) EXPECT_EQ(client->frame(), kGoesAway);
  for (tenon_channel* channel : channels_) EXPECT_EQ(push(channel, "late"), TENON_CANCELLED);
  Client late(server_.port());
  EXPECT_EQ(late.upgrade(), "HTTP/1.1 404 Not Found");
}

TEST_F(Channels, of_a_leaving_plugin_are_closed_after_the_message_that_is_being_handled) {
  Client client(server_.port());
  connect(client);
  bool entered = false, released = false;
  onMessage_ = [&](tenon_channel*, std::string_view) {
    note([&] { entered = true; });
    await([&] { return released; });
  };
  client.send(clientFrame("slow") + clientFrame("dropped"));
  await([&] { return entered; });
  std::thread leaving([&] { service_.quiesce(plugin_); });
  EXPECT_EQ(client.frame(), kGoesAway) << "the client learns it at once";
  EXPECT_TRUE(codes_.empty());
  note([&] { released = true; });
  leaving.join();
  EXPECT_EQ(codes_, std::vector<uint32_t>{1001});
  EXPECT_EQ(messagesAtClose_, 1U);
  EXPECT_EQ(messages_.size(), 1U);
}

TEST_F(Channels, of_a_plugin_that_did_not_come_to_its_end_call_it_no_more) {
  ChannelsService hasty(server_.channels(), 0);
  Client client(server_.port());
  connect(client);
  bool entered = false, released = false;
  onMessage_ = [&](tenon_channel*, std::string_view) {
    note([&] { entered = true; });
    await([&] { return released; });
  };
  client.send(clientFrame("slow"));
  await([&] { return entered; });
  hasty.quiesce(plugin_);
  hasty.withdraw(plugin_);
  note([&] { released = true; });
  EXPECT_EQ(client.frame(), kGoesAway);
  EXPECT_EQ(client.frame(), "");
  EXPECT_TRUE(codes_.empty());
}

TEST_F(Channels, are_closed_once_however_many_push_when_a_client_goes) {
  constexpr size_t kRounds = 20;
  for (size_t round = 1; round <= kRounds; ++round) {
    Client client(server_.port());
    tenon_channel* channel = connect(client);
    std::vector<std::thread> threads;
    for (int t = 0; t < 3; ++t)
      threads.emplace_back([&] {
        while (push(channel, "tick") == TENON_OK) {
        }
      });
    EXPECT_EQ(client.frame(), "\x81tick");
    client.leave();
    for (auto& t : threads) t.join();
    await([&] { return codes_.size() == round; });
  }
  EXPECT_EQ(channels_.size(), kRounds);
}

TEST_F(Channels, may_be_closed_by_many_at_once) {
  for (size_t round = 1; round <= 20; ++round) {
    Client client(server_.port());
    tenon_channel* channel = connect(client);
    std::vector<std::thread> threads;
    for (uint32_t t = 0; t < 3; ++t) threads.emplace_back([&, t] { api().close(channel, 4000 + t, str("enough")); });
    for (auto& t : threads) t.join();
    await([&] { return codes_.size() == round; });
    EXPECT_EQ(client.frame(), "\x88" + closePayload(codes_.back(), "enough"));
  }
}

TEST_F(Channels, are_told_of_the_hosts_end_and_outlive_it) {
  Client polite(server_.port()), silent(server_.port());
  connect(polite);
  tenon_channel* channel = connect(silent);
  bool clean = false;
  std::thread draining([&] { clean = server_.drain(0, 20000); });
  EXPECT_EQ(polite.frame(), kGoesAway);
  polite.send(clientFrame(closePayload(1001), {.opcode = 8}));
  EXPECT_EQ(polite.frame(), "");
  polite.leave();
  EXPECT_EQ(silent.frame(), kGoesAway);
  draining.join();
  EXPECT_TRUE(clean) << "a client that says nothing is waited for, and not for long";
  EXPECT_EQ(codes_, (std::vector<uint32_t>{1001, 1001}));
  EXPECT_EQ(push(channel, "late"), TENON_CANCELLED);
  api().close(channel, 1000, kAbsent);
}

}  // namespace
}  // namespace tenon::host
