// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

#include <tenon/channels.h>

#include "websocket_frames.h"

namespace tenon::host {
class Connection;
struct ServerCore;
}  // namespace tenon::host

/// What the ABI's opaque channel is: an event stream or a WebSocket over a connection that holds no thread meanwhile.
/// It outlives its connection for as long as the plugin keeps its reference.
///
/// Closing has two ends. Its owner is told at once, by whoever has the connection next: from then on nothing of the
/// plugin is called, whatever the client does. The client gets what is queued and the end of the protocol, within a
/// time limit; that is the host's affair alone.
///
/// Locks: `mutex_` guards what is queued and every use of the connection's transport; nothing blocks under it. Under
/// it the connection's own mutex may be taken, and under that the ready queue's. The plugin is called under none.
struct tenon_channel final : public std::enable_shared_from_this<tenon_channel> {
 public:
  enum class Kind : uint8_t { EventsToTheEnd, ChunkedEvents, WebSocket };
  /// What the connection does next.
  enum class Verdict : uint8_t {
    Parked,  ///< somebody else may have it already
    Attend,  ///< there is something to tell the owner
    Linger,  ///< everything is said
    Cut      ///< the client is gone, or has lost its time
  };

  /// `owner`: the key of the route's owner. The handler has been checked.
  tenon_channel(Kind kind, const tenon_channel_handler& handler, const void* owner, tenon::host::ServerCore& core);
  tenon_channel(const tenon_channel&) = delete;
  tenon_channel& operator=(const tenon_channel&) = delete;

  const void* owner() const noexcept { return owner_; }

  // Any thread.

  tenon_status push(std::string_view bytes, tenon_error* e);
  void close(uint32_t code, std::string_view reason) noexcept;
  void leave() noexcept { close(tenon::host::close_code::kGoingAway, {}); }
  /// The owner's functions are not called any more.
  void forget() noexcept;
  /// Gives back what handOut() gave.
  void release() noexcept;

  // The thread that has the connection.

  /// Sends the head; from here on the transport is the channel's. False when the channel was closed before.
  bool attach(tenon::host::Connection& connection, std::string_view head);
  tenon_channel* handOut();
  /// The connection does not wait any more.
  void attended() noexcept;
  ssize_t read(char* buffer, size_t size) noexcept;
  /// Takes what the client sent off `input`, as many events as `budget` has, and calls the owner with messages.
  void receive(std::string_view& input, int& budget);
  /// Tells the owner, once, if the channel is closed.
  void tell() noexcept;
  /// Sends, looks at the time, and parks the connection where nothing else is to be done. `more`: it has input left
  /// and only gives way to others.
  Verdict settle(bool more);
  /// The transport is the connection's again.
  void detach() noexcept;

 private:
  bool isWebSocket() const noexcept { return kind_ == Kind::WebSocket; }
  bool closing() noexcept;
  void deliver(bool binary);

  // Under mutex_.
  size_t pending() const noexcept { return out_.size() - sent_; }
  void end(uint32_t code, std::string_view reason) noexcept;
  void lose() noexcept;
  void send() noexcept;
  void flush() noexcept;
  void judge(uint64_t now_ms, bool more);
  void beat(uint64_t now_ms);
  void account() noexcept;
  bool overBudget() const noexcept;
  uint64_t deadline_ms() const noexcept;

  const Kind kind_;
  const tenon_channel_handler handler_;
  const void* const owner_;
  tenon::host::ServerCore& core_;  // not touched once detached
  const uint64_t maxQueuedBytes_, heartbeat_ms_;

  tenon::host::WebSocketDecoder decoder_;  // of whoever has the connection
  bool peerDone_ = false;                  // so; nothing that still comes from the client counts

  std::mutex mutex_;
  std::shared_ptr<tenon_channel> handle_;          // the plugin's reference
  tenon::host::Connection* connection_ = nullptr;  // while attached
  std::string out_;                                // frames that the socket has not taken
  size_t sent_ = 0;                                // of out_
  bool midLine_ = false;                           // what was pushed last does not end a line
  bool armed_ = false;                             // the connection is parked until the client takes more
  bool readWantsWrite_ = false;                    // TLS
  bool silent_ = false;                            // nothing has come since the last ping
  bool closing_ = false, told_ = false;
  bool cut_ = false;
  uint32_t code_ = 0;
  uint64_t taken_ms_ = 0;  // when the client took something, or something began to wait
  uint64_t beat_ms_ = 0, closeDeadline_ms_ = 0;
  uint64_t partialBytes_ = 0, counted_ = 0;
};
