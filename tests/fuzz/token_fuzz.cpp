// SPDX-License-Identifier: Apache-2.0
// A token is accepted only if this key signed exactly these bytes.
#include <string>

#include "fuzz.h"
#include "jwt.h"

using namespace tenon::identity;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static const std::vector<SigningKey> keys = {{"k1", {1, 2, 3}}, {"k2", {4, 5, 6}}};
  static const std::string good = sign({TokenKind::Access, "ann", "s", 1, 1, 1000, 2000}, keys[0]);
  const std::string_view input = textOf(data, size);
  MUST(!verify(input, TokenKind::Access, keys, 1500) || input == good);
  // The input as a patch of a good token: XOR at its places.
  std::string patched = good;
  for (size_t i = 0; i < size && i < patched.size(); ++i) patched[i] = static_cast<char>(patched[i] ^ data[i]);
  MUST(verify(patched, TokenKind::Access, keys, 1500).has_value() == (patched == good));
  MUST(!verify(good, TokenKind::Refresh, keys, 1500) && !verify(good, TokenKind::Access, keys, 5000));
  if (const auto bytes = fromBase64Url(input)) MUST(base64Url(*bytes) == input);
  return 0;
}
