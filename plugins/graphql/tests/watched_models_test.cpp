// SPDX-License-Identifier: Apache-2.0
#include "live/watched_models.h"

#include <gtest/gtest.h>

#include "school.h"

namespace tenon::graphql {
namespace {

/// The models that a document watches, of the datasource "school".
std::string watchedBy(const std::string& source, const Json& given = Json::object()) {
  const auto schema = schoolSchema();
  const std::shared_ptr<const Document> document = parse(source);
  EXPECT_TRUE(validate(*schema, *document).empty()) << source;
  const auto plan = makePlan(schema, document, {}, {});
  const Variables variables = coerceVariables(*schema, *document, *plan->operation, given, false);
  std::string out;
  for (const WatchedModel& m : watchedModels(*plan, variables)) {
    EXPECT_EQ(m.datasource, "school");
    out += (out.empty() ? "" : " ") + m.model;
  }
  return out;
}

TEST(WatchedModels, AreThoseOfEveryLevel) {
  EXPECT_EQ(watchedBy("subscription { school_list_Student { id } }"), "Student");
  EXPECT_EQ(watchedBy("subscription { school_list_Student { id studentClass { className } } }"), "Classes Student");
  EXPECT_EQ(watchedBy("subscription { school_aggregate_Classes { _count } }"), "Classes");
  EXPECT_EQ(watchedBy("subscription { school_list_Classes { students_aggregate { _count } } }"), "Classes Student");
  EXPECT_EQ(watchedBy("subscription { school_find_by_id_Classes(id: 1) { ...F } } fragment F on school_Classes { "
                      "students { id } }"),
            "Classes Student");
}

TEST(WatchedModels, AreThoseThatConditionsAndOrdersLeadOver) {
  EXPECT_EQ(
      watchedBy(R"(subscription { school_list_Student(where: {studentClass: {className: {_eq: "One"}}}) { id } })"),
      "Classes Student");
  EXPECT_EQ(
      watchedBy(
          "subscription { school_list_Student(where: {_not: {_or: [{age: {_eq: 1}}, {studentClass: null}]}}) { id } }"),
      "Classes Student");
  EXPECT_EQ(
      watchedBy("subscription { school_list_Student(sort: [{age: asc}, {studentClass: {className: asc}}]) { id } }"),
      "Classes Student");
  EXPECT_EQ(watchedBy("subscription { school_list_Student(order_by: {age: asc}) { id } }"), "Student");
  const std::string variable = "subscription ($w: school_Student_bool_exp) { school_list_Student(where: $w) { id } }";
  EXPECT_EQ(watchedBy(variable), "Student");
  EXPECT_EQ(watchedBy(variable, {{"w", {{"age", {{"_eq", 1}}}}}}), "Student");
  EXPECT_EQ(watchedBy(variable, {{"w", {{"studentClass", {{"className", {{"_eq", "One"}}}}}}}}), "Classes Student");
}

TEST(WatchedModels, AreThoseOfJoins) {
  EXPECT_EQ(watchedBy("subscription { school_list_Student { id _join { school_list_Classes { id } } } }"),
            "Classes Student");
}

TEST(WatchedModels, LeaveOutWhatIsLeftOut) {
  const std::string query =
      "subscription ($yes: Boolean!) { school_list_Student { id studentClass @include(if: $yes) { id } } }";
  EXPECT_EQ(watchedBy(query, {{"yes", false}}), "Student");
  EXPECT_EQ(watchedBy(query, {{"yes", true}}), "Classes Student");
}

TEST(WatchedModels, TakeAConditionThatAnExportSetsForAny) {
  EXPECT_EQ(watchedBy(R"(subscription ($w: school_Student_bool_exp @internal) { school_list_Student {
                           remark @export(as: "w") _join { school_list_Student(where: $w) { id } } } })"),
            "Classes Student");
}

}  // namespace
}  // namespace tenon::graphql
