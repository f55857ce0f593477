// SPDX-License-Identifier: Apache-2.0
#include "etag.h"

#include <openssl/evp.h>

#include <array>

#include "tenon/error.hpp"

namespace tenon::modeling {

std::string etagOf(std::string_view text) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  if (EVP_Digest(text.data(), text.size(), digest.data(), nullptr, EVP_sha256(), nullptr) != 1)
    throw Failure(TENON_INTERNAL, "SHA-256 is not available");
  std::string out = "\"";
  for (size_t i = 0; i < 16; ++i) {  // 128 bits tell versions of a record apart
    out += "0123456789abcdef"[digest[i] >> 4U];
    out += "0123456789abcdef"[digest[i] & 15U];
  }
  return out + "\"";
}

bool etagListHas(std::string_view list, std::string_view tag) noexcept {
  while (!list.empty()) {
    const size_t comma = list.find(',');
    std::string_view one = list.substr(0, comma);
    list = comma == std::string_view::npos ? std::string_view() : list.substr(comma + 1);
    while (!one.empty() && (one.front() == ' ' || one.front() == '\t')) one.remove_prefix(1);
    while (!one.empty() && (one.back() == ' ' || one.back() == '\t')) one.remove_suffix(1);
    if (one.substr(0, 2) == "W/") one.remove_prefix(2);
    if (one == "*" || one == tag) return true;
  }
  return false;
}

}  // namespace tenon::modeling
