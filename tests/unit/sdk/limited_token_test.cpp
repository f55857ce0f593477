// SPDX-License-Identifier: Apache-2.0
#include "tenon/limited_token.hpp"

#include <gtest/gtest.h>

#include "tenon/fakes/fake_cancel.hpp"

namespace tenon {
namespace {

TEST(LimitedToken, HasTheEarlierDeadline) {
  fakes::FakeCancel callers;
  callers.deadlineIn(60000);
  LimitedToken token;
  const uint64_t callers_ms = callers.token()->deadline_ms;
  EXPECT_LT(token.arm(callers.token(), 1000)->deadline_ms, callers_ms);
  EXPECT_EQ(token.arm(callers.token(), 600000)->deadline_ms, callers_ms);
  EXPECT_EQ(token.arm(callers.token(), 0)->deadline_ms, callers_ms);
  EXPECT_EQ(token.arm(nullptr, 0)->deadline_ms, 0U);
  EXPECT_FALSE(isSet(token.arm(nullptr, 0)));
}

TEST(LimitedToken, IsSetWhenItsCallersIs) {
  fakes::FakeCancel callers;
  LimitedToken token;
  const tenon_cancel* limited = token.arm(callers.token(), 60000);
  int told = 0;
  const uint64_t watch = limited->watch(limited, [](void* arg) { ++*static_cast<int*>(arg); }, &told);
  EXPECT_NE(watch, 0U);
  EXPECT_FALSE(isSet(limited));
  callers.cancel();
  EXPECT_TRUE(isSet(limited));
  EXPECT_EQ(told, 1);
  limited->unwatch(limited, watch);
}

}  // namespace
}  // namespace tenon
