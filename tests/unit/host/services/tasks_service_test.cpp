// SPDX-License-Identifier: Apache-2.0
#include "services/tasks/tasks_service.h"

#include <gtest/gtest.h>

#include <atomic>
#include <latch>
#include <thread>

#include "kernel/plugin_context.h"
#include "kernel/service_registry.h"
#include "tenon/error.hpp"

namespace tenon::host {
namespace {

/// A clock that stands until it is turned.
class HandClock final : public Clock {
 public:
  int64_t wallMs() const noexcept override { return static_cast<int64_t>(now_.load()); }
  uint64_t monotonicMs() const noexcept override { return now_.load(); }
  bool turnable() const noexcept override { return true; }
  void turn(uint64_t ms) { now_ += ms; }

 private:
  std::atomic<uint64_t> now_{1000};
};

class Tasks : public ::testing::Test {
 protected:
  HandClock clock_;
  TasksService tasks_{{2, 3, 10}, clock_};
  std::vector<HostService*> none_;
  ServiceRegistry registry_;
  PluginContext plugin_{"p", none_, registry_};
};

struct Counted {
  std::atomic<int> runs{0};
  void waitFor(int n) const {
    for (int seen = runs.load(); seen < n; seen = runs.load()) runs.wait(seen);
  }
};
void run(void* arg, const tenon_cancel*) {
  auto& c = *static_cast<Counted*>(arg);
  ++c.runs;
  c.runs.notify_all();
}

TEST_F(Tasks, a_submitted_task_runs) {
  Counted c;
  tasks_.submit(plugin_, run, &c);
  c.waitFor(1);
  tasks_.quiesce(plugin_);  // it may still be on its way out of this frame
}

TEST_F(Tasks, the_queue_is_bounded) {
  struct Block {
    std::latch leave{1};
    Counted done;
  } block;
  const auto wait = [](void* arg, const tenon_cancel* cancel) {
    auto& b = *static_cast<Block*>(arg);
    b.leave.wait();
    run(&b.done, cancel);
  };
  int accepted = 0;
  try {
    for (int i = 0; i < 100; ++i, ++accepted) tasks_.submit(plugin_, wait, &block);
  } catch (const Failure& f) {
    EXPECT_EQ(f.code(), TENON_UNAVAILABLE);
  }
  EXPECT_LE(accepted, 5);
  EXPECT_GE(accepted, 3);
  block.leave.count_down();
  block.done.waitFor(accepted);  // they use what is in this frame
  tasks_.quiesce(plugin_);
}

TEST_F(Tasks, a_timer_runs_when_the_clock_says_so_and_late_runs_do_not_pile_up) {
  Counted c;
  const auto ran = [&](int n) {  // and is over: what is due next is reckoned when a run ends
    c.waitFor(n);
    while (tasks_.active() != 0) std::this_thread::yield();
  };
  const uint64_t token = tasks_.schedule(plugin_, 1000, 1000, run, &c);
  clock_.turn(999);
  EXPECT_EQ(c.runs, 0);
  clock_.turn(1);
  ran(1);
  clock_.turn(10500);
  ran(2);
  clock_.turn(1000);
  ran(3);
  tasks_.cancel(token);
  clock_.turn(100000);
  Counted other;
  tasks_.submit(plugin_, run, &other);
  other.waitFor(1);
  EXPECT_EQ(c.runs, 3);
  tasks_.quiesce(plugin_);
}

TEST_F(Tasks, quiesce_sets_the_token_and_waits) {
  struct Long {
    std::latch begun{1};
    std::atomic<bool> ended{false};
  } task;
  tasks_.submit(
      plugin_,
      [](void* arg, const tenon_cancel* cancel) {
        auto& t = *static_cast<Long*>(arg);
        t.begun.count_down();
        while (cancel->is_set(cancel) == 0) std::this_thread::yield();
        t.ended = true;
      },
      &task);
  task.begun.wait();
  tasks_.quiesce(plugin_);
  EXPECT_TRUE(task.ended);
}

TEST_F(Tasks, a_task_may_cancel_its_own_timer) {
  struct Self {
    TasksService& tasks;
    std::atomic<uint64_t> token{0};
    Counted counted;
  } self{tasks_, {}, {}};
  self.token = tasks_.schedule(
      plugin_, 10, 10,
      [](void* arg, const tenon_cancel* cancel) {
        auto& s = *static_cast<Self*>(arg);
        s.tasks.cancel(s.token);
        run(&s.counted, cancel);
      },
      &self);
  clock_.turn(10);
  self.counted.waitFor(1);
  clock_.turn(1000);
  Counted other;
  tasks_.submit(plugin_, run, &other);
  other.waitFor(1);
  EXPECT_EQ(self.counted.runs, 1);
  tasks_.quiesce(plugin_);
}

}  // namespace
}  // namespace tenon::host
