// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "data.h"

namespace tenon::identity {

/// Logins that may be refreshed. Each refresh raises the sequence; an old refresh token is believed for a short
/// grace (two tabs of one browser), and shown later it ends the session: somebody has stolen it.
class SessionStore {
 public:
  explicit SessionStore(const Data& data) : data_(data) {}

  /// A new session's id.
  std::string open(const std::string& userId, int64_t now_ms, int64_t expiresAt_ms) const;
  /// The sequence for the next refresh token; nullopt when the session is over.
  std::optional<int64_t> rotate(const std::string& session, int64_t sequence, int64_t now_ms,
                                int64_t expiresAt_ms) const;
  void close(const std::string& session) const;
  void closeAll(const std::string& userId) const;
  void sweep(int64_t now_ms) const;

 private:
  static constexpr int64_t kGrace_ms = 30000;
  const Data& data_;
};

}  // namespace tenon::identity
