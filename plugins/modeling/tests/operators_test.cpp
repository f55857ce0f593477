// SPDX-License-Identifier: Apache-2.0
#include "records/operators.h"

#include <gtest/gtest.h>

#include "records/conflict.h"
#include "routes/answer.h"
#include "school.h"

namespace tenon::modeling {
namespace {

class OperatorsTest : public ::testing::Test {
 protected:
  Operators read(const char* json, const char* set = "{}") const {
    return readOperators(student_, models_, parseJson(json), parseJson(set));
  }
  std::string refusal(const char* json, const char* set = "{}") const {
    try {
      read(json, set);
    } catch (const Invalid& invalid) {
      return invalid.problems().at(0).field;
    }
    return "accepted";
  }
  std::string overflow(const char* json) {
    SqlText sql;
    appendOverflow(sql, Dialect(testDialect()), read(json).increments.at(0), "t");
    values_ = sql.values;
    return sql.text;
  }
  const ModelSet models_ = schoolModels();
  const Entity& student_ = *models_.entity("Student");
  std::vector<Value> values_;
};

std::string after(const char* value, JsonChange::Kind kind, const char* operand) {
  return dumpJson(changed(parseJson(value), kind, parseJson(operand)));
}

TEST_F(OperatorsTest, an_operator_that_does_not_fit_is_named) {
  for (const char* good : {R"({"age":{"_inc":-3000000000}})", R"({"score":{"_inc":0.5}})",
                           R"({"notes":{"_append":null}})", R"({"notes":{"_delete_at_path":["a","0"]}})"})
    EXPECT_EQ(refusal(good), "accepted") << good;
  const std::pair<const char*, const char*> cases[] = {
      {R"({"nope":{"_inc":1}})", "nope"},
      {R"({"class":{"_inc":1}})", "class"},
      {R"({"id":{"_inc":1}})", "id._inc"},
      {R"({"name":{"_inc":1}})", "name._inc"},
      {R"({"age":{"_inc":null}})", "age._inc"},
      {R"({"age":{"_inc":1.5}})", "age._inc"},
      {R"({"age":{"_mul":1}})", "age._mul"},
      {R"({"age":{"_append":1}})", "age._append"},
      {R"({"notes":{"_delete_key":1}})", "notes._delete_key"},
      {R"({"notes":{"_delete_elem":"1"}})", "notes._delete_elem"},
      {R"({"notes":{"_delete_at_path":[1]}})", "notes._delete_at_path"},
      {R"({"notes":{"_append":1,"_prepend":2}})", "notes"},
      {R"({"notes":{}})", "notes"}};
  for (const auto& [json, field] : cases) EXPECT_EQ(refusal(json), field) << json;
  EXPECT_EQ(refusal(R"({"age":{"_inc":1}})", R"({"age":2})"), "age");
}

TEST_F(OperatorsTest, an_increment_is_added_by_the_database_with_the_digits_of_the_field) {
  SqlText sql;
  appendIncrement(sql, Dialect(testDialect()), read(R"({"age":{"_inc":1}})").increments.at(0));
  EXPECT_EQ(sql.text, R"("age" = "age" + $1)");
  sql = {};
  appendIncrement(sql, Dialect(testDialect()), read(R"({"score":{"_inc":0.5}})").increments.at(0));
  EXPECT_EQ(sql.text, R"("score" = round(cast("score" + $1 as decimal(5,2)), 2))");
}

TEST_F(OperatorsTest, numbers_that_would_leave_the_range_are_found) {
  EXPECT_EQ(overflow(R"({"age":{"_inc":1}})"), R"(t."age" > $1)");
  EXPECT_EQ(values_.at(0).integer, INT32_MAX - 1);
  EXPECT_EQ(overflow(R"({"age":{"_inc":-1}})"), R"(t."age" < $1)");
  EXPECT_EQ(values_.at(0).integer, int64_t{INT32_MIN} + 1);
  EXPECT_EQ(overflow(R"({"classId":{"_inc":-9223372036854775808}})"), R"(t."classId" < $1)");
  EXPECT_EQ(values_.at(0).integer, 0);
  EXPECT_EQ(overflow(R"({"age":{"_inc":9223372036854775807}})"), R"(t."age" > $1)");
  EXPECT_EQ(overflow(R"({"score":{"_inc":10}})"), R"(t."score" >= $1)");
  EXPECT_DOUBLE_EQ(values_.at(0).number, 989.995);  // 999.995 would be rounded up
}

TEST(JsonChanges, are_those_of_their_operators) {
  using enum JsonChange::Kind;
  EXPECT_EQ(after(R"({"a":1,"b":2})", Append, R"({"b":3,"c":4})"), R"({"a":1,"b":3,"c":4})");
  EXPECT_EQ(after(R"({"a":1,"b":2})", Prepend, R"({"b":3,"c":4})"), R"({"b":2,"c":4,"a":1})");
  EXPECT_EQ(after("[1]", Append, "[2,3]"), "[1,2,3]");
  EXPECT_EQ(after("[1]", Append, "2"), "[1,2]");
  EXPECT_EQ(after("[1]", Prepend, "2"), "[2,1]");
  EXPECT_EQ(after("1", Append, R"({"a":1})"), R"([1,{"a":1}])");
  EXPECT_EQ(after(R"({"a":1,"b":2})", DeleteKey, R"("a")"), R"({"b":2})");
  EXPECT_EQ(after(R"(["a","b","a",["a"]])", DeleteKey, R"("a")"), R"(["b",["a"]])");
  EXPECT_EQ(after("[1,2,3]", DeleteElement, "-1"), "[1,2]");
  EXPECT_EQ(after("[1,2,3]", DeleteElement, "0"), "[2,3]");
  EXPECT_EQ(after(R"({"a":[{"b":1,"c":2}]})", DeleteAtPath, R"(["a","0","b"])"), R"({"a":[{"c":2}]})");
  EXPECT_EQ(after(R"({"a":[1,2]})", DeleteAtPath, R"(["a","-1"])"), R"({"a":[1]})");
}

TEST(JsonChanges, of_what_is_not_there_change_nothing) {
  using enum JsonChange::Kind;
  EXPECT_EQ(after("1", DeleteKey, R"("a")"), "1");
  EXPECT_EQ(after(R"({"a":1})", DeleteElement, "0"), R"({"a":1})");
  EXPECT_EQ(after("[1]", DeleteElement, "1"), "[1]");
  EXPECT_EQ(after("[1]", DeleteElement, "-9223372036854775808"), "[1]");
  for (const char* path : {R"(["b"])", R"(["a","x"])", R"(["a","0","b"])", R"(["a","99999999999999999999"])", "[]"})
    EXPECT_EQ(after(R"({"a":[1]})", DeleteAtPath, path), R"({"a":[1]})") << path;
}

TEST_F(OperatorsTest, a_conflict_is_about_a_unique_key) {
  const auto accepted = [&](const char* json) {
    try {
      readConflict(student_, parseJson(json), {});
      return true;
    } catch (const Invalid&) {
      return false;
    }
  };
  for (const char* good : {R"({"fields":["id"]})", R"({"fields":["name"],"update":["age"]})",
                           R"({"fields":["name","age"],"where":{"age":1}})"})
    EXPECT_TRUE(accepted(good)) << good;
  for (const char* bad : {"[]", "{}", R"({"fields":[]})", R"({"fields":["age"]})", R"({"fields":["nope"]})",
                          R"({"fields":["id"],"update":["class"]})", R"({"fields":["id"],"update":"age"})"})
    EXPECT_FALSE(accepted(bad)) << bad;
}

TEST_F(OperatorsTest, a_key_with_a_null_in_it_is_in_nobodys_way) {
  const Conflict conflict = readConflict(student_, parseJson(R"({"fields":["age","name"]})"), {});
  EXPECT_FALSE(sameKey(student_, conflict, parseJson(R"({"name":"A"})"), {}, {}));
  EXPECT_FALSE(sameKey(student_, conflict, parseJson(R"({"name":"A","age":null})"), {}, {}));
  EXPECT_EQ(dumpJson(*sameKey(student_, conflict, parseJson(R"({"name":"A","age":3})"), {}, {})),
            R"({"age":{"_eq":3},"name":{"_eq":"A"}})");
}

TEST_F(OperatorsTest, a_key_that_the_database_fills_in_needs_its_value) {
  Entity entity = student_;
  const auto age =
      std::find_if(entity.fields.begin(), entity.fields.end(), [](const Field& f) { return f.name == "age"; });
  age->additionalProperties = {{"databaseDefault", "random()"}};
  const Conflict conflict = readConflict(entity, parseJson(R"({"fields":["age","name"]})"), {});
  EXPECT_THROW(sameKey(entity, conflict, parseJson(R"({"name":"A"})"), {}, {}), Invalid);
  EXPECT_TRUE(sameKey(entity, conflict, parseJson(R"({"name":"A","age":1})"), {}, {}));
}

}  // namespace
}  // namespace tenon::modeling
