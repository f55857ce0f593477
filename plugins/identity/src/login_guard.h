// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

#include "data.h"

namespace tenon::identity {

struct LockOutConfig {
  uint32_t failures = 10;           ///< of one account from one address, until it must wait
  uint32_t failuresOfAddress = 50;  ///< of one address over all accounts
  uint64_t window_ms = 900000;      ///< failures older than this are forgotten
  uint64_t firstBlock_ms = 60000;   ///< doubled with each further failure
  uint64_t longestBlock_ms = 900000;
};

/// Slows guessing down. Counts in the database, so that a restart or another host forgets nothing. An account is
/// locked for the address that guesses, never for its owner elsewhere.
class LoginGuard {
 public:
  LoginGuard(const Data& data, LockOutConfig config) : data_(data), config_(config) {}

  /// Milliseconds until this login may be tried; 0 = now.
  uint64_t blockedFor_ms(const std::string& username, const std::string& address, int64_t now_ms) const;
  void failed(const std::string& username, const std::string& address, int64_t now_ms) const;
  void succeeded(const std::string& username, const std::string& address) const;
  /// Drops counts that are older than the window.
  void sweep(int64_t now_ms) const;

 private:
  void count(const std::string& key, uint32_t limit, int64_t now_ms) const;

  const Data& data_;
  LockOutConfig config_;
};

/// How long the n-th failure past the limit blocks.
uint64_t blockAfter_ms(const LockOutConfig& config, uint32_t failures, uint32_t limit);

}  // namespace tenon::identity
