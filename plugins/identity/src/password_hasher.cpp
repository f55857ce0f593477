// SPDX-License-Identifier: Apache-2.0
#include "password_hasher.h"

#include <argon2.h>

#include <chrono>

#include "key_store.h"
#include "tenon/error.hpp"

namespace tenon::identity {

namespace {
constexpr size_t kSaltBytes = 16, kHashBytes = 32;
}

PasswordHasher::Turn::Turn(PasswordHasher& hasher) : hasher_(hasher) {
  std::unique_lock lock(hasher.mutex_);
  if (!hasher.freed_.wait_for(lock, std::chrono::milliseconds(hasher.config_.wait_ms),
                              [&] { return hasher.running_ < hasher.config_.atOnce; }))
    throw Failure(TENON_UNAVAILABLE, "too many logins at once").retryAfter(1000);
  ++hasher.running_;
}

PasswordHasher::Turn::~Turn() {
  {
    const std::lock_guard lock(hasher_.mutex_);
    --hasher_.running_;
  }
  hasher_.freed_.notify_one();
}

PasswordHasher::PasswordHasher(HasherConfig config) : config_(config) {
  dummy_ = hash(randomBytes(16));
}

std::string PasswordHasher::hash(const std::string& password) {
  const Turn turn(*this);
  const std::string salt = randomBytes(kSaltBytes);
  std::string encoded(
      argon2_encodedlen(config_.passes, config_.memory_kib, config_.lanes, kSaltBytes, kHashBytes, Argon2_id), '\0');
  const int code =
      argon2id_hash_encoded(config_.passes, config_.memory_kib, config_.lanes, password.data(), password.size(),
                            salt.data(), salt.size(), kHashBytes, encoded.data(), encoded.size());
  if (code != ARGON2_OK) throw Failure(TENON_UNAVAILABLE, std::string("argon2: ") + argon2_error_message(code));
  encoded.resize(encoded.find('\0'));
  return encoded;
}

bool PasswordHasher::verify(const std::string& encoded, const std::string& password) {
  const Turn turn(*this);
  return argon2id_verify(encoded.c_str(), password.data(), password.size()) == ARGON2_OK;
}

void PasswordHasher::pretend(const std::string& password) {
  verify(dummy_, password);
}

}  // namespace tenon::identity
