// SPDX-License-Identifier: Apache-2.0
// Optional: needs OpenSSL's libcrypto.
#pragma once

#include <array>
#include <string>
#include <string_view>

#include <openssl/evp.h>

#include "../error.hpp"

namespace tenon {

/// 64 hexadecimal digits. Throws Failure where the library was built without it.
inline std::string sha256Hex(std::string_view text) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned length = 0;
  if (EVP_Digest(text.data(), text.size(), digest.data(), &length, EVP_sha256(), nullptr) != 1)
    throw Failure(TENON_INTERNAL, "SHA-256 is not available");
  std::string out;
  for (unsigned i = 0; i < length; ++i) {
    out += "0123456789abcdef"[digest[i] >> 4U];
    out += "0123456789abcdef"[digest[i] & 15U];
  }
  return out;
}

}  // namespace tenon
