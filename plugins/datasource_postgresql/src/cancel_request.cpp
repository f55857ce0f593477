// SPDX-License-Identifier: Apache-2.0
#include "cancel_request.h"

#include <pthread.h>
#include <signal.h>

namespace tenon::postgresql {

CancelRequest::CancelRequest(PGconn* connection) : shared_(std::make_shared<Shared>(connection)) {
  // The thread is born with every signal blocked: PQcancel() writes without MSG_NOSIGNAL, and a server that hangs up
  // just then would end the process.
  sigset_t all, before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  const tenon_status started = guard(nullptr, [&] {
    thread_ = std::thread([shared = shared_] {
      char ignored[256];
      PQcancel(shared->cancel, ignored, sizeof ignored);
      shared->finished.ring();
    });
  });
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
  if (started != TENON_OK) throw Failure(TENON_UNAVAILABLE, "there are too many threads");
}

CancelRequest::~CancelRequest() {
  if (done(0))
    thread_.join();
  else
    thread_.detach();
}

bool CancelRequest::done(uint64_t until_ms) noexcept {
  if (!done_) done_ = pollUntil(-1, 0, shared_->finished.fd(), until_ms).bell;
  return done_;
}

}  // namespace tenon::postgresql
