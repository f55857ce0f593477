// SPDX-License-Identifier: Apache-2.0
#include "service/result_cache.h"

#include <gtest/gtest.h>

#include "school.h"
#include "service/records_written.h"

namespace tenon::graphql {
namespace {

ResultCache::Result resultOf(const ResultCache& cache, std::string data, uint64_t expires_ms = 1000) {
  ResultCache::Result out;
  out.data = std::move(data);
  out.models = {{"school", "Student"}, {"school", "Classes"}};
  out.stamp = cache.stamp();
  out.expires_ms = expires_ms;
  return out;
}

/// What an operation says of itself, or the message of a refusal.
std::string policyOf(const std::string& source, const Json& given = Json::object()) {
  const std::shared_ptr<const Document> document = parse(source);
  const auto plan = makePlan(schoolSchema(), document, {}, {});
  try {
    const auto policy =
        cachePolicyOf(*plan, coerceVariables(*schoolSchema(), *document, *plan->operation, given, false));
    return policy ? std::to_string(policy->ttl_s) + (policy->refreshes ? " refreshed" : "") : "none";
  } catch (const FieldError& e) {
    return e.what();
  }
}

TEST(ResultCache, KeepsAnswersUntilTheirTimeIsUp) {
  ResultCache cache(100000);
  EXPECT_EQ(cache.find("k", 0), nullptr);
  cache.keep("k", resultOf(cache, "{}"));
  ASSERT_NE(cache.find("k", 999), nullptr);
  EXPECT_EQ(cache.find("k", 999)->data, "{}");
  EXPECT_EQ(cache.find("k", 1000), nullptr);
  cache.keep("k", resultOf(cache, "{1}", 2000));
  EXPECT_EQ(cache.find("k", 1000)->data, "{1}");
}

TEST(ResultCache, DropsWhatWasReadFromModelsThatWereWritten) {
  ResultCache cache(100000);
  cache.keep("k", resultOf(cache, "{}"));
  cache.written(WatchedModels{{"school", "StudentDetail"}});
  cache.written(WatchedModels{{"other", "Student"}});
  EXPECT_NE(cache.find("k", 0), nullptr);
  cache.written(WatchedModels{{"school", "StudentDetail"}, {"school", "Student"}});
  EXPECT_EQ(cache.find("k", 0), nullptr);
  cache.keep("k", resultOf(cache, "{}"));
  EXPECT_NE(cache.find("k", 0), nullptr);
  cache.forget();
  EXPECT_EQ(cache.find("k", 0), nullptr);
}

TEST(ResultCache, AnAnswerThatWasReadBesideAWriteIsOld) {
  ResultCache cache(100000);
  ResultCache::Result begun = resultOf(cache, "{}");
  cache.written(WatchedModels{{"school", "Student"}});
  cache.keep("k", std::move(begun));
  EXPECT_EQ(cache.find("k", 0), nullptr);
}

TEST(ResultCache, IsBoundedInBytes) {
  ResultCache cache(20000);
  cache.keep("large", resultOf(cache, std::string(6000, 'x')));  // one that would drive most others out
  EXPECT_EQ(cache.find("large", 0), nullptr);
  for (int i = 0; i < 100; ++i) cache.keep("k" + std::to_string(i), resultOf(cache, std::string(1000, 'x')));
  EXPECT_EQ(cache.find("k0", 0), nullptr);
  EXPECT_NE(cache.find("k99", 0), nullptr);
}

TEST(RecordsWritten, TellsTheModels) {
  EXPECT_EQ(writtenModels(R"({"datasource":"school","models":["Student","Classes","Student"]})"),
            (WatchedModels{{"school", "Classes"}, {"school", "Student"}}));
  EXPECT_EQ(writtenModels(R"({"datasource":"school","models":[]})"), WatchedModels{});
}

TEST(RecordsWritten, ATextThatIsNoEventIsRefused) {
  EXPECT_ANY_THROW(writtenModels("{}"));
  EXPECT_ANY_THROW(writtenModels(R"({"datasource":"school"})"));
  EXPECT_ANY_THROW(writtenModels("nonsense"));
}

TEST(CachePolicy, IsOfQueriesThatSaySo) {
  EXPECT_EQ(policyOf("{ __typename }"), "none");
  EXPECT_EQ(policyOf("query @cached { __typename }"), "60");
  EXPECT_EQ(policyOf("query @cached(ttl: 5, refresh: true) { __typename }"), "5 refreshed");
  EXPECT_EQ(policyOf("query($t: Int, $r: Boolean) @cached(ttl: $t, refresh: $r) { __typename }", {{"t", 7}}), "7");
  EXPECT_EQ(policyOf("query { school_find_one_Student { _join_mutation { __typename } } }"), "none");
  for (const char* bad : {"query @cached(ttl: 0) { __typename }", "query @cached(ttl: 86401) { __typename }"})
    EXPECT_EQ(policyOf(bad), "\"ttl\" of @cached must be a whole number from 1 to 86400");
}

TEST(CacheKey, TellsTenantsOperationsAndValuesApart) {
  const std::shared_ptr<const Document> document = parse("query A($a: Int, $b: Int) { x } query B { x }");
  const Operation &a = *document->definitions()[0].operation, &b = *document->definitions()[1].operation;
  const std::string key = cacheKeyOf("t", "d", a, {{"a", 1}});
  EXPECT_EQ(key, cacheKeyOf("t", "d", a, {{"a", 1}}));
  for (const std::string& other :
       {cacheKeyOf("u", "d", a, {{"a", 1}}), cacheKeyOf("t", "e", a, {{"a", 1}}), cacheKeyOf("t", "d", b, {{"a", 1}}),
        cacheKeyOf("t", "d", a, {{"b", 1}}), cacheKeyOf("t", "d", a, {{"a", nullptr}}), cacheKeyOf("t", "d", a, {})})
    EXPECT_NE(other, key);
}

}  // namespace
}  // namespace tenon::graphql
