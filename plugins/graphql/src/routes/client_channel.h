// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include <tenon/channels.h>

#include "live/delays.h"
#include "live/work_queue.h"
#include "service/settings.h"
#include "tenon/http.hpp"

namespace tenon::graphql {

/// The token in the value of an Authorization header; empty: there is none.
std::string_view bearerOf(std::string_view authorization) noexcept;

/// What a client says of itself.
struct Credentials {
  std::string bearer, tenant, method, path, peer;  ///< bearer, tenant: empty = not said

  /// By its headers.
  static Credentials of(const Request& request);
};

class Channels;

/// A client that stays connected: an event stream or a WebSocket. Owned by Channels from its opening until it is
/// closed. Functions may be called by any thread.
class ClientChannel : public std::enable_shared_from_this<ClientChannel> {
 public:
  ClientChannel() = default;
  virtual ~ClientChannel();
  ClientChannel(const ClientChannel&) = delete;
  ClientChannel& operator=(const ClientChannel&) = delete;

  /// Never blocks. Nothing happens when the client has gone; one that is too slow goes by it.
  void push(std::string_view bytes) noexcept;
  void close(uint32_t code, std::string_view reason) noexcept;

 protected:
  friend class Channels;
  /// A message of a WebSocket; one at a time.
  virtual void received(std::string_view message, bool isBinary) = 0;
  /// The last call: the client has gone, or was sent away.
  virtual void closed() = 0;
  /// Its token is not good any more.
  virtual void expired() = 0;

 private:
  const tenon_channels_v1* table_ = nullptr;  // once it is being opened, as channels_
  Channels* channels_ = nullptr;
  tenon_channel_handler handler_{};
  std::atomic<tenon_channel*> channel_{nullptr};
  bool hasReference_ = false;
};

/// All clients that stay connected. Any thread.
class Channels {
 public:
  Channels(const Host& host, const Settings& settings, Delays& delays, WorkQueue& work);
  Channels(const Channels&) = delete;
  Channels& operator=(const Channels&) = delete;

  /// Are there any in this host, and are they switched on?
  bool areThere() const noexcept { return table_ != nullptr && settings_.connections != 0; }
  /// In start(): from then on clients can be authenticated, if somebody does that.
  void open();
  /// Sends everybody away and waits until they have gone. False: somebody was still there after `limit_ms`.
  bool stop(uint64_t limit_ms);
  /// After stop(), and when neither delays nor work go on: nobody is authenticated any more.
  void close() noexcept { auth_.reset(); }

  /// Instead of a reply. Throw Failure, and then nothing was sent.
  void openEvents(Request& request, Reply& reply, const std::shared_ptr<ClientChannel>& channel);
  void openWebSocket(Request& request, Reply& reply, std::string_view subprotocol,
                     const std::shared_ptr<ClientChannel>& channel);

  /// Within a few seconds. Throws Failure(UNAUTHENTICATED | DENIED | UNAVAILABLE, or what else the provider answers).
  tenon_principal authenticated(const Credentials& credentials, const tenon_cancel* cancel = nullptr) const;
  /// Looks now and then whether it still is, until it is not or the client has gone.
  void watch(const std::shared_ptr<ClientChannel>& channel, Credentials credentials);

  Delays& delays() const noexcept { return delays_; }
  const SubscriptionSettings& settings() const noexcept { return settings_; }

 private:
  template <class Open>
  void opened(const std::shared_ptr<ClientChannel>& channel, Open&& open);
  void leave(ClientChannel* channel);
  void look(const std::shared_ptr<ClientChannel>& channel, Credentials credentials, const tenon_cancel* cancel);
  static void message(void* self, tenon_channel* channel, tenon_str data, int32_t binary);
  static void closed(void* self, tenon_channel* channel, uint32_t code);

  const Host& host_;
  const tenon_channels_v1* table_;
  const SubscriptionSettings& settings_;
  Delays& delays_;
  WorkQueue& work_;
  Ref<tenon_auth_v1> auth_;
  std::mutex mutex_;
  std::condition_variable left_;
  bool stopped_ = false;
  size_t present_ = 0;  // channels that are open, or closed and not quite gone
  std::unordered_map<ClientChannel*, std::shared_ptr<ClientChannel>> open_;
};

}  // namespace tenon::graphql
