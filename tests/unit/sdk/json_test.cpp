// SPDX-License-Identifier: Apache-2.0
#include "tenon/extras/json.hpp"

#include <gtest/gtest.h>

namespace tenon {

namespace {

/// The kind of what is thrown and the byte that it names; fails when nothing is.
std::pair<JsonError::Kind, size_t> refusal(std::string_view text, int maxDepth = kMaxJsonDepth) {
  try {
    parseJson(text, maxDepth);
  } catch (const JsonError& e) {
    return {e.kind(), e.byte()};
  }
  ADD_FAILURE() << "it was taken: " << text.substr(0, 40);
  return {};
}

std::string nested(size_t levels) {
  return std::string(levels, '[') + std::string(levels, ']');
}

}  // namespace

TEST(JsonTest, every_value_comes_back_as_it_was_written) {
  for (const char* text : {"null", "true", "-1", "18446744073709551615", "1.5", "\"\"", "\"a\\u0000b\"", "[]", "{}",
                           "[[],{}]", R"({"b":1,"a":[1,"x",null,{"c":{}}],"":false})", R"([{"a":1},{"a":2,"b":[]},3])"})
    EXPECT_EQ(dumpJson(parseJson(text)), text);
}

TEST(JsonTest, of_members_of_one_name_the_last_counts_however_many_there_are) {
  EXPECT_EQ(dumpJson(parseJson(R"({"a":1,"b":2,"a":[3]})")), R"({"a":[3],"b":2})");
  std::string text = "{";
  for (int i = 0; i < 100; ++i) text += "\"k" + std::to_string(i) + "\":" + std::to_string(i) + ",";
  const Json many = parseJson(text + R"("k0":"x","k99":"y"})");
  EXPECT_EQ(many.size(), 100U);
  EXPECT_EQ(many["k0"], "x");
  EXPECT_EQ(many["k50"], 50);
  EXPECT_EQ(many["k99"], "y");
  EXPECT_EQ(many.begin().key(), "k0");
}

TEST(JsonTest, nesting_is_bounded) {
  EXPECT_EQ(dumpJson(parseJson(nested(3), 3)), nested(3));
  EXPECT_EQ(refusal(nested(4), 3).first, JsonError::Kind::TooDeep);
  EXPECT_EQ(refusal(std::string(1U << 20U, '[')).first, JsonError::Kind::TooDeep);
  EXPECT_EQ(refusal(R"({"a":{"a":{"a":{}}}})", 3).first, JsonError::Kind::TooDeep);
}

TEST(JsonTest, what_is_wrong_is_named_by_its_byte) {
  using Refusal = std::pair<JsonError::Kind, size_t>;
  EXPECT_EQ(refusal("{\"a\":}"), Refusal(JsonError::Kind::Malformed, 6));
  EXPECT_EQ(refusal("[1] 2"), Refusal(JsonError::Kind::Malformed, 5));
  EXPECT_EQ(refusal("\"\xff\""), Refusal(JsonError::Kind::Malformed, 2));
  EXPECT_EQ(refusal(std::string_view("{}\0{", 4)), Refusal(JsonError::Kind::Malformed, 3));
  EXPECT_EQ(refusal("").first, JsonError::Kind::Malformed);
  EXPECT_EQ(refusal("[1e999]").first, JsonError::Kind::NumberRange);
}

// Quadratic time would be minutes here.
TEST(JsonTest, time_grows_with_the_text_alone) {
  std::string list = "[", object = "{";
  for (int i = 0; i < 300000; ++i) {
    list += "{\"a\":1},";
    object += "\"" + std::to_string(i) + "\":1,";
  }
  EXPECT_EQ(parseJson(list + "{}]").size(), 300001U);
  EXPECT_EQ(parseJson(object + "\"x\":1}").size(), 300001U);
}

}  // namespace tenon
