// SPDX-License-Identifier: Apache-2.0
#include "records/filter.h"

#include <gtest/gtest.h>

#include "records/expansion.h"
#include "records/plan.h"
#include "routes/answer.h"
#include "school.h"

namespace tenon::modeling {
namespace {

class FilterTest : public ::testing::Test {
 protected:
  std::string where(const char* filter) {
    SqlText sql;
    appendWhere(sql, Dialect(testDialect()), models_, *models_.entity("Student"), "t", readFilter(filter), tenant_);
    values_ = sql.values;
    return sql.text.empty() ? "" : sql.text.substr(7);
  }
  std::string refusal(const std::string& filter) {
    try {
      where(filter.c_str());
    } catch (const Invalid& invalid) {
      return invalid.problems().at(0).field;
    }
    return "accepted";
  }
  std::string order(const char* sort) {
    SqlText sql;
    appendOrder(sql, Dialect(testDialect()), *models_.entity("Student"), models_, sort, tenant_);
    return sql.text;
  }
  ModelSet models_ = schoolModels();
  std::string tenant_;
  std::vector<Value> values_;
};

TEST_F(FilterTest, every_operator_has_its_sql) {
  const std::pair<const char*, const char*> cases[] = {
      {R"({"age":1})", R"((t."age" = $1))"},
      {R"({"age":null})", R"((t."age" is null))"},
      {R"({"age":{"_ne":null}})", R"(((t."age" is not null)))"},
      {R"({"age":{"_gte":1,"_lt":9}})", R"(((t."age" >= $1 and t."age" < $2)))"},
      {R"({"age":{"_in":[1,null,2]}})", R"((((t."age" in ($1, $2) or t."age" is null))))"},
      {R"({"age":{"_nin":[1,null]}})", R"(((t."age" not in ($1))))"},
      {R"({"age":{"_in":[]}})", "((1 = 0))"},
      {R"({"age":{"_nin":[]}})", "((1 = 1))"},
      {R"({"age":[3]})", R"((t."age" in ($1)))"},
      {R"({"age":{"_between":[1,2]}})", R"(((t."age" between $1 and $2)))"},
      {R"({"name":{"_contains":"x"}})", R"(((t."name" like $1 escape '\')))"},
      {R"({"name":{"_not_contains":["x","y"]}})",
       R"((((t."name" not like $1 escape '\' and t."name" not like $2 escape '\'))))"},
      {R"({"hobbies":{"_contains":"sing"}})",
       R"((((t."hobbies" like $1 escape '\' or t."hobbies" like $2 escape '\' or t."hobbies" like $3 escape '\' or t."hobbies" like $4 escape '\'))))"},
      {R"({"name":{"_ilike":"a%"}})", R"(((lower(t."name") like lower($1) escape '\')))"},
      {R"({"name":{"_regex":"^a"}})", R"((((t."name" regexp $1))))"},
      {R"({"name":{"_nregex":"^a"}})", R"(((not (t."name" regexp $1))))"},
      {R"({"rises":{"_lt":"06:30"}})", R"((((clock(t."rises")) < (clock($1)))))"},
      {R"({"class":{"className":"x","id":1}})",
       R"(((exists (select 1 from "Classes" t1 where t1."id" = t."classId" and (t1."className" = $1 and t1."id" = $2)))))"},
      {R"({"_or":[{"age":1},{"name":"x"}]})", R"((((t."age" = $1) or (t."name" = $2))))"},
      {R"({"_and":{"age":1}})", R"((((t."age" = $1))))"},
      {R"({"_not":{"age":1}})", R"((not (t."age" = $1)))"},
      {R"({"age":{"_or":[{"_lt":1},{"_gt":2}]}})", R"(((((t."age" < $1) or (t."age" > $2)))))"},
      {R"({"class":{"className":{"_eq":"x"}}})",
       R"(((exists (select 1 from "Classes" t1 where t1."id" = t."classId" and ((t1."className" = $1))))))"},
      {R"({"class":null})", R"((not exists (select 1 from "Classes" t1 where t1."id" = t."classId")))"},
      {R"({"class":{"_ne":null}})", R"(((exists (select 1 from "Classes" t1 where t1."id" = t."classId"))))"},
      {R"({"class":{"students":{"age":{"_gt":3}}}})",
       R"(((exists (select 1 from "Classes" t1 where t1."id" = t."classId" and ((exists (select 1 from "Student" t2 where t2."classId" = t1."id" and ((t2."age" > $1)))))))))"},
      {R"({"notes":{"a":1}})", R"((t."notes" = $1))"},
      {"{}", ""},
      {"", ""},
      {R"({"age":{}})", ""},
      {R"({"_or":[{},{"age":{}}]})", ""},
      {R"({"_not":{}})", ""}};
  for (const auto& [filter, sql] : cases) EXPECT_EQ(where(filter), sql) << filter;
}

TEST_F(FilterTest, related_records_are_counted_by_one_subquery) {
  const auto ofClasses = [&](const char* filter) {
    SqlText sql;
    appendWhere(sql, Dialect(testDialect()), models_, *models_.entity("Classes"), "t", readFilter(filter), {});
    values_ = sql.values;
    return sql.text;
  };
  EXPECT_EQ(
      ofClasses(R"({"students_aggregate":{"count":{"predicate":{"_gt":2,"_lt":9},"filter":{"age":1}}}})"),
      R"( where (exists (select count(*) from "Student" t1 where t1."classId" = t."id" and (t1."age" = $1) having (count(*) > $2 and count(*) < $3))))");
  EXPECT_EQ(values_.at(1).integer, 2);
  EXPECT_EQ(
      ofClasses(R"({"students_aggregate":{"count":{"predicate":{"_in":[0]},"arguments":["age"],"distinct":true}}})"),
      R"( where (exists (select count(distinct t1."age") from "Student" t1 where t1."classId" = t."id" having (count(distinct t1."age") in ($1)))))");
  EXPECT_EQ(ofClasses(R"({"students_aggregate":{"count":{"predicate":{}}}})"), "");
  EXPECT_EQ(ofClasses(R"({"students_aggregate":null})"), "");
  for (const char* bad :
       {R"({"students_aggregate":3})", R"({"students_aggregate":{"sum":{}}})", R"({"students_aggregate":{"count":{}}})",
        R"({"students_aggregate":{"count":{"predicate":{"_like":"x"}}}})", R"({"className_aggregate":{}})",
        R"({"students_aggregate":{"count":{"predicate":{"_gt":1},"arguments":["age","id"]}}})",
        R"({"students_aggregate":{"count":{"predicate":{"_gt":1},"filter":{"nope":1}}}})"})
    EXPECT_THROW(ofClasses(bad), Invalid) << bad;
}

TEST_F(FilterTest, a_number_past_the_signed_ones_is_refused_where_no_column_holds_it) {
  where(R"({"id":{"_in":[9223372036854775807,7]}})");
  EXPECT_STREQ(values_.at(0).format, "l");
  EXPECT_EQ(refusal(R"({"id":{"_in":[7,18446744073709551615]}})"), "filter.id._in[1]");
  EXPECT_EQ(refusal(R"({"id":"9223372036854775808"})"), "filter.id");
  EXPECT_EQ(refusal(R"({"age":9223372036854775808})"), "filter.age");
  EXPECT_EQ(refusal(R"({"id":"18446744073709551616"})"), "filter.id");
}

TEST_F(FilterTest, values_are_converted_by_the_field_and_never_part_of_the_text) {
  EXPECT_EQ(where(R"({"age":"7"})").find('7'), std::string::npos);
  EXPECT_EQ(values_.at(0).integer, 7);
  EXPECT_STREQ(values_.at(0).format, "l");
  where(R"({"seen":{"_gt":"2022-03-10 23:59:59"}})");
  EXPECT_STREQ(values_.at(0).format, "tsu:");
  EXPECT_EQ(where(R"({"name":"'; drop table x; --"})").find("drop"), std::string::npos);
  where(R"({"name":{"_contains":"50%_\\"}})");
  EXPECT_EQ(values_.at(0).text, R"(%50\%\_\\%)");
}

TEST_F(FilterTest, mistakes_are_named_with_their_path) {
  const std::pair<const char*, const char*> cases[] = {{"{", "filter"},
                                                       {"[]", "filter"},
                                                       {"1", "filter"},
                                                       {R"({"nope":1})", "filter.nope"},
                                                       {R"({"age":{"_x":1}})", "filter.age._x"},
                                                       {R"({"age":{"_gt":null}})", "filter.age._gt"},
                                                       {R"({"age":"old"})", "filter.age"},
                                                       {R"({"age":1.5})", "filter.age"},
                                                       {R"({"age":2147483648})", "filter.age"},
                                                       {R"({"age":{"_in":[1,"x"]}})", "filter.age._in[1]"},
                                                       {R"({"age":{"_between":[1]}})", "filter.age._between"},
                                                       {R"({"age":{"_contains":1}})", "filter.age._contains"},
                                                       {R"({"active":{"_gt":1}})", "filter.active._gt"},
                                                       {R"({"_or":[{"nope":1}]})", "filter._or[0].nope"},
                                                       {R"({"_and":3})", "filter._and"},
                                                       {R"({"class":3})", "filter.class"},
                                                       {R"({"class":{"_eq":1}})", "filter.class._eq"},
                                                       {R"({"class":{"nope":1}})", "filter.class.nope"},
                                                       {R"({"name":{"_is_null":1}})", "filter.name._is_null"}};
  for (const auto& [filter, field] : cases) EXPECT_EQ(refusal(filter), field) << filter;
}

TEST_F(FilterTest, depth_conditions_and_values_are_bounded) {
  std::string deep = R"({"age":1})";
  for (int i = 0; i < 40; ++i) deep = R"({"_and":[)" + deep + "]}";
  EXPECT_NE(refusal(deep), "accepted");
  std::string relations = R"({"age":1})";
  for (int i = 0; i < 20; ++i) relations = R"({"class":{"students":)" + relations + "}}";
  EXPECT_NE(refusal(relations), "accepted");
  std::string many = R"({"_or":[)";
  for (int i = 0; i < 1001; ++i) many += (i > 0 ? "," : "") + std::string(R"({"age":null})");
  EXPECT_NE(refusal(many + "]}"), "accepted");
  std::string list = R"({"age":{"_in":[)";
  for (int i = 0; i < 101; ++i) list += (i > 0 ? "," : "") + std::to_string(i);
  EXPECT_NE(refusal(list + "]}}"), "accepted") << "more than the dialect binds";
}

TEST_F(FilterTest, sorting_ends_with_the_identity) {
  EXPECT_EQ(order(""), R"( order by t."id" asc)");
  EXPECT_EQ(order("-age,name"), R"( order by t."age" desc, t."name" asc, t."id" asc)");
  EXPECT_EQ(order(R"([{"field":"id","order":"DESC"}])"), R"( order by t."id" desc)");
  EXPECT_EQ(order("class.className"),
            R"( order by (select s0."className" from "Classes" s0 where s0."id" = t."classId") asc, t."id" asc)");
  for (const char* bad :
       {"nope", "class", "class.students.age", "[1]", "[", R"([{"field":"age","order":"up"}])", "age;drop"})
    EXPECT_THROW(order(bad), Invalid) << bad;
}

TEST(Expansion, reads_paths_and_keeps_bounds) {
  EXPECT_EQ(readExpansion("true", 5).all, 5U);
  EXPECT_FALSE(readExpansion("false", 5).any());
  const Expansion e = readExpansion("a.b,a.c,d", 5);
  EXPECT_EQ(e.named.at("a")->named.size(), 2U);
  EXPECT_EQ(e.named.count("d"), 1U);
  for (const std::string& bad : {std::string(","), std::string("a..b"), std::string("a.b.c.d.e.f.g.h.i.j.k")})
    EXPECT_THROW(readExpansion(bad, 5), Invalid) << bad;
}

}  // namespace
}  // namespace tenon::modeling
