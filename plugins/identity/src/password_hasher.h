// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>

namespace tenon::identity {

struct HasherConfig {
  uint32_t memory_kib = 19456, passes = 2, lanes = 1;
  uint32_t atOnce = 2;      ///< hashing takes a core and its memory: no more than this many
  uint32_t wait_ms = 2000;  ///< for a turn; then UNAVAILABLE
};

/// argon2id. Any thread.
class PasswordHasher {
 public:
  explicit PasswordHasher(HasherConfig config);

  /// The encoded form, with its parameters and a random salt.
  std::string hash(const std::string& password);
  bool verify(const std::string& encoded, const std::string& password);
  /// Takes as long as verify() does and is never true: for users that do not exist.
  void pretend(const std::string& password);

 private:
  /// A turn; throws Failure(UNAVAILABLE) when none comes in time.
  class Turn {
   public:
    explicit Turn(PasswordHasher& hasher);
    ~Turn();
    Turn(const Turn&) = delete;
    Turn& operator=(const Turn&) = delete;

   private:
    PasswordHasher& hasher_;
  };

  HasherConfig config_;
  std::mutex mutex_;
  std::condition_variable freed_;
  uint32_t running_ = 0;
  std::string dummy_;
};

}  // namespace tenon::identity
