// SPDX-License-Identifier: Apache-2.0
#include "session.h"

#include <openssl/ssl.h>
#include <poll.h>
#include <sys/ioctl.h>

#include <algorithm>
#include <string_view>

#include "connect.h"
#include "tenon/deadline.hpp"

namespace tenon::postgresql {

namespace {

bool isCopy(const PGresult* r) noexcept {
  const ExecStatusType s = PQresultStatus(r);
  return s == PGRES_COPY_IN || s == PGRES_COPY_OUT || s == PGRES_COPY_BOTH;
}

/// Does the server close the connection with this?
bool isFatal(const PGresult* r) noexcept {
  const char* severity = PQresultErrorField(r, PG_DIAG_SEVERITY_NONLOCALIZED);
  return severity != nullptr && (std::string_view(severity) == "FATAL" || std::string_view(severity) == "PANIC");
}

/// Bytes that OpenSSL has taken off the socket and libpq not off OpenSSL: poll() does not see them.
bool hasHiddenInput(PGconn* c) noexcept {
  if (PQsslInUse(c) == 0) return false;
  auto* ssl = static_cast<SSL*>(PQsslStruct(c, "OpenSSL"));
  return ssl != nullptr && SSL_pending(ssl) > 0;
}

std::string firstLineOf(const char* s) {
  const std::string_view text(s != nullptr ? s : "");
  return std::string(text.substr(0, text.find('\n')));
}

}  // namespace

bool isError(const PGresult* r) noexcept {
  const ExecStatusType s = PQresultStatus(r);
  return s == PGRES_FATAL_ERROR || s == PGRES_BAD_RESPONSE || s == PGRES_EMPTY_QUERY || isCopy(r);
}

void Session::open(Wait& wait) {
  close();
  conn_ = openConnection(options_, readOnly_, opened_, wait);
  opened_ = true;
  PQsetNoticeReceiver(conn_, &Session::onNotice, this);
}

void Session::close() noexcept {
  PQfinish(conn_);
  conn_ = nullptr;
  broken_ = false;
  cancel_.reset();
}

void Session::onNotice(void* self, const PGresult* notice) {
  // What a server says to an idle session before it hangs up comes as a notice.
  if (isFatal(notice)) static_cast<Session*>(self)->broken_ = true;
}

void Session::lookAlive() noexcept {
  for (int i = 0; i < 16 && usable(); ++i) {
    if (!hasHiddenInput(conn_) && !pollUntil(PQsocket(conn_), POLLIN, -1, 0).socket) return;
    if (PQconsumeInput(conn_) == 0) broken_ = true;
    PQisBusy(conn_);  // reads the messages
    while (PGnotify* n = PQnotifies(conn_)) PQfreemem(n);
  }
}

void Session::startCancel() {
  again_ms_ = monotonicMs() + kAgain_ms;
  if (!cancel_) giveUp_ms_ = monotonicMs() + kPatience_ms;
  try {
    cancel_.emplace(conn_);
  } catch (...) {
    close();  // what cannot be stopped is hung up on
    throw;
  }
}

bool Session::pump(Wait& wait, uint64_t until_ms, uint64_t* received) {
  const int unsent = PQflush(conn_);
  const bool hidden = hasHiddenInput(conn_);
  const uint64_t until = hidden ? 0 : cancel_ ? std::min(giveUp_ms_, again_ms_) : until_ms;
  const auto outcome =
      wait.forSocket(PQsocket(conn_), static_cast<short>(unsent == 1 ? POLLIN | POLLOUT : POLLIN), until);
  if (outcome == Wait::Outcome::Stopped) {
    if (!cancel_) startCancel();
    return true;
  }
  if (outcome == Wait::Outcome::TimedOut && !hidden) {
    if (!cancel_) return false;
    if (monotonicMs() < giveUp_ms_) {
      // A server that had not read the statement yet has passed over the request.
      again_ms_ += kAgain_ms;
      if (cancel_->done(0)) startCancel();
      return true;
    }
    close();
    throw wait.stopped() ? wait.failure() : lost("the server does not answer");
  }
  int waiting = 0;  // what libpq leaves there for the next time is counted again
  if (received != nullptr && ::ioctl(PQsocket(conn_), FIONREAD, &waiting) == 0)
    *received += static_cast<uint64_t>(waiting);
  if (PQconsumeInput(conn_) == 0) broken_ = true;
  return true;
}

void Session::sent(int answer) {
  if (answer == 1) return;
  const std::string message = firstLineOf(PQerrorMessage(conn_));
  if (PQstatus(conn_) != CONNECTION_OK) throw lost(message);
  throw Failure(TENON_INTERNAL, message);
}

bool Session::receiveWithin(uint64_t bytes, Wait& wait) {
  uint64_t received = 0;
  while (usable() && PQisBusy(conn_) != 0) {
    pump(wait, kForever_ms, &received);
    if (received > bytes) return false;
  }
  return true;
}

Result Session::next(Wait& wait) {
  // What a server said before it broke the connection is still answered.
  while (usable() && PQisBusy(conn_) != 0) pump(wait, kForever_ms);
  return Result(PQgetResult(conn_));
}

Failure Session::failureFor(const PGresult* r, const Wait& wait) {
  if (PQresultStatus(r) == PGRES_EMPTY_QUERY)
    return Failure(TENON_INVALID, "there is no statement")
        .from(TENON_FROM_CALLER)
        .because(TENON_REASON_SYNTAX)
        .state("42601");
  if (isCopy(r)) {  // it would go on as a conversation that nobody leads
    close();
    return Failure(TENON_UNSUPPORTED, "copy is not for statements").from(TENON_FROM_CALLER).state("0A000");
  }
  if (isFatal(r) || PQstatus(conn_) != CONNECTION_OK) broken_ = true;
  if (wait.stopped()) return wait.failure();
  if (isStalePlan(r))
    return Failure(TENON_UNAVAILABLE, "a table has changed meanwhile: the transaction may be repeated")
        .from(TENON_FROM_BACKEND)
        .because(TENON_REASON_SERIALIZATION)
        .retryAfter(1000);
  Failure f = failureOf(diagnosisOf(r));
  // When the server ends the session its state may be one of a mistake: 25P04, the transaction's time is over.
  return isFatal(r) && f.code() != TENON_UNAVAILABLE ? lost(f.what()) : f;
}

void Session::fail(Result failed, Wait& wait) {
  Failure f = failureFor(failed.get(), wait);
  while (usable() && next(wait)) {
  }
  throw f;
}

Result Session::finish(Wait& wait) {
  Result last;
  while (Result r = next(wait)) {
    if (isError(r.get())) fail(std::move(r), wait);
    last = std::move(r);
  }
  if (!last) throw lost(firstLineOf(PQerrorMessage(conn_)));
  return last;
}

Result Session::run(const char* sql, Wait& wait) {
  sent(PQsendQuery(conn_, sql));
  return finish(wait);
}

void Session::abandon(Wait& wait, bool hurry) noexcept {
  const tenon_status status = guard(nullptr, [&] {
    const uint64_t until = hurry ? monotonicMs() + kHurry_ms : kForever_ms;
    while (usable()) {
      if (hurry && !cancel_ && monotonicMs() >= until) startCancel();
      if (PQisBusy(conn_) != 0) {
        pump(wait, until);
        continue;
      }
      const Result r(PQgetResult(conn_));
      if (!r) return;
      if (isCopy(r.get())) throw Failure(TENON_INTERNAL, "an unexpected copy");
    }
  });
  if (status != TENON_OK) close();
}

void Session::settle() noexcept {
  if (!cancel_) return;
  if (!cancel_->done(giveUp_ms_))
    close();
  else
    cancel_.reset();
}

}  // namespace tenon::postgresql
