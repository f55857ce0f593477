// SPDX-License-Identifier: Apache-2.0
#include "jwt.h"

#include <gtest/gtest.h>

#include "login_guard.h"
#include "routes.h"
#include "token_cache.h"

namespace tenon::identity {
namespace {

constexpr int64_t kNow = 1700000000;

SigningKey key(const char* id, unsigned char fill) {
  SigningKey k;
  k.id = id;
  k.secret.fill(fill);
  return k;
}
Claims claims(TokenKind kind = TokenKind::Access) {
  return {kind, "admin", "s1", 3, 7, kNow, kNow + 60};
}

TEST(Jwt, comes_back_as_it_was_signed) {
  const auto k = key("a", 1);
  const auto c = verify(sign(claims(), k), TokenKind::Access, {k}, kNow);
  ASSERT_TRUE(c);
  EXPECT_EQ(c->userId, "admin");
  EXPECT_EQ(c->session, "s1");
  EXPECT_EQ(c->sequence, 3);
  EXPECT_EQ(c->userVersion, 7);
}

TEST(Jwt, is_believed_by_an_older_key_too) {
  const auto k = key("a", 1);
  EXPECT_TRUE(verify(sign(claims(), k), TokenKind::Access, {key("b", 2), k}, kNow));
}

TEST(Jwt, every_forgery_gets_the_same_answer) {
  const auto k = key("a", 1);
  const std::string good = sign(claims(), k);
  const size_t dot1 = good.find('.'), dot2 = good.rfind('.');
  const std::string head = good.substr(0, dot1), payload = good.substr(dot1 + 1, dot2 - dot1 - 1),
                    signature = good.substr(dot2 + 1);
  const auto header = [&](const char* json) { return base64Url(json) + "." + payload + "." + signature; };
  std::vector<std::string> forged = {"",
                                     ".",
                                     "..",
                                     "...",
                                     "a.b.c",
                                     head + "." + payload,
                                     head + "." + payload + ".",
                                     good + ".",
                                     good + "x",
                                     good.substr(1),
                                     head + "." + base64Url(R"({"sub":"root"})") + "." + signature,
                                     std::string(9000, 'a'),
                                     header(R"({"alg":"none","typ":"JWT","kid":"a"})"),
                                     header(R"({"alg":"HS512","typ":"JWT","kid":"a"})"),
                                     header(R"({"alg":"HS256","typ":"JWT","kid":"../a"})"),
                                     header(R"({"alg":"HS256","typ":"JWT"})"),
                                     header(R"({"alg":"HS256","typ":"JWT","kid":"a","crit":["x"]})"),
                                     header("[]"),
                                     header("{")};
  forged.push_back(sign(claims(), key("a", 2)));
  for (const auto& t : forged) EXPECT_FALSE(verify(t, TokenKind::Access, {k}, kNow)) << t.substr(0, 60);
  for (size_t i = 0; i < good.size(); ++i) {
    std::string changed = good;
    changed[i] = changed[i] == 'A' ? 'B' : 'A';
    EXPECT_FALSE(verify(changed, TokenKind::Access, {k}, kNow)) << i;
  }
}

TEST(Jwt, has_its_time_and_its_kind) {
  const auto k = key("a", 1);
  EXPECT_FALSE(verify(sign(claims(), k), TokenKind::Access, {k}, kNow + 60));
  EXPECT_FALSE(verify(sign(claims(TokenKind::Refresh), k), TokenKind::Access, {k}, kNow));
  Claims early = claims();
  early.issuedAt_s = kNow + kLeeway_s + 1;
  EXPECT_FALSE(verify(sign(early, k), TokenKind::Access, {k}, kNow));
}

TEST(Base64Url, is_strict) {
  for (const std::string& s :
       {std::string(), std::string("a"), std::string("ab"), std::string("abc"), std::string("\0\xff\x10", 3)})
    EXPECT_EQ(fromBase64Url(base64Url(s)), s);
  for (const char* bad : {"a", "YQ==", "YR", "Y Q", "Y+8", "Y/8"}) EXPECT_FALSE(fromBase64Url(bad)) << bad;
}

TEST(Cookie, is_found_by_its_whole_name) {
  EXPECT_EQ(cookieValue("a=1; refreshToken=x.y; b=2", "refreshToken"), "x.y");
  EXPECT_EQ(cookieValue("xrefreshToken=1", "refreshToken"), "");
  EXPECT_EQ(cookieValue("refreshToken", "refreshToken"), "");
}

TEST(TokenCache, forgets_the_least_recently_used) {
  TokenCache cache(16);
  for (int i = 0; i < 1000; ++i) cache.put("t" + std::to_string(i), {"u", 1, i});
  int kept = 0;
  for (int i = 0; i < 1000; ++i) kept += cache.find("t" + std::to_string(i)) ? 1 : 0;
  EXPECT_LE(kept, 32);
  EXPECT_GE(kept, 16);
  EXPECT_EQ(cache.find("t999")->expiresAt_s, 999);
}

TEST(LockOut, doubles_up_to_its_bound) {
  LockOutConfig c;
  EXPECT_EQ(blockAfter_ms(c, 9, 10), 0U);
  EXPECT_EQ(blockAfter_ms(c, 10, 10), 60000U);
  EXPECT_EQ(blockAfter_ms(c, 12, 10), 240000U);
  EXPECT_EQ(blockAfter_ms(c, 1000000, 10), c.longestBlock_ms);
}

}  // namespace
}  // namespace tenon::identity
