// SPDX-License-Identifier: Apache-2.0
#include "http/syntax.h"

#include <gtest/gtest.h>

#include "http/gzip.h"
#include "http/problem.h"

namespace tenon::host {
namespace {

TEST(Syntax, decodes_percent_escapes_strictly) {
  EXPECT_EQ(percentDecoded("a%20b+c", false), "a b+c");
  EXPECT_EQ(percentDecoded("a%20b+c", true), "a b c");
  EXPECT_EQ(percentDecoded("%E4%B8%AD", false), "中");
  for (const char* bad : {"%", "%2", "%zz", "%00", "%ff", "%c0%80", "%ed%a0%80"})
    EXPECT_FALSE(percentDecoded(bad, false)) << bad;
}

TEST(Syntax, knows_utf8) {
  for (const char* good : {"", "abc", "é", "中", "\U0001F600"}) EXPECT_TRUE(isUtf8(good)) << good;
  for (const char* bad :
       {"\x80", "\xC0\x80", "\xE0\x80\x80", "\xED\xA0\x80", "\xF5\x80\x80\x80", "\xF4\x90\x80\x80", "\xE4\xB8"})
    EXPECT_FALSE(isUtf8(bad));
}

TEST(Syntax, weighs_lists) {
  EXPECT_TRUE(acceptsGzip("br, gzip;q=0.5"));
  EXPECT_TRUE(acceptsGzip("*"));
  EXPECT_FALSE(acceptsGzip("gzip;q=0, *"));
  EXPECT_FALSE(acceptsGzip("gzip;q=0.000"));
  EXPECT_FALSE(acceptsGzip("br"));
  EXPECT_FALSE(acceptsGzip(""));
}

TEST(Language, is_what_the_client_likes_best_of_the_two) {
  EXPECT_EQ(chooseLanguage("en-GB,en;q=0.9,zh;q=0.8", "zh-CN"), "en");
  EXPECT_EQ(chooseLanguage("en;q=0.1, zh-TW;q=0.2", "en"), "zh-CN");
  EXPECT_EQ(chooseLanguage("fr", "zh-CN"), "zh-CN");
  EXPECT_EQ(chooseLanguage("", "en"), "en");
}

TEST(Problem, has_the_published_shape) {
  std::string body;
  const tenon_field_problem field{{"name", 4}, {"\"quoted\"", 8}};
  appendProblem(body, 1001, "参数验证异常", &field, 1);
  EXPECT_EQ(
      body,
      R"({"code":1001,"message":"参数验证异常","success":false,"errors":[{"field":"name","message":"\"quoted\""}]})");
  body.clear();
  appendProblem(body, -1, "x", nullptr, 0);
  EXPECT_EQ(body, R"({"code":-1,"message":"x","success":false})");
}

}  // namespace
}  // namespace tenon::host
