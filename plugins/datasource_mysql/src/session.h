// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cppconn/connection.h>

#include <cstdint>
#include <memory>

#include "options.h"

namespace tenon::mysql {

/// What the client library needs once for each thread that calls it; the first call of a thread does it, the thread's
/// end undoes it.
void enterThread();

/// A session with the server as it was opened: strict, utf8mb4, and without escapes by backslash.
struct Session {
  std::unique_ptr<sql::Connection> connection;
  uint64_t id = 0;  ///< the server's number for it, for KILL QUERY
  bool mariaDb = false;
};

/// Throws Failure. silence_ms: the longest wait for an answer.
Session openSession(const Options& options, bool readOnly, uint32_t silence_ms);

/// Ends the statement that session `id` runs now, from another session. Throws Failure.
void killQuery(const Options& options, uint64_t id);

}  // namespace tenon::mysql
