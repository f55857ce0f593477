// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tenon::identity {

/// An HMAC key and the name by which tokens refer to it.
struct SigningKey {
  std::string id;
  std::array<unsigned char, 32> secret{};
};

enum class TokenKind : uint8_t { Access, Refresh };

struct Claims {
  TokenKind kind = TokenKind::Access;
  std::string userId;
  std::string session;      ///< of a refresh token, and of the access tokens it gave
  int64_t sequence = 0;     ///< of a refresh token in its session
  int64_t userVersion = 0;  ///< the user's token version when it was signed
  int64_t issuedAt_s = 0, expiresAt_s = 0;
};

inline constexpr size_t kLongestToken = 8192;
inline constexpr int64_t kLeeway_s = 60;

/// A JSON Web Token, HS256.
std::string sign(const Claims& claims, const SigningKey& key);

/// The claims of a token that one of `keys` signed, of the wanted kind, valid at now_s. nullopt for everything
/// else: one answer whatever is wrong. The algorithm is never the token's choice.
std::optional<Claims> verify(std::string_view token, TokenKind kind, const std::vector<SigningKey>& keys,
                             int64_t now_s);

std::string base64Url(std::string_view bytes);
/// Strict: no padding, no bits left over. nullopt otherwise.
std::optional<std::string> fromBase64Url(std::string_view text);

}  // namespace tenon::identity
