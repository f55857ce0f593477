// SPDX-License-Identifier: Apache-2.0
#include "execution/transform.h"

#include <gtest/gtest.h>

namespace tenon::graphql {
namespace {

std::string found(std::string_view json, std::string_view path) {
  std::string out;
  const bool all = transform(json, path, out);
  return all ? out : "not: " + out;
}

TEST(Transform, finds_members_and_elements) {
  constexpr char kJson[] = R"({"a":[{"b":"x,]}\"","c":-1.50},{"b":null}],"d":{"e":{"f":true}},"g":[]})";
  EXPECT_EQ(found(kJson, "a.0.b"), R"("x,]}\"")");
  EXPECT_EQ(found(kJson, "a.b"), R"(["x,]}\"",null])");
  EXPECT_EQ(found(kJson, "d.e"), R"({"f":true})");
  EXPECT_EQ(found(kJson, "d.e.f"), "true");
  EXPECT_EQ(found(kJson, "g"), "[]");
  EXPECT_EQ(found(kJson, "g.x"), "[]");
  EXPECT_EQ(found("[[1,2],[3]]", "1.0"), "3");
}

TEST(Transform, keeps_every_digit) {
  EXPECT_EQ(found(R"({"a":12345678901234567890.123456789})", "a"), "12345678901234567890.123456789");
  EXPECT_EQ(found(R"([{"a":1e400},{"a":10}])", "a"), "[1e400,10]");
}

TEST(Transform, is_null_where_there_is_nothing) {
  EXPECT_EQ(found(R"({"a":1})", "b"), "not: null");
  EXPECT_EQ(found(R"({"a":1})", "a.b"), "not: null");
  EXPECT_EQ(found("[1]", "1"), "not: null");
  EXPECT_EQ(found(R"([{"a":1},{}])", "a"), "not: [1,null]");
  EXPECT_EQ(found("{}", "a"), "not: null");
  EXPECT_EQ(found("null", "a"), "not: null");
  EXPECT_EQ(found("", "a"), "not: null");
}

TEST(Transform, reads_stored_json_with_blanks_escapes_and_names_that_stand_twice) {
  EXPECT_EQ(found(" { \"a\" : [ 1 , { \"b\" : 2 } ] , \"c\":3 }\n", "a.1.b"), "2");
  EXPECT_EQ(found(R"({"\u0061":5})", "a"), "5");
  EXPECT_EQ(found(R"({"a":1,"a":2})", "a"), "2");
}

TEST(Transform, bounds_lists_in_lists) {
  const std::string deep(5000, '[');
  EXPECT_EQ(found(deep + std::string(5000, ']'), "a").substr(0, 5), "not: ");
}

}  // namespace
}  // namespace tenon::graphql
