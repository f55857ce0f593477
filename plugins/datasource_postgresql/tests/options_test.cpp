// SPDX-License-Identifier: Apache-2.0
#include "options.h"

#include <gtest/gtest.h>

#include "connect.h"
#include "tenon/extras/json.hpp"

namespace tenon::postgresql {
namespace {

Options read(const Json& more) {
  Json json{{"dbKind", "postgresql"}, {"url", "jdbc:postgresql://h/d"}, {"username", "u"}};
  if (!more.is_null()) json.update(more);
  return readOptions(dumpJson(json));
}

std::string refusedKey(const Json& more) {
  try {
    read(more);
  } catch (const Failure& f) {
    EXPECT_EQ(f.code(), TENON_INVALID);
    return f.object();
  }
  return {};
}

TEST(Options, takes_every_spelling_of_a_server) {
  for (const char* url : {"jdbc:postgresql://db.example:6543/shop", "postgresql://db.example:6543/shop"}) {
    const Options o = read({{"url", url}});
    EXPECT_EQ(o.host, "db.example");
    EXPECT_EQ(o.port, 6543);
    EXPECT_EQ(o.database, "shop");
  }
  EXPECT_EQ(read({{"url", "postgresql://[::1]/x"}}).host, "::1");
  EXPECT_EQ(read({{"url", "postgresql://h"}}).database, "u") << "as the server has it";
  EXPECT_EQ(read({}).port, 5432);
}

TEST(Options, heeds_what_a_url_says_and_what_jdbc_says_about_itself) {
  const Options o =
      read({{"url",
             "jdbc:postgresql://h/d?currentSchema=a,%22B%20b%22&sslmode=require&connectTimeout=7&"
             "ApplicationName=shop&stringtype=unspecified&prepareThreshold=5&reWriteBatchedInserts=true"}});
  EXPECT_EQ(o.searchPath, R"("a","B b")");
  EXPECT_EQ(o.tls, "require");
  EXPECT_EQ(o.connectTimeout_ms, 7000U);
  EXPECT_EQ(o.applicationName, "shop");
}

TEST(Options, members_stand_above_the_url) {
  const Options o = read({{"url", "jdbc:postgresql://h/d?currentSchema=a&sslmode=disable&connectTimeout=7"},
                          {"schema", "my \"schema\", really"},
                          {"tls", "require"},
                          {"connect_timeout_ms", 100},
                          {"statement_cache", 0}});
  EXPECT_EQ(o.searchPath, R"("my ""schema"", really")");
  EXPECT_EQ(o.tls, "require");
  EXPECT_EQ(o.connectTimeout_ms, 100U);
  EXPECT_EQ(o.statementCache, 0U);
}

TEST(Options, files_are_the_operators_to_name) {
  for (const char* key : {"tls_root_cert", "tls_cert", "tls_key"}) {
    EXPECT_EQ(refusedKey({{key, "/etc/x.pem"}}), key);
    EXPECT_EQ(refusedKey({{key, "/etc/x.pem"}, {"trusted", true}}), "");
  }
  for (const char* url : {"postgresql://%2Ftmp/d", "postgresql://@x/d", "postgresql://%40x/d"})
    EXPECT_EQ(refusedKey({{"url", url}}), "url") << url;
  EXPECT_EQ(read({{"url", "postgresql://%2Ftmp/d"}, {"trusted", true}}).host, "/tmp");
}

TEST(Options, mistakes_are_named) {
  for (const char* url : {"", "jdbc:mysql://h/d", "jdbc:postgresql://u:p@h/d", "jdbc:postgresql://a,b/d",
                          "jdbc:postgresql://a%2Cb/d", "jdbc:postgresql://h:0/d", "jdbc:postgresql://h/d?user=x",
                          "jdbc:postgresql://h/d?sslMode=require", "jdbc:postgresql://h/d?sslmode=maybe",
                          "jdbc:postgresql://h/d?sslfactory=x", "jdbc:postgresql://h/d?options=-c%20x=y",
                          "jdbc:postgresql://h/d?connectTimeout=x", "jdbc:postgresql://h/d?currentSchema=a,,b",
                          "jdbc:postgresql://h/a%2Fb", "jdbc:postgresql://h/d?ApplicationName=a%00b"})
    EXPECT_EQ(refusedKey({{"url", url}}), "url") << url;
  EXPECT_EQ(refusedKey({{"username", ""}}), "username");
  EXPECT_EQ(refusedKey({{"username", std::string("a\0b", 3)}}), "username");
  EXPECT_EQ(refusedKey({{"password", std::string("a\0b", 3)}}), "password");
  EXPECT_EQ(refusedKey({{"schema", std::string("a\0b", 3)}}), "schema");
  EXPECT_EQ(refusedKey({{"tls", "on"}}), "tls");
  EXPECT_EQ(refusedKey({{"colour", 1}}), "colour");
  EXPECT_EQ(refusedKey({{"connect_timeout_ms", 0}}), "connect_timeout_ms");
  for (const char* junk : {"", "{", "[]", "null", "\xff"}) EXPECT_THROW(readOptions(junk), Failure) << junk;
}

TEST(Connect, settings_are_told_so_that_the_server_reads_them_back) {
  EXPECT_EQ(startupOptions({{"a", "1"}, {"search_path", R"("my schema\",x)"}}),
            R"(-c a=1 -c search_path="my\ schema\\",x)");
}

TEST(Connect, the_time_zone_has_a_name_or_an_offset) {
  EXPECT_FALSE(sessionTimeZone(false).empty());
  const std::string fixed = sessionTimeZone(true);
  EXPECT_EQ(fixed[0], '<');
  EXPECT_EQ(fixed.size(), std::string_view("<+0800>-08:00").size());
}

}  // namespace
}  // namespace tenon::postgresql
