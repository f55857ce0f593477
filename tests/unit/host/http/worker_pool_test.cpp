// SPDX-License-Identifier: Apache-2.0
#include "http/worker_pool.h"

#include <gtest/gtest.h>

#include <condition_variable>
#include <mutex>

namespace tenon::host {
namespace {

/// What the workers do: wait until something is let through or, for stand-ins, find nothing to do when told.
class Gate {
 public:
  bool serve(int wait_ms) {
    std::unique_lock lock(mutex_);
    ++inside_;
    changed_.notify_all();
    changed_.wait(lock, [&] { return open_ || (quiet_ && wait_ms >= 0); });
    --inside_;
    changed_.notify_all();
    return !quiet_;
  }
  void waitInside(int n) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return inside_ == n; });
  }
  void quiet() { set(quiet_); }
  void open() { set(open_); }

 private:
  void set(bool& flag) {
    const std::lock_guard lock(mutex_);
    flag = true;
    changed_.notify_all();
  }
  std::mutex mutex_;
  std::condition_variable changed_;
  int inside_ = 0;
  bool open_ = false, quiet_ = false;
};

TEST(WorkerPool, starts_one_stand_in_for_each_thread_held_up_and_no_more_than_it_may) {
  Gate gate;
  WorkerPool pool(2, 5, [&](int wait_ms) { return gate.serve(wait_ms); });
  gate.waitInside(2);
  pool.adjust(0);
  EXPECT_EQ(pool.size(), 2U);
  pool.adjust(1);
  gate.waitInside(3);
  pool.adjust(100);
  gate.waitInside(5);
  EXPECT_EQ(pool.size(), 5U);
  pool.stop();
  gate.open();
  pool.join();
  EXPECT_EQ(pool.size(), 0U);
}

TEST(WorkerPool, stand_ins_end_when_they_find_nothing_to_do) {
  Gate gate;
  WorkerPool pool(1, 4, [&](int wait_ms) { return gate.serve(wait_ms); });
  pool.adjust(3);
  gate.waitInside(4);
  gate.quiet();
  gate.waitInside(1);
  while (pool.size() != 1) pool.adjust(0);
  pool.stop();
  gate.open();
}

}  // namespace
}  // namespace tenon::host
