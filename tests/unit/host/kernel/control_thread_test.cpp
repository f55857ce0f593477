// SPDX-License-Identifier: Apache-2.0
#include "kernel/control_thread.h"

#include <gtest/gtest.h>

#include <latch>
#include <memory>

namespace tenon::host {
namespace {

TEST(ControlThread, runs_every_job_on_one_thread) {
  ControlThread control;
  std::thread::id first, second;
  EXPECT_TRUE(control.run([&] { first = std::this_thread::get_id(); }, 10000));
  EXPECT_TRUE(control.run([&] { second = std::this_thread::get_id(); }, 10000));
  EXPECT_EQ(first, second);
  EXPECT_NE(first, std::this_thread::get_id());
}

TEST(ControlThread, leaves_a_job_behind_that_does_not_return_in_time) {
  const auto release = std::make_shared<std::latch>(1);
  const auto left = std::make_shared<std::latch>(1);
  {
    ControlThread control;
    EXPECT_FALSE(control.run(
        [release, left] {
          release->wait();
          left->count_down();
        },
        1));
    EXPECT_TRUE(control.stuck());
    EXPECT_FALSE(control.run([] { FAIL() << "nothing runs after a stuck job"; }, 1));
  }  // the destructor does not wait for it
  release->count_down();
  left->wait();
}

}  // namespace
}  // namespace tenon::host
