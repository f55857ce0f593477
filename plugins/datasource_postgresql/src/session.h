// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <libpq-fe.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "cancel_request.h"
#include "errors.h"
#include "options.h"
#include "wait.h"

namespace tenon::postgresql {

struct Clear {
  void operator()(PGresult* r) const noexcept { PQclear(r); }
};
using Result = std::unique_ptr<PGresult, Clear>;

/// Did the statement fail, or is it one of those that no driver of rows can serve (copy)?
bool isError(const PGresult* result) noexcept;

/// libpq's connection, never blocked on: every wait ends when its Wait says so. One thread at a time.
/// A statement that is to be stopped is cancelled on the server, more than once if need be, and its answer waited for;
/// a server that does not give it within kPatience_ms loses the connection.
class Session {
 public:
  Session(const Options& options, bool readOnly) : options_(options), readOnly_(readOnly) {}
  ~Session() { close(); }
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  /// Connects anew. Throws Failure.
  void open(Wait& wait);
  void close() noexcept;
  /// Can statements be sent?
  bool usable() const noexcept { return conn_ != nullptr && !broken_ && PQstatus(conn_) == CONNECTION_OK; }
  /// Reads what came while nobody asked, which may be that the server has gone: no round trip.
  void lookAlive() noexcept;
  bool inTransaction() const noexcept { return PQtransactionStatus(conn_) != PQTRANS_IDLE; }
  PGconn* raw() const noexcept { return conn_; }

  /// Throws unless a PQsend...() answered 1.
  void sent(int answer);
  /// The next result of what was sent, as PQgetResult() has it: null when there is none. Throws when the connection
  /// broke, or the wait was stopped and the server does not answer.
  Result next(Wait& wait);
  /// Receives the next result until it is there, or has become too large: then false, and it may be abandoned.
  bool receiveWithin(uint64_t bytes, Wait& wait);
  /// Reads the results up to the end and answers the last. Throws the first error.
  Result finish(Wait& wait);
  /// A statement without parameters.
  Result run(const char* sql, Wait& wait);
  /// Reads the results up to the end and throws the failure of `failed`, which is the first error.
  [[noreturn]] void fail(Result failed, Wait& wait);
  /// Ends what was sent without its results. hurry: cancelling it would undo nothing. Does not throw: afterwards the
  /// session is idle or not usable.
  void abandon(Wait& wait, bool hurry) noexcept;
  /// After every call: waits for a cancel request that is on its way, so that it does not hit the next statement.
  void settle() noexcept;

 private:
  static constexpr uint64_t kAgain_ms = 200;      // between two requests to stop one statement
  static constexpr uint64_t kPatience_ms = 2000;  // with a server that was asked to stop a statement
  static constexpr uint64_t kHurry_ms = 10;       // the rest of a small result comes by itself

  /// Writes and reads once, as the socket allows. False when `until_ms` has come. received: counts the bytes, about.
  bool pump(Wait& wait, uint64_t until_ms, uint64_t* received = nullptr);
  void startCancel();
  Failure failureFor(const PGresult* result, const Wait& wait);
  static void onNotice(void* self, const PGresult* notice);

  const Options& options_;
  const bool readOnly_;
  PGconn* conn_ = nullptr;
  bool broken_ = false;
  bool opened_ = false;  // once, at least
  std::optional<CancelRequest> cancel_;
  uint64_t giveUp_ms_ = 0, again_ms_ = 0;  // while cancel_ is there
};

}  // namespace tenon::postgresql
