// SPDX-License-Identifier: Apache-2.0
#include "options.h"

#include <gtest/gtest.h>

#include "tenon/error.hpp"

namespace tenon::mysql {

namespace {

std::string refusedKey(const std::string& json) {
  try {
    readOptions(json);
  } catch (const Failure& f) {
    return f.object();
  }
  return "accepted";
}

TEST(MySqlOptions, TakesTheUrlApart) {
  const Options o = readOptions(R"({"dbKind":"mariadb","url":"jdbc:mariadb://db.local:3307/shop%20one?useSSL=true",)"
                                R"("username":"u","password":"p"})");
  EXPECT_EQ(o.host, "db.local");
  EXPECT_EQ(o.port, 3307);
  EXPECT_EQ(o.database, "shop one");
  EXPECT_EQ(o.tls, "required");
  EXPECT_EQ(o.username, "u");
  EXPECT_EQ(o.password, "p");
}

TEST(MySqlOptions, HasStandards) {
  const Options o = readOptions(R"({"url":"jdbc:mysql://h/d"})");
  EXPECT_EQ(o.port, 3306);
  EXPECT_EQ(o.tls, "preferred");
  EXPECT_EQ(readOptions(R"({"url":"jdbc:mysql://[::1]:3306/d"})").host, "::1");
}

TEST(MySqlOptions, TakesWhatApplicationsWriteIntoTheirUrls) {
  const Options o = readOptions(R"({"url":"jdbc:mysql://h/d?useUnicode=true&characterEncoding=utf8&serverTimezone=Asia)"
                                R"(%2FShanghai&sslMode=VERIFY_IDENTITY&connectTimeout=7000"})");
  EXPECT_EQ(o.tls, "verify");
  EXPECT_EQ(o.connectTimeout_ms, 7000U);
}

TEST(MySqlOptions, NamesTheKeyThatIsWrong) {
  EXPECT_EQ(refusedKey(R"({"url":7})"), "url");
  EXPECT_EQ(refusedKey("{}"), "url");
  EXPECT_EQ(refusedKey(R"({"url":"jdbc:postgresql://h/d"})"), "url");
  EXPECT_EQ(refusedKey(R"({"url":"jdbc:mysql://h"})"), "url");
  EXPECT_EQ(refusedKey(R"({"url":"jdbc:mysql://h:0/d"})"), "url");
  EXPECT_EQ(refusedKey(R"({"url":"jdbc:mysql://a,b/d"})"), "url");
  EXPECT_EQ(refusedKey(R"({"url":"jdbc:mysql://u:p@h/d"})"), "url");
  EXPECT_EQ(refusedKey(R"({"url":"jdbc:mysql://h/d?allowLoadLocalInfile=true"})"), "url");
  EXPECT_EQ(refusedKey(R"({"url":"jdbc:mysql://h/d","statement_cahce":1})"), "statement_cahce");
  EXPECT_EQ(refusedKey(R"({"url":"jdbc:mysql://h/d","tls":"maybe"})"), "tls");
}

TEST(MySqlOptions, FilesAreForTheOperator) {
  EXPECT_EQ(refusedKey(R"({"url":"jdbc:mysql://h/d","tls_key":"secret.pem"})"), "tls_key");
  EXPECT_EQ(readOptions(R"({"url":"jdbc:mysql://h/d","tls_key":"k.pem","trusted":true})").tlsKey, "k.pem");
  EXPECT_EQ(refusedKey(R"({"url":"jdbc:mysql://%2Frun%2Fdb/d"})"), "accepted") << "a host name is not decoded";
}

}  // namespace

}  // namespace tenon::mysql
