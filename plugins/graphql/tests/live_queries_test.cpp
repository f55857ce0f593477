// SPDX-License-Identifier: Apache-2.0
#include "live_case.h"

namespace tenon::graphql {
namespace {

class LiveQueriesTest : public LiveCase {
 protected:
  LiveQueriesTest() { settings_.subscriptions.interval_ms = 100; }

  std::shared_ptr<Heard> subscribed(const std::string& document) {
    auto out = std::make_shared<Heard>();
    live_.subscribe({kTenant, document, {}, Json::object()}, out);
    return out;
  }
  void pass(int64_t ms) {
    fake_.now_ms += ms;
    work();
  }
  void write(const char* model) { live_.written({"s", model}); }
};

constexpr char kListA[] = "subscription { s_list_A { id } }";

TEST_F(LiveQueriesTest, WhoAsksTheSameSharesOneEvaluation) {
  const auto first = subscribed(kListA);
  EXPECT_TRUE(first->results.empty());  // not on the thread that subscribes
  work();
  ASSERT_EQ(first->results.size(), 1U);
  EXPECT_NE(first->results[0].find("first"), std::string::npos);
  const auto second = subscribed(kListA);
  work();
  EXPECT_EQ(second->results, first->results);
  EXPECT_EQ(modeling_.reads, 1);
  modeling_.words = "second";
  pass(100);
  write("A");
  work();
  EXPECT_EQ(modeling_.reads, 2);
  EXPECT_EQ(first->results.size(), 2U);
  EXPECT_EQ(second->results, first->results);
}

TEST_F(LiveQueriesTest, WhoComesLaterBeginsWithWhatIsThereNow) {
  const auto first = subscribed(kListA);
  work();
  modeling_.words = "second";  // which nobody has told
  pass(100);
  const auto second = subscribed(kListA);
  work();
  EXPECT_EQ(modeling_.reads, 2);
  ASSERT_EQ(second->results.size(), 1U);
  EXPECT_NE(second->results[0].find("second"), std::string::npos);
  EXPECT_EQ(first->results.size(), 2U);  // hears of it as well
}

TEST_F(LiveQueriesTest, AChangeElsewhereIsNoReasonToLook) {
  const auto a = subscribed(kListA);
  work();
  pass(100);
  write("B");
  live_.written({"other", "A"});
  pass(1000);
  EXPECT_EQ(modeling_.reads, 1);
}

TEST_F(LiveQueriesTest, AnEqualResultIsNotSent) {
  const auto a = subscribed(kListA);
  work();
  pass(100);
  write("A");
  work();
  EXPECT_EQ(modeling_.reads, 2);
  EXPECT_EQ(a->results.size(), 1U);
}

TEST_F(LiveQueriesTest, ChangesWithinTheIntervalAreOneEvaluation) {
  const auto a = subscribed(kListA);
  work();
  modeling_.words = "second";
  for (int i = 0; i < 5; ++i) write("A");
  pass(99);
  EXPECT_EQ(modeling_.reads, 1);
  pass(1);
  EXPECT_EQ(modeling_.reads, 2);
  EXPECT_EQ(a->results.size(), 2U);
  pass(1000);
  EXPECT_EQ(modeling_.reads, 2);
}

TEST_F(LiveQueriesTest, WhoHasLeftHearsNothing) {
  const auto a = subscribed(kListA), b = subscribed(kListA);
  work();
  live_.unsubscribe(*a);
  modeling_.words = "second";
  pass(100);
  write("A");
  work();
  EXPECT_EQ(a->results.size(), 1U);
  EXPECT_EQ(b->results.size(), 2U);
  live_.unsubscribe(*b);
  live_.unsubscribe(*b);
  pass(100);
  write("A");
  work();
  EXPECT_EQ(modeling_.reads, 2);
}

TEST_F(LiveQueriesTest, NobodyListensBeforeTheFirstAndAfterTheLast) {
  EXPECT_FALSE(live_.areThere());
  const auto a = subscribed(kListA), b = subscribed("subscription { s_list_B { id } }");
  EXPECT_TRUE(live_.areThere());
  live_.unsubscribe(*a);
  EXPECT_TRUE(live_.areThere());
  live_.unsubscribe(*b);
  EXPECT_FALSE(live_.areThere());
}

TEST_F(LiveQueriesTest, WhatIsNoGoodIsRefused) {
  EXPECT_THROW(subscribed("subscription { s_list_C { id } }"), RequestError);
  EXPECT_THROW(subscribed("subscription { s_list_A { _join_mutation { s_delete_A(where: {}) { affected_rows } } } }"),
               RequestError);
}

TEST_F(LiveQueriesTest, ThereIsABoundForATenant) {
  settings_.subscriptions.perTenant = 2;
  const auto a = subscribed(kListA), b = subscribed(kListA);
  EXPECT_THROW(subscribed(kListA), RequestError);
  live_.unsubscribe(*a);
  EXPECT_NO_THROW(subscribed(kListA));
}

TEST_F(LiveQueriesTest, AnotherSchemaEndsWhatIsNotInIt) {
  const auto a = subscribed(kListA), b = subscribed("subscription { s_list_B { id } }");
  work();
  modeling_.names = {"B"};
  ++modeling_.version;
  schemas_.renew();
  live_.schemasChanged();
  pass(100);
  EXPECT_NE(a->refusal.find("s_list_A"), std::string::npos) << a->refusal;
  EXPECT_TRUE(b->refusal.empty());
  EXPECT_EQ(b->results.size(), 1U);  // planned anew, with the same result
  EXPECT_EQ(modeling_.reads, 3);
}

TEST_F(LiveQueriesTest, AFailureThatMayPassIsTriedAgain) {
  modeling_.isDown = true;
  const auto a = subscribed(kListA);
  work();
  EXPECT_EQ(modeling_.reads, 1);
  int reads = 1;
  for (const int64_t pause_ms : {5000, 10000, 20000, 40000, 60000, 60000}) {
    pass(pause_ms - 1);
    EXPECT_EQ(modeling_.reads, reads) << pause_ms;
    pass(1);
    EXPECT_EQ(modeling_.reads, ++reads) << pause_ms;
  }
  EXPECT_EQ(a->results.size(), 1U);  // the same each time
  modeling_.isDown = false;
  pass(60000);
  EXPECT_EQ(modeling_.reads, ++reads);
  EXPECT_EQ(a->results.size(), 2U);
  pass(3600000);
  EXPECT_EQ(modeling_.reads, reads);  // it is well again
  modeling_.isDown = true;
  write("A");
  work();
  EXPECT_EQ(modeling_.reads, ++reads);
  pass(5000);
  EXPECT_EQ(modeling_.reads, ++reads);
}

TEST_F(LiveQueriesTest, EvaluationsAreChargedAndWaitWhileTheTenantIsOverItsRate) {
  settings_.rates.costPerSecond = 1000;
  const auto now_ms = [&] { return static_cast<uint64_t>(fake_.now_ms.load()); };
  const auto a = subscribed(kListA);
  limiter_.charge(kTenant, settings_.rates, 0, 999, now_ms());
  work();  // for one token, and more than that
  EXPECT_EQ(modeling_.reads, 1);
  EXPECT_GT(limiter_.wait_ms(kTenant, settings_.rates, now_ms()), 0U);
  limiter_.charge(kTenant, settings_.rates, 0, 2000, now_ms());
  modeling_.words = "second";
  write("A");
  pass(1999);
  EXPECT_EQ(modeling_.reads, 1);
  const auto left_ms = static_cast<int64_t>(limiter_.wait_ms(kTenant, settings_.rates, now_ms()));
  ASSERT_GT(left_ms, 0);
  pass(left_ms - 1);
  EXPECT_EQ(modeling_.reads, 1);
  pass(1);
  EXPECT_EQ(modeling_.reads, 2);
  EXPECT_EQ(a->results.size(), 2U);
}

TEST_F(LiveQueriesTest, WhoLeavesWhileItWaitsIsNotEvaluatedFor) {
  settings_.rates.costPerSecond = 1000;
  const auto a = subscribed(kListA);
  limiter_.charge(kTenant, settings_.rates, 0, 1 << 30, static_cast<uint64_t>(fake_.now_ms.load()));
  work();
  live_.unsubscribe(*a);
  for (int i = 0; i < 3; ++i) pass(3600000);
  EXPECT_EQ(modeling_.reads, 0);
  EXPECT_EQ(fake_.tasks.timers(), 0U);
}

TEST_F(LiveQueriesTest, NothingRunsOnceItIsStopped) {
  const auto a = subscribed(kListA);
  live_.stop();
  EXPECT_TRUE(queue_.stop(0));
  work();
  EXPECT_TRUE(a->results.empty());
}

}  // namespace
}  // namespace tenon::graphql
