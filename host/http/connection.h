// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

#include <tenon/channels.h>

#include "chunk_decoder.h"
#include "head_parser.h"
#include "reply.h"
#include "request.h"
#include "router.h"
#include "tenon/cancel_source.hpp"
#include "transport.h"

namespace tenon::host {

struct ServerCore;

/// One accepted socket and the request it is at. A state machine that runs on whichever worker has it: it
/// goes on until it would have to wait, then hands itself back to epoll and leaves the thread. Its object
/// stays with its descriptor number and serves the next connection there.
///
/// Ownership: `mutex_` guards who has it (Possession) and the descriptor's life. Everything else belongs to
/// the worker that made it Busy.
class Connection {
 public:
  explicit Connection(ServerCore& core);

  /// A new socket; not yet seen by epoll. Answers the generation that events must carry.
  uint32_t open(int fd, std::string peer);
  /// Registers with epoll for the first time.
  void enlist();

  /// Takes possession for an event of `generation`; false when the event is stale or somebody has it.
  bool take(uint32_t generation);
  /// Goes on after take().
  void run();

  /// Sweeper: acts on a deadline that passed; asks whether a long-running request's client is still there. True
  /// when a handler has run for so long that its thread counts as held up.
  bool sweep(uint64_t now_ms);
  /// Sweeper while draining: closes it if it waits for a request of which nothing has come.
  void closeIfIdle();
  /// Drain's end: cuts whatever runs.
  void cut();
  /// Whoever serves it, after an exception (memory has run out): the connection is lost, its descriptor is not.
  void abandon();

  // What its channel does with it, under the channel's mutex.
  Transport& transport() noexcept { return transport_; }
  /// Any thread: has a worker go on with it, if it waits. Otherwise whoever has it looks again before it waits. The
  /// sweeper calls it too.
  void resume() noexcept;
  /// Any thread: if it waits, it wakes up when the client takes more too, or at the deadline. False: it does not wait.
  bool awaitOutput(uint64_t deadline_ms) noexcept;
  /// Whoever has it: it waits, and may be somebody else's when this returns.
  void park(uint32_t events, uint64_t deadline_ms) { wait(Phase::Channel, events, deadline_ms); }

  // What the ABI's functions do to the request and reply of this connection. Handler's thread.
  tenon_status send(int status, std::string_view contentType, std::string_view body, tenon_error* e);
  tenon_status sendProblem(int status, int32_t code, std::string_view message, const tenon_field_problem* fields,
                           uint64_t nFields, uint32_t retryAfter_s, tenon_error* e);
  tenon_status begin(int status, std::string_view contentType, tenon_error* e);
  tenon_status write(std::string_view bytes, tenon_error* e);
  int64_t readBody(char* buf, size_t n, tenon_error* e);
  tenon_status openEvents(const tenon_channel_handler& handler, tenon_channel** out, tenon_error* e);
  tenon_status openWebSocket(std::string_view subprotocol, const tenon_channel_handler& handler, tenon_channel** out,
                             tenon_error* e);
  const std::string& peer() const noexcept { return peer_; }
  /// Throws Failure, and tells the log, when this is not the thread of the handler that runs: a plugin breaks [one].
  void mustBeOnHandlerThread(const char* call);

 private:
  enum class Possession : uint8_t { Free, Waiting, Busy };
  enum class Phase : uint8_t { Head, Body, Flush, Linger, Channel };
  enum class Step : uint8_t { Continue, Wait, Closed };  // what a part of run() answers
  enum class Next : uint8_t { Handle, NeedBody, Answered };

  Step readHead();
  Step readBodyPhase();
  Step flush();
  Step linger();
  /// Everything before the body: path, route, gate, framing.
  Next prepare();
  Next admitBody(const Route& route, const std::shared_ptr<const RouteTable>& table);
  bool gate(const Route& route);
  Step handle();
  Step finish();
  Step badHead(int status);
  /// Leaves the request for the channel that its handler has opened.
  Step beginChannel(tenon_status status, const tenon_error& e);
  Step attendChannel();
  /// Its owner is told, and the transport is this connection's again.
  void dropChannel() noexcept;
  tenon_status openChannel(std::shared_ptr<tenon_channel> channel, std::string_view head, tenon_channel** out,
                           tenon_error* e);
  void answerUnrouted();
  void plainProblem(int status, uint32_t retryAfter_s = 0);
  void answerError(tenon_status status, const struct tenon_error& e);
  void logAccess();

  void startHead(std::string& head, int status, std::string_view contentType);
  void addCors(std::string& head);
  bool wantsGzip(std::string_view contentType, uint64_t bytes) const;
  /// Sends what it can; keeps the rest in out_. False when the client is gone.
  bool transmit(std::string_view head, std::string_view body);
  /// Blocks until all is sent, the client is gone or too slow.
  tenon_status transmitBlocking(std::string_view a, std::string_view b, std::string_view c, tenon_error* e);
  uint64_t mark() const noexcept { return (uint64_t{generation_} << 32U) | static_cast<uint32_t>(transport_.fd()); }
  bool waitFor(short events, uint64_t timeout_ms) const;
  /// The time that may pass until `bytes` have been carried: `patience_ms`, and more as more of them are.
  uint64_t allowanceMs(uint64_t patience_ms, uint64_t bytes) const;
  bool endStream();
  bool bodyHere() const;
  /// Makes the head's views anew after in_ has moved.
  void refreshHead();

  /// Moves unread input into in_ so that it survives this thread.
  void keepInput();
  Step wait(Phase phase, uint32_t events, uint64_t deadline_ms);
  void expire();
  Step close();
  Step lingerOrClose();
  ssize_t fill(std::string_view& fresh);
  void setRunning(bool running);

  ServerCore& core_;
  std::mutex mutex_;
  Possession possession_ = Possession::Free;
  uint32_t generation_ = 0;
  uint64_t deadline_ms_ = 0;      // of the wait
  uint64_t runningSince_ms_ = 0;  // of the handler, 0 = none runs
  Phase phase_ = Phase::Head;

  Transport transport_;
  std::string peer_;
  std::string in_;          // input that had to wait; empty while idle
  std::string_view input_;  // not yet consumed: a view of in_ or of the thread's buffer
  std::string out_;         // output that the socket did not take
  size_t outSent_ = 0;
  HeadParser parser_;
  ChunkDecoder chunks_;
  std::string decoded_;    // a chunked body
  uint64_t counted_ = 0;   // what this connection adds to the server's buffered bytes
  uint64_t bodyLeft_ = 0;  // of a streamed body with a length
  bool bodyDone_ = false, bodyFailed_ = false;
  uint64_t headStarted_ms_ = 0, bodyDeadline_ms_ = 0, lingered_ = 0, lingerUntil_ms_ = 0;
  uint64_t flushStarted_ms_ = 0;               // of what is in out_
  uint64_t bodyWaited_ms_ = 0, bodyRead_ = 0;  // of a streamed body: time spent on waiting for the client, bytes
  uint64_t started_us_ = 0;
  uint32_t served_ = 0;
  bool keepAlive_ = true, bodyStarted_ = false;
  std::shared_ptr<const RouteTable> table_;  // keeps the route while a body is awaited
  std::shared_ptr<tenon_channel> channel_;   // from its opening to its end
  tenon_request request_;
  tenon_reply reply_;
  CancelSource cancel_;
};

}  // namespace tenon::host
