// SPDX-License-Identifier: Apache-2.0
#include "execution/cost.h"

#include <gtest/gtest.h>

#include <limits>

#include "schema/cost_rules.h"
#include "schema/sdl.h"
#include "school.h"

namespace tenon::graphql {
namespace {

constexpr uint32_t kMostRows = 10000;

uint64_t costOf(const std::string& source, const Json& given = Json::object(), const PlanLimits& limits = {}) {
  const std::shared_ptr<const Document> document = parse(source);
  const auto plan = makePlan(schoolSchema(), document, {}, limits);
  return costOf(*plan, coerceVariables(*schoolSchema(), *document, *plan->operation, given, false), kMostRows);
}

TEST(Cost, AnObjectCountsOneAndALeafNothing) {
  EXPECT_EQ(costOf("{ school_find_one_Student { id studentName age } }"), 1U);
  EXPECT_EQ(costOf("{ school_find_one_Student { studentClass { id } } }"), 2U);
  EXPECT_EQ(costOf("{ school_aggregate_Student(size: 100) { _count _max { age } } }"), 2U);
}

TEST(Cost, AListCountsAsLongAsItsArgumentSays) {
  EXPECT_EQ(costOf("{ school_list_Student { id } }"), 30U);
  EXPECT_EQ(costOf("{ school_list_Student(page: 2) { id } }"), 30U);
  EXPECT_EQ(costOf("{ school_list_Student(size: 5) { id } }"), 5U);
  EXPECT_EQ(costOf("{ school_list_Student(limit: 7) { id } }"), 7U);
  EXPECT_EQ(costOf("{ school_list_Student(limit: 0) { id } }"), 1U);
  EXPECT_EQ(costOf("{ school_list_Student(limit: -3) { id } }"), 1U);
  EXPECT_EQ(costOf("{ school_list_Student(limit: null) { id } }"), 30U);
}

TEST(Cost, ListsWithinListsMultiply) {
  EXPECT_EQ(costOf("{ school_list_Classes(limit: 4) { students(limit: 5) { studentClass { id } } } }"),
            4U * (1 + 5 * (1 + 1)));
  EXPECT_EQ(costOf("{ school_list_Classes(limit: 4) { students { id } students_aggregate { _count } } }"),
            4U * (1 + 10 + 1));
}

TEST(Cost, VariablesCountAtTheirValue) {
  const std::string query =
      "query($n: Int, $m: Int = 3) { school_list_Classes(limit: $n) { students(size: $m) { id } } }";
  EXPECT_EQ(costOf(query, {{"n", 2}}), 2U * (1 + 3));
  EXPECT_EQ(costOf(query, {{"n", 2}, {"m", 9}}), 2U * (1 + 9));
  EXPECT_EQ(costOf(query), 30U * (1 + 3));
  EXPECT_EQ(costOf(query, {{"n", -5}}), 1U * (1 + 3));
}

TEST(Cost, WhatVariablesLeaveOutCountsNothing) {
  const std::string query =
      "query($yes: Boolean!) { school_list_Student(limit: 5) { studentClass @include(if: $yes) { id } } }";
  EXPECT_EQ(costOf(query, {{"yes", false}}), 5U);
  EXPECT_EQ(costOf(query, {{"yes", true}}), 10U);
}

TEST(Cost, IsPartOfThePlanWhereNoVariableDecidesIt) {
  const auto known = [](const std::string& source) { return makePlan(schoolSchema(), parse(source), {}, {})->cost; };
  EXPECT_EQ(known("{ school_list_Classes(limit: 4) { students { id } } }"), 4U * (1 + 10));
  EXPECT_EQ(known("query($a: Int, $yes: Boolean!) { school_list_Student(where: {age: {_eq: $a}}, limit: 5) "
                  "{ id @include(if: $yes) } }"),
            5U);
  for (const char* variable :
       {"query($n: Int = 2) { school_list_Student(limit: $n) { id } }",
        "query($n: Int) { school_list_Classes { students(size: $n) { id } } }",
        "query($yes: Boolean!) { school_find_one_Student { studentClass @skip(if: $yes) { id } } }"})
    EXPECT_FALSE(known(variable)) << variable;
}

TEST(Cost, WhatAnExportDecidesCountsAtItsMost) {
  EXPECT_EQ(costOf("query($n: Int @internal) { school_find_one_Student { age @export(as: \"n\") "
                   "_join { school_list_Student(limit: $n) { id } } } }"),
            1U + 1 + kMostRows);
}

TEST(Cost, FragmentsCountWhereTheyAreSpread) {
  EXPECT_EQ(costOf("{ a: school_list_Classes(limit: 2) { ...F } b: school_list_Classes(limit: 3) { ...F ...F } } "
                   "fragment F on school_Classes { students(limit: 2) { id } }"),
            2U * (1 + 2) + 3U * (1 + 2));
}

TEST(Cost, ChangesCountTenAndIntrospectionNothing) {
  EXPECT_EQ(costOf("mutation { __typename school_create_Student(data: {}) { id studentClass { id } } }"), 11U);
  EXPECT_EQ(costOf("mutation { school_delete_Student(where: {}) { affected_rows } }"), 10U);
  EXPECT_EQ(costOf("{ __typename __schema { types { name fields { name } } } }"), 0U);
}

TEST(Cost, IsSaturated) {
  std::string query = "{ school_list_Classes(limit: 9223372036854775807) { id";
  for (int i = 0; i < 5; ++i) query += " students(limit: 9223372036854775807) { studentClass { id";
  for (int i = 0; i < 5; ++i) query += " } }";
  EXPECT_EQ(costOf(query + " } }"), std::numeric_limits<uint64_t>::max());
  EXPECT_EQ(costOf("{ school_list_Classes(limit: 99999999999999999999999) { id } }"),
            std::numeric_limits<uint64_t>::max());
}

TEST(Cost, FragmentsThatFanOutAreRefusedBeforeTheyAreCounted) {
  std::string document = "{ school_list_Classes { ...F0 } } ";
  for (int i = 0; i < 60; ++i) {
    document += "fragment F" + std::to_string(i) + " on school_Classes { a: students { studentClass { ...F" +
                std::to_string(i + 1) + " } } b: students { studentClass { ...F" + std::to_string(i + 1) + " } } } ";
  }
  PlanLimits none;
  none.depth = none.nodes = none.aliases = none.rootFields = 0;
  EXPECT_THROW(costOf(document + "fragment F60 on school_Classes { id }", {}, none), RequestError);
}

TEST(Cost, StandsInTheSchema) {
  const std::string sdl = sdlOf(*schoolSchema());
  for (const char* part : {"): [school_Student!]! @listSize(assumedSize: 30, slicingArguments: [\"size\", \"limit\"], "
                           "requireOneSlicingArgument: false)\n",
                           "): [school_Student] @listSize(assumedSize: 10, slicingArguments: [\"size\", \"limit\"], "
                           "requireOneSlicingArgument: false)\n",
                           "): school_Student @cost(weight: \"10\")\n",
                           "directive @cost(weight: String!) on ARGUMENT_DEFINITION | ENUM | ",
                           "directive @listSize(assumedSize: Int, slicingArguments: [String!], sizedFields: [String!], "
                           "requireOneSlicingArgument: Boolean = true) on FIELD_DEFINITION\n",
                           "  school_find_by_id_Student(id: ID!): school_Student\n"})
    EXPECT_NE(sdl.find(part), std::string::npos) << part;
}

}  // namespace
}  // namespace tenon::graphql
