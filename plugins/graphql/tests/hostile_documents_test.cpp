// SPDX-License-Identifier: Apache-2.0
// Documents that are made to hurt. Each is refused, or planned, by work that grows with its length; a test that does
// not end says that it is not.
#include <gtest/gtest.h>

#include "school.h"

namespace tenon::graphql {
namespace {

std::string times(size_t n, const auto& part) {
  std::string out;
  for (size_t i = 0; i < n; ++i) out += part(i);
  return out;
}

bool saysSo(const std::vector<std::string>& problems, const std::string& what) {
  return std::any_of(problems.begin(), problems.end(),
                     [&](const std::string& p) { return p.find(what) != std::string::npos; });
}

TEST(HostileDocuments, FragmentsThatFanOutAreRefusedByTheFieldsTheyWouldBe) {
  const auto fan = [](size_t i) {
    const std::string next = "F" + std::to_string(i + 1);
    return "fragment F" + std::to_string(i) + " on school_Classes { a: students { studentClass { ..." + next +
           " } } b: students { studentClass { ..." + next + " } } } ";
  };
  const std::string document =
      "{ school_list_Classes { ...F0 } } " + times(50, fan) + "fragment F50 on school_Classes { id }";
  EXPECT_TRUE(saysSo(problemsOf(document), "deeper than 12"));
  PlanLimits wide;
  wide.depth = 0;
  EXPECT_TRUE(saysSo(problemsOf(document, wide), "more than"));
}

TEST(HostileDocuments, FragmentsThatSpreadTheSameOneTwiceAreOne) {
  const auto fan = [](size_t i) {
    const std::string next = "...F" + std::to_string(i + 1);
    return "fragment F" + std::to_string(i) + " on school_Classes { " + next + " " + next + " } ";
  };
  EXPECT_EQ(problemsOf("{ school_list_Classes { ...F0 } } " + times(50, fan) + "fragment F50 on school_Classes { id }"),
            std::vector<std::string>{});
}

TEST(HostileDocuments, CircularFragmentsAreToldOnce) {
  const std::string ring = times(1000, [](size_t i) {
    return "fragment F" + std::to_string(i) + " on school_Classes { ...F" + std::to_string((i + 1) % 1000) + " } ";
  });
  EXPECT_TRUE(saysSo(problemsOf("{ school_list_Classes { ...F0 } } " + ring), "within itself"));
}

TEST(HostileDocuments, ManyEqualFieldsAreOneField) {
  PlanLimits many;
  many.nodes = 0;
  EXPECT_EQ(problemsOf("{ school_list_Classes { " + times(10000, [](size_t) { return "id "; }) + "} }", many),
            std::vector<std::string>{});
  EXPECT_TRUE(saysSo(problemsOf("{ school_list_Classes { " + times(10000, [](size_t) { return "id "; }) + "} }"),
                     "2000 fields"));
}

TEST(HostileDocuments, ManyAliasesAreRefused) {
  const std::string aliases = times(3000, [](size_t i) { return "a" + std::to_string(i) + ":id "; });
  EXPECT_TRUE(saysSo(problemsOf("{ school_list_Classes { " + aliases + "} }"), "500 aliases"));
}

TEST(HostileDocuments, ManyOperationsThatShareManyFragmentsAreBounded) {
  const std::string fragment =
      "fragment F on school_Classes { " +
      times(2000, [](size_t i) { return "a" + std::to_string(i) + ": students(size: $v) { id } "; }) + "} ";
  const std::string operations =
      times(1000, [](size_t i) { return "query Q" + std::to_string(i) + " { school_list_Classes { ...F } } "; });
  EXPECT_FALSE(problemsOf(fragment + operations).empty());
}

TEST(HostileDocuments, IntrospectionWithinIntrospectionIsRefused) {
  EXPECT_EQ(problemsOf("{ __schema { types { fields { type { fields { type { fields { name } } } } } } } }"),
            std::vector<std::string>{"Maximum introspection depth exceeded"});
  EXPECT_EQ(problemsOf("{ __type(name: \"Query\") { ...T } } fragment T on __Type { fields { type { ...U } } } "
                       "fragment U on __Type { fields { type { ...V } } } fragment V on __Type { fields { name } }"),
            std::vector<std::string>{"Maximum introspection depth exceeded"});
}

TEST(HostileDocuments, ManyMistakesEndAfterAHundred) {
  const auto problems = problemsOf("{ " + times(5000, [](size_t i) { return "nope" + std::to_string(i) + " "; }) + "}");
  EXPECT_EQ(problems.size(), 101U);
  EXPECT_TRUE(saysSo(problems, "Too many validation errors"));
}

}  // namespace
}  // namespace tenon::graphql
