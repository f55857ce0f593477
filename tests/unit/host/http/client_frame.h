// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace tenon::host {

/// How a frame of a client is written; the defaults make a right one.
struct ClientFrame {
  unsigned opcode = 1;
  bool final = true, masked = true;
  unsigned reserved = 0;         ///< bits
  int lengthBytes = -1;          ///< 0, 2 or 8 of the extended length; -1 = as few as do
  uint64_t length = UINT64_MAX;  ///< claimed; UINT64_MAX = the payload's
};

inline std::string clientFrame(std::string_view payload, ClientFrame how = {}) {
  constexpr unsigned char kMask[] = {0x37, 0xfa, 0x21, 0x3d};
  const uint64_t length = how.length != UINT64_MAX ? how.length : payload.size();
  const int bytes = how.lengthBytes >= 0 ? how.lengthBytes : length < 126 ? 0 : length <= 0xFFFF ? 2 : 8;
  std::string out;
  out.push_back(static_cast<char>((how.final ? 0x80U : 0U) | how.reserved << 4U | how.opcode));
  out.push_back(static_cast<char>((how.masked ? 0x80U : 0U) | (bytes == 8   ? 127U
                                                               : bytes == 2 ? 126U
                                                                            : static_cast<unsigned>(length))));
  for (int shift = 8 * (bytes - 1); shift >= 0; shift -= 8)
    out.push_back(static_cast<char>(length >> static_cast<unsigned>(shift) & 0xFFU));
  if (how.masked)
    for (const unsigned char c : kMask) out.push_back(static_cast<char>(c));
  for (size_t i = 0; i < payload.size(); ++i)
    out.push_back(static_cast<char>(static_cast<unsigned char>(payload[i]) ^ (how.masked ? kMask[i % 4] : 0U)));
  return out;
}

/// The payload of a close frame.
inline std::string closePayload(uint32_t code, std::string_view reason = {}) {
  return std::string{static_cast<char>(code >> 8U), static_cast<char>(code & 0xFFU)}.append(reason);
}

}  // namespace tenon::host
