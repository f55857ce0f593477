// SPDX-License-Identifier: Apache-2.0
#include "execution/plan.h"

#include <gtest/gtest.h>

#include "school.h"

namespace tenon::graphql {
namespace {

std::shared_ptr<const Plan> planOf(std::string document) {
  return makePlan(schoolSchema(), parse(std::move(document)), {}, {});
}

using Places = std::vector<size_t>;
using Names = std::vector<std::string>;

TEST(Plan, FieldsOfAConnectionShareTheColumnsThatAreReadOnce) {
  const auto plan = planOf(
      "{ school_Student_connection { nodes { id __typename studentName } "
      "edges { cursor node { studentName studentClass { className } } } again: nodes { id } totalCount } }");
  const Node& connection = plan->roots.at(0);
  EXPECT_EQ(connection.columns, (Names{"id", "studentName", "classId"}));
  const Node &nodes = connection.children.at(0), &node = connection.children.at(1).children.at(1);
  EXPECT_EQ(nodes.places, (Places{0, Node::npos, 1}));
  EXPECT_EQ(node.places, (Places{1, 2}));
  EXPECT_EQ(connection.children.at(2).places, Places{0});
  EXPECT_EQ(node.children.at(1).columns, Names{"className"});
}

TEST(Plan, ValuesOfAnAggregateAreInTheOrderInWhichTheyAreSelected) {
  const auto plan = planOf("{ school_aggregate_Student { _max { age studentClass { id } id } _count _sum { age } } }");
  const Node& aggregate = plan->roots.at(0);
  EXPECT_EQ(aggregate.places, (Places{Node::npos, 2, Node::npos}));
  EXPECT_EQ(aggregate.children.at(0).places, (Places{0, Node::npos, 1}));
  EXPECT_EQ(aggregate.children.at(2).places, Places{3});
}

TEST(Plan, ArgumentsWithoutVariablesAreWorkedOutOnce) {
  const auto plan = planOf(
      "query($n: Int) { a: school_list_Student(limit: 5, where: {age: {_gt: 3}}) { id } "
      "b: school_list_Student(limit: $n) { id } c: school_list_Student { id } }");
  EXPECT_EQ(dumpJson(plan->roots.at(0).constants.value()), R"({"where":{"age":{"_gt":3}},"limit":5})");
  EXPECT_FALSE(plan->roots.at(1).constants);
  EXPECT_EQ(dumpJson(plan->roots.at(2).constants.value()), "{}");
  Json made;
  EXPECT_EQ(dumpJson(argumentsOf(plan->roots.at(1), {{"n", 7}}, made)), R"({"limit":7})");
}

TEST(Plan, KnowsWhetherItsAnswerMayBeKept) {
  ASSERT_NE(planOf("query @cached(ttl: 5) { __typename }")->cached, nullptr);
  EXPECT_EQ(planOf("query @cached(ttl: 5) { __typename }")->cached->arguments.size(), 1U);
  EXPECT_EQ(planOf("{ __typename }")->cached, nullptr);
  EXPECT_EQ(planOf("query @cached { school_find_one_Student { _join_mutation { __typename } } }")->cached, nullptr);
}

}  // namespace
}  // namespace tenon::graphql
