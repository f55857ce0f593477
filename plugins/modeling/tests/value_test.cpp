// SPDX-License-Identifier: Apache-2.0
#include "records/value.h"

#include <gtest/gtest.h>

#include "records/generator.h"
#include "records/record_writer.h"
#include "school.h"

namespace tenon::modeling {
namespace {

class ValueTest : public ::testing::Test {
 protected:
  const Field& field(const char* name) const { return *models_.entity("Student")->field(name); }
  std::string refusal(const char* name, const char* json) const {
    Value v;
    const auto wrong = convert(field(name), parseJson(json), models_, false, v);
    return wrong ? wrong->en : "";
  }
  Value value(const char* name, const char* json) const {
    Value v;
    const auto wrong = convert(field(name), parseJson(json), models_, false, v);
    EXPECT_FALSE(wrong) << json << ": " << wrong->en;
    return v;
  }
  ModelSet models_ = schoolModels();
};

TEST_F(ValueTest, texts_are_taken_for_numbers_and_truth) {
  EXPECT_EQ(value("age", "\"120\"").integer, 120);
  EXPECT_EQ(value("age", "5.0").integer, 5);
  EXPECT_EQ(value("score", "\"9.5\"").number, 9.5);
  EXPECT_TRUE(value("active", "\"1\"").boolean);
  EXPECT_FALSE(value("active", "\"false\"").boolean);
  EXPECT_EQ(value("name", "12").text, "12");
  EXPECT_EQ(value("classId", "9007199254740993").integer, 9007199254740993);
}

TEST_F(ValueTest, what_does_not_fit_is_refused) {
  for (const auto& [name, json] :
       std::initializer_list<std::pair<const char*, const char*>>{{"age", "1.5"},
                                                                  {"age", "\"x\""},
                                                                  {"age", "true"},
                                                                  {"age", "2147483648"},
                                                                  {"classId", "9223372036854775808"},
                                                                  {"score", "\"\""},
                                                                  {"score", "1000"},
                                                                  {"active", "2"},
                                                                  {"active", "\"yes\""},
                                                                  {"born", "\"2024-02-30\""},
                                                                  {"born", "20240101"},
                                                                  {"seen", "\"2024-01-01T25:00\""},
                                                                  {"rises", "\"7\""},
                                                                  {"name", "\"12345678901\""},
                                                                  {"gender", "\"OTHER\""},
                                                                  {"gender", "1"},
                                                                  {"hobbies", "[\"sleep\"]"},
                                                                  {"hobbies", "[1]"},
                                                                  {"class", "1"}})
    EXPECT_NE(refusal(name, json), "") << name << " " << json;
  EXPECT_EQ(refusal("name", "\"中中中中中中中中中中\""), "") << "ten characters, thirty bytes";
}

TEST_F(ValueTest, dates_are_read_in_every_documented_form) {
  EXPECT_EQ(value("seen", "\"2022-03-10T12:15\"").integer, value("seen", "\"2022-03-10 12:15:00.000\"").integer);
  EXPECT_EQ(value("seen", "\"2022-03-10\"").integer, value("seen", "\"2022-03-10T00:00:00\"").integer);
  EXPECT_EQ(value("seen", "\"2022-03-10T12:00:00+02:00\"").integer, value("seen", "\"2022-03-10T10:00:00Z\"").integer);
}

TEST_F(ValueTest, lists_of_an_enum_are_joined) {
  EXPECT_EQ(value("hobbies", R"(["sing","dance"])").text, "sing,dance");
  EXPECT_EQ(value("hobbies", R"("sing,dance")").text, "sing,dance");
  EXPECT_EQ(value("hobbies", "[]").text, "");
}

TEST_F(ValueTest, an_identity_is_read_from_a_path) {
  EXPECT_EQ(identityFromText(field("id"), "12")->integer, 12);
  for (const char* bad : {"", "x", "1.0", "1 ", "99999999999999999999"})
    EXPECT_FALSE(identityFromText(field("id"), bad)) << bad;
}

TEST_F(ValueTest, generators_make_what_they_say) {
  Field f;
  f.defaultValue = {DefaultValue::Kind::Generated, {}, "uuid"};
  const std::string uuid = generated(f, models_, 0).text;
  EXPECT_EQ(uuid.size(), 36U);
  EXPECT_EQ(uuid[14], '4');
  EXPECT_NE(uuid, generated(f, models_, 0).text);
  f.defaultValue.name = "ulid";
  EXPECT_EQ(generated(f, models_, 1469918176385).text.substr(0, 10), "01ARYZ6S41");
  EXPECT_TRUE(generated(field("active"), models_, 0).boolean);
  EXPECT_TRUE(generated(field("age"), models_, 0).isNull());
}

TEST(RecordWriter, makes_valid_json_of_any_bytes) {
  std::string out;
  appendCleanText(out,
                  "a\xff"
                  "b\xe4\xb8 \xed\xa0\x80 中\n");
  EXPECT_EQ(out,
            "\"a\xEF\xBF\xBD"
            "b\xEF\xBF\xBD\xEF\xBF\xBD \xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD 中\\n\"");
  EXPECT_TRUE(Json::accept(out));
}

}  // namespace
}  // namespace tenon::modeling
