// SPDX-License-Identifier: Apache-2.0
#include "jwt.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "tenon/extras/json.hpp"
#include "tenon/json_writer.hpp"

namespace tenon::identity {

namespace {

constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
constexpr std::string_view kIssuer = "tenon";

std::array<unsigned char, 32> mac(std::string_view text, const SigningKey& key) {
  std::array<unsigned char, 32> out{};
  unsigned int n = 0;
  if (HMAC(EVP_sha256(), key.secret.data(), static_cast<int>(key.secret.size()),
           reinterpret_cast<const unsigned char*>(text.data()), text.size(), out.data(), &n) == nullptr)
    throw Failure(TENON_INTERNAL, "HMAC is not available");
  return out;
}

std::string_view kindName(TokenKind k) {
  return k == TokenKind::Access ? "access" : "refresh";
}

/// The object inside one part of a token.
std::optional<Json> part(std::string_view text) {
  const auto bytes = fromBase64Url(text);
  if (!bytes) return std::nullopt;
  try {
    Json json = parseJson(*bytes, 2);
    if (json.is_object()) return json;
  } catch (const Failure&) {
  }
  return std::nullopt;
}

std::optional<int64_t> number(const Json& json, const char* key) {
  const auto it = json.find(key);
  return it != json.end() && it->is_number_integer() ? std::optional(it->get<int64_t>()) : std::nullopt;
}
std::string text(const Json& json, const char* key) {
  const auto it = json.find(key);
  return it != json.end() && it->is_string() ? it->get<std::string>() : std::string();
}

}  // namespace

std::string base64Url(std::string_view bytes) {
  std::string out;
  uint32_t bits = 0;
  int n = 0;
  for (const char c : bytes) {
    bits = bits << 8U | static_cast<unsigned char>(c);
    for (n += 8; n >= 6; n -= 6) out += kAlphabet[(bits >> static_cast<unsigned>(n - 6)) & 63U];
  }
  if (n > 0) out += kAlphabet[(bits << static_cast<unsigned>(6 - n)) & 63U];
  return out;
}

std::optional<std::string> fromBase64Url(std::string_view text) {
  std::string out;
  uint32_t bits = 0;
  int n = 0;
  for (const char c : text) {
    const size_t v = kAlphabet.find(c);
    if (v == std::string_view::npos) return std::nullopt;
    bits = bits << 6U | static_cast<uint32_t>(v);
    n += 6;
    if (n >= 8) {
      n -= 8;
      out += static_cast<char>((bits >> static_cast<unsigned>(n)) & 255U);
    }
  }
  if (n >= 6 || (bits & ((1U << static_cast<unsigned>(n)) - 1)) != 0) return std::nullopt;
  return out;
}

std::string sign(const Claims& c, const SigningKey& key) {
  std::string header, payload;
  JsonWriter(header)
      .beginObject()
      .key("alg")
      .string("HS256")
      .key("typ")
      .string("JWT")
      .key("kid")
      .string(key.id)
      .endObject();
  JsonWriter w(payload);
  w.beginObject().key("iss").string(kIssuer).key("sub").string(c.userId).key("upn").string(c.userId);
  w.key("knd")
      .string(kindName(c.kind))
      .key("sid")
      .string(c.session)
      .key("seq")
      .integer(c.sequence)
      .key("ver")
      .integer(c.userVersion);
  w.key("iat").integer(c.issuedAt_s).key("exp").integer(c.expiresAt_s).endObject();
  std::string token = base64Url(header) + "." + base64Url(payload);
  const auto signature = mac(token, key);
  return token + "." + base64Url({reinterpret_cast<const char*>(signature.data()), signature.size()});
}

std::optional<Claims> verify(std::string_view token, TokenKind kind, const std::vector<SigningKey>& keys,
                             int64_t now_s) {
  if (token.size() > kLongestToken) return std::nullopt;
  const size_t first = token.find('.'), second = token.find('.', first == std::string_view::npos ? first : first + 1);
  if (second == std::string_view::npos || token.find('.', second + 1) != std::string_view::npos) return std::nullopt;
  const auto header = part(token.substr(0, first));
  if (!header || text(*header, "alg") != "HS256" || text(*header, "typ") != "JWT" || header->contains("crit"))
    return std::nullopt;
  const std::string kid = text(*header, "kid");
  const SigningKey* key = nullptr;
  for (const auto& k : keys)
    if (k.id == kid) key = &k;
  if (key == nullptr) return std::nullopt;
  const auto signature = fromBase64Url(token.substr(second + 1));
  const auto expected = mac(token.substr(0, second), *key);
  if (!signature || signature->size() != expected.size() ||
      CRYPTO_memcmp(signature->data(), expected.data(), expected.size()) != 0)
    return std::nullopt;

  const auto payload = part(token.substr(first + 1, second - first - 1));
  if (!payload || text(*payload, "iss") != kIssuer || text(*payload, "knd") != kindName(kind)) return std::nullopt;
  const auto issued = number(*payload, "iat"), expires = number(*payload, "exp"), version = number(*payload, "ver"),
             sequence = number(*payload, "seq");
  if (!issued || !expires || !version || !sequence || *expires <= now_s || *issued > now_s + kLeeway_s)
    return std::nullopt;
  if (const auto notBefore = number(*payload, "nbf");
      payload->contains("nbf") && (!notBefore || *notBefore > now_s + kLeeway_s))
    return std::nullopt;
  Claims c{kind, text(*payload, "sub"), text(*payload, "sid"), *sequence, *version, *issued, *expires};
  return c.userId.empty() ? std::nullopt : std::optional(std::move(c));
}

}  // namespace tenon::identity
