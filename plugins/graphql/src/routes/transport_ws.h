// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "client_channel.h"
#include "client_operations.h"

namespace tenon::graphql {

/// A subprotocol, by the names that it has for the same messages.
struct Subprotocol {
  std::string_view name, subscribe, next, stop;
  bool isLegacy;  ///< it changes nothing, and its errors are one at a time
};
/// graphql-transport-ws, and graphql-ws of before (subscriptions-transport-ws). In the order of preference.
inline constexpr Subprotocol kSubprotocols[] = {{"graphql-transport-ws", "subscribe", "next", "complete", false},
                                                {"graphql-ws", "start", "data", "stop", true}};

/// One WebSocket that speaks graphql-transport-ws or its forerunner: any number of operations beside each other, each
/// under the id that the client gives it. Close codes are those of the former.
class TransportWs final : public ClientChannel {
 public:
  /// credentials: of the opening request. caller: who that was authenticated as; nullopt: connection_init has to say.
  TransportWs(Channels& channels, ClientOperations& operations, const Subprotocol& subprotocol, Credentials credentials,
              std::optional<tenon_principal> caller)
      : channels_(channels),
        operations_(operations),
        subprotocol_(subprotocol),
        credentials_(std::move(credentials)),
        caller_(caller) {}

  /// Once it is open: closes it unless connection_init comes in time.
  void awaitInit();

 private:
  /// What hears of one operation.
  class Results final : public Receiver {
   public:
    Results(const std::shared_ptr<TransportWs>& socket, std::string id)
        : socket_(socket), subprotocol_(socket->subprotocol_), id_(std::move(id)) {}
    void next(std::string_view result) override;
    void refused(const std::vector<GraphqlError>& errors) override;
    void complete() override;
    /// Nothing is sent of it any more. The caller holds the socket's sending_, or nobody can use its id again.
    void mute() noexcept { isMuted_ = true; }

   private:
    void send(std::string_view type, std::string_view payload, bool isLast);
    const std::weak_ptr<TransportWs> socket_;
    const Subprotocol& subprotocol_;
    const std::string id_;
    std::atomic<bool> isMuted_{false};
  };
  struct Running {
    std::shared_ptr<Results> results;
    std::shared_ptr<StartedOperation> operation;
  };

  void received(std::string_view message, bool isBinary) override;
  void closed() override;
  void expired() override { close(4403, "Forbidden"); }

  void connectionInit(const Json& message);
  void subscribe(const Json& message);
  void stop(const std::string& id);
  void forget(const std::string& id, const Results* of);

  Channels& channels_;
  ClientOperations& operations_;
  const Subprotocol& subprotocol_;
  Credentials credentials_;  // from here on used by received() only
  std::optional<tenon_principal> caller_;
  bool isInitialised_ = false;
  std::atomic<bool> isAcknowledged_{false};

  /// Over the sending of a message of an operation, and over its end by the client: nothing of it follows that, when
  /// its id may be another's already. Taken before mutex_.
  std::mutex sending_;
  std::mutex mutex_;
  bool isClosed_ = false;
  std::map<std::string, Running, std::less<>> running_;  // by id
};

/// The routes to it.
class WebSockets {
 public:
  WebSockets(Channels& channels, ClientOperations& operations) : channels_(channels), operations_(operations) {}

  /// Instead of a reply to a request of a protected route, or of one that is open to all: then the caller is whom its
  /// headers name, or whom connection_init does. Throws Failure, and then nothing was sent.
  void open(Request& request, Reply& reply);
  /// Does a request want to become a WebSocket?
  static bool isAskedFor(const Request& request);

 private:
  Channels& channels_;
  ClientOperations& operations_;
};

}  // namespace tenon::graphql
