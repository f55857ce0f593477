// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "jwt.h"

namespace tenon::identity {

/// The installation's signing keys, in one file that only its owner may read. The first signs; the others are
/// still believed, so that a key can be changed without logging everybody out.
class KeyStore {
 public:
  /// Reads `folder`/keys.json, or makes it with a random key. Throws Failure when it is readable by others or
  /// damaged.
  explicit KeyStore(const std::filesystem::path& folder);

  const SigningKey& signing() const noexcept { return keys_.front(); }
  const std::vector<SigningKey>& all() const noexcept { return keys_; }

 private:
  std::vector<SigningKey> keys_;
};

/// Bytes from the kernel's random source.
std::string randomBytes(size_t n);

}  // namespace tenon::identity
