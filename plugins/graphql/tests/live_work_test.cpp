// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "live/delays.h"
#include "live/work_queue.h"
#include "tenon/fakes/fake_host.hpp"

namespace tenon::graphql {
namespace {

constexpr char kTenant[] = "t";

struct LiveWork : testing::Test {
  int run() { return fake.tasks.run(static_cast<uint64_t>(fake.now_ms.load())); }
  fakes::FakeHost fake;
  Host host{fake.host()};
};

TEST_F(LiveWork, HoldsNoMoreWorkersThanItMay) {
  WorkQueue queue(host, 3);
  std::string done;
  for (const char c : {'a', 'b', 'c', 'd', 'e'}) queue.add(kTenant, [&done, c](const tenon_cancel*) { done += c; });
  EXPECT_EQ(fake.tasks.submitted(), 2U);
  run();
  EXPECT_EQ(done, "abcde");
}

TEST_F(LiveWork, TenantsTakeTurns) {
  WorkQueue queue(host, 1);
  std::string done;
  for (const char c : {'a', 'b', 'c'}) queue.add("slow", [&done, c](const tenon_cancel*) { done += c; });
  for (const char c : {'1', '2'}) queue.add("other", [&done, c](const tenon_cancel*) { done += c; });
  queue.add("third", [&](const tenon_cancel*) { done += '!'; });
  run();
  EXPECT_EQ(done, "a1!b2c");
}

TEST_F(LiveWork, OneTenantNeverHasAllWorkers) {
  WorkQueue queue(host, 2);
  std::string done;
  for (const char c : {'b', 'c'})
    queue.add("slow", [&, c](const tenon_cancel*) {
      if (c == 'b') {  // while it runs, another worker comes
        run();
        EXPECT_EQ(done, "");
        queue.add("other", [&](const tenon_cancel*) { done += 'a'; });
        run();
        EXPECT_EQ(done, "a");
      }
      done += c;
    });
  EXPECT_EQ(fake.tasks.submitted(), 1U);
  run();
  EXPECT_EQ(done, "abc");
}

TEST_F(LiveWork, AJobThatThrowsIsToldAndTheNextRuns) {
  WorkQueue queue(host, 1);
  bool isDone = false;
  queue.add(kTenant, [](const tenon_cancel*) { throw std::runtime_error("oh no"); });
  queue.add(kTenant, [&](const tenon_cancel*) { isDone = true; });
  run();
  EXPECT_TRUE(isDone);
  ASSERT_EQ(fake.lines().size(), 1U);
  EXPECT_NE(fake.lines()[0].find("oh no"), std::string::npos);
}

TEST_F(LiveWork, NothingIsLostWhenTheHostTakesNothing) {
  WorkQueue queue(host, 2);
  int done = 0;
  fake.tasks.full = true;
  queue.add(kTenant, [&](const tenon_cancel*) { ++done; });
  run();
  EXPECT_EQ(done, 0);
  fake.tasks.full = false;
  queue.add(kTenant, [&](const tenon_cancel*) { ++done; });
  run();
  EXPECT_EQ(done, 2);
}

TEST_F(LiveWork, WhatWaitsGoesWhenItStops) {
  WorkQueue queue(host, 1);
  const auto held = std::make_shared<int>();
  queue.add(kTenant, [held](const tenon_cancel*) { FAIL(); });
  EXPECT_TRUE(queue.stop(0));
  EXPECT_EQ(held.use_count(), 1);
  queue.add(kTenant, [held](const tenon_cancel*) { FAIL(); });
  run();
  EXPECT_EQ(held.use_count(), 1);
}

TEST_F(LiveWork, ActionsComeInTheOrderOfTheirTime) {
  Delays delays(host);
  std::string done;
  delays.after(300, [&] { done += 'c'; });
  delays.after(100, [&] { done += 'a'; });
  delays.after(200, [&] { done += 'b'; });
  for (const char* expected : {"a", "ab", "abc"}) {
    fake.now_ms += 100;
    run();
    EXPECT_EQ(done, expected);
  }
  EXPECT_EQ(fake.tasks.timers(), 0U);
}

TEST_F(LiveWork, AnActionMaySayWhatComesNext) {
  Delays delays(host);
  int done = 0;
  std::function<void()> again = [&] {
    if (++done < 3) delays.after(10, again);
  };
  delays.after(10, again);
  for (int i = 0; i < 5; ++i) {
    fake.now_ms += 10;
    run();
  }
  EXPECT_EQ(done, 3);
  delays.after(10, [] { FAIL(); });
  EXPECT_TRUE(delays.stop(0));
  fake.now_ms += 10;
  run();
}

TEST_F(LiveWork, WhoStopsWaitsForAnActionThatRuns) {
  Delays delays(host);
  bool isQuiet = true;
  delays.after(10, [&] { isQuiet = delays.stop(0); });
  fake.now_ms += 10;
  run();
  EXPECT_FALSE(isQuiet);
  EXPECT_TRUE(delays.stop(0));
}

TEST_F(LiveWork, ATimerThatTheHostRefusesIsMadeUpFor) {
  Delays delays(host);
  int done = 0;
  fake.tasks.full = true;
  delays.after(10, [&] { ++done; });
  delays.after(5, [&] { ++done; });
  EXPECT_EQ(fake.lines().size(), 1U);  // told once
  fake.tasks.full = false;
  delays.after(50, [&] { ++done; });
  fake.now_ms += 10;
  run();
  EXPECT_EQ(done, 2);
  fake.now_ms += 40;
  run();
  EXPECT_EQ(done, 3);
}

TEST_F(LiveWork, WhenATimerComesTheHostIsAskedAgain) {
  Delays delays(host);
  std::string done;
  delays.after(20, [&] { done += 'a'; });
  fake.tasks.full = true;
  delays.after(10, [&] { done += 'b'; });
  delays.after(30, [&] { done += 'c'; });
  fake.now_ms += 20;
  fake.tasks.full = false;
  run();
  EXPECT_EQ(done, "ba");
  fake.now_ms += 10;
  run();
  EXPECT_EQ(done, "bac");
}

}  // namespace
}  // namespace tenon::graphql
