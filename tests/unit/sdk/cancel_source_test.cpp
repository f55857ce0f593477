// SPDX-License-Identifier: Apache-2.0
#include "tenon/cancel_source.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <latch>
#include <thread>
#include <vector>

#include "tenon/fakes/fake_cancel.hpp"

namespace tenon {
namespace {

void count(void* arg) {
  ++*static_cast<std::atomic<int>*>(arg);
}

TEST(CancelSource, is_set_after_cancel_and_never_goes_back) {
  CancelSource source;
  const tenon_cancel* token = source.token();
  EXPECT_EQ(token->is_set(token), 0);
  source.cancel();
  EXPECT_EQ(token->is_set(token), 1);
  source.cancel();
  EXPECT_EQ(token->is_set(token), 1);
}

TEST(CancelSource, is_set_once_the_deadline_has_passed) {
  CancelSource source;
  source.reset(monotonicMs() + 3600000);
  EXPECT_EQ(source.token()->is_set(source.token()), 0);
  source.reset(1);
  EXPECT_EQ(source.token()->is_set(source.token()), 1);
}

TEST(CancelSource, a_deadline_that_has_passed_is_no_cancellation) {
  CancelSource source;
  source.deadlineIn(0);
  EXPECT_TRUE(source.isSet());
  EXPECT_FALSE(source.isCancelled());
  source.reset(0);
  EXPECT_FALSE(source.isSet());
  source.cancel();
  EXPECT_TRUE(source.isSet());
  EXPECT_TRUE(source.isCancelled());
}

TEST(CancelSource, runs_every_watcher_once) {
  CancelSource source;
  std::atomic<int> calls{0};
  const tenon_cancel* token = source.token();
  EXPECT_NE(token->watch(token, count, &calls), 0U);
  EXPECT_NE(token->watch(token, count, &calls), 0U);
  source.cancel();
  source.cancel();
  EXPECT_EQ(calls, 2);
}

TEST(CancelSource, refuses_a_watcher_that_comes_too_late) {
  CancelSource source;
  source.cancel();
  std::atomic<int> calls{0};
  EXPECT_EQ(source.token()->watch(source.token(), count, &calls), 0U);
  EXPECT_EQ(calls, 0);
}

TEST(CancelSource, does_not_run_a_watcher_that_was_taken_back) {
  CancelSource source;
  std::atomic<int> calls{0};
  const tenon_cancel* token = source.token();
  token->unwatch(token, token->watch(token, count, &calls));
  token->unwatch(token, 0);
  source.cancel();
  EXPECT_EQ(calls, 0);
}

TEST(CancelSource, unwatch_returns_only_when_the_watcher_is_finished) {
  struct Slow {
    std::latch entered{1}, leave{1};
    std::atomic<bool> finished{false};
  } slow;
  CancelSource source;
  const tenon_cancel* token = source.token();
  const uint64_t id = token->watch(
      token,
      [](void* arg) {
        auto& s = *static_cast<Slow*>(arg);
        s.entered.count_down();
        s.leave.wait();
        s.finished = true;
      },
      &slow);
  std::thread canceller([&] { source.cancel(); });
  slow.entered.wait();
  std::thread releaser([&] { slow.leave.count_down(); });
  token->unwatch(token, id);
  EXPECT_TRUE(slow.finished);
  canceller.join();
  releaser.join();
}

TEST(CancelSource, a_watcher_may_take_itself_back) {
  struct Self {
    CancelSource source;
    uint64_t id = 0;
    bool ran = false;
  } self;
  const tenon_cancel* token = self.source.token();
  self.id = token->watch(
      token,
      [](void* arg) {
        auto& s = *static_cast<Self*>(arg);
        s.source.token()->unwatch(s.source.token(), s.id);
        s.ran = true;
      },
      &self);
  self.source.cancel();
  EXPECT_TRUE(self.ran);
}

TEST(CancelSource, survives_many_threads_that_watch_while_it_cancels) {
  for (int round = 0; round < 50; ++round) {
    CancelSource source;
    std::atomic<int> calls{0}, accepted{0};
    std::vector<std::thread> threads;
    for (int t = 0; t < 4; ++t)
      threads.emplace_back([&] {
        const tenon_cancel* token = source.token();
        for (int i = 0; i < 20; ++i) {
          const uint64_t id = token->watch(token, count, &calls);
          if (id != 0) ++accepted;
        }
      });
    source.cancel();
    for (auto& t : threads) t.join();
    EXPECT_LE(calls, accepted);
  }
}

TEST(CancelSource, is_cancelled_with_its_parent_while_that_is_watched) {
  fakes::FakeCancel parent;
  CancelSource source, late;
  { const CancelledWith before(source, parent.token()); }
  EXPECT_EQ(parent.watchers(), 0U);
  const CancelledWith with(source, parent.token());
  parent.cancel();
  EXPECT_TRUE(source.isCancelled());
  const CancelledWith after(late, parent.token());
  EXPECT_TRUE(late.isCancelled());
  const CancelledWith none(late, nullptr);
}

}  // namespace
}  // namespace tenon
