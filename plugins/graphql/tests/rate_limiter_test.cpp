// SPDX-License-Identifier: Apache-2.0
#include "service/rate_limiter.h"

#include <gtest/gtest.h>

namespace tenon::graphql {
namespace {

TEST(RateLimiter, LetsInWhatIsAllowedInASecondAndThenAsTimeGoes) {
  RateLimiter limiter;
  const Rates two{2, 0};
  EXPECT_EQ(limiter.admit("a", two, 1000), 0U);
  EXPECT_EQ(limiter.admit("a", two, 1000), 0U);
  EXPECT_EQ(limiter.admit("a", two, 1000), 1U);
  EXPECT_EQ(limiter.admit("a", two, 1499), 1U);
  EXPECT_EQ(limiter.admit("a", two, 1500), 0U);
  EXPECT_EQ(limiter.admit("a", two, 1500), 1U);
  EXPECT_EQ(limiter.admit("a", two, 900000), 0U);  // no more is saved up than a second's
  EXPECT_EQ(limiter.admit("a", two, 900000), 0U);
  EXPECT_EQ(limiter.admit("a", two, 900000), 1U);
}

TEST(RateLimiter, ABatchMayGoIntoDebtAndPaysItBack) {
  RateLimiter limiter;
  const Rates two{2, 0};
  EXPECT_EQ(limiter.admit("a", two, 0), 0U);
  limiter.charge("a", two, 9, 0, 0);
  EXPECT_EQ(limiter.admit("a", two, 0), 5U);  // from -8 to 1 at two in a second
  EXPECT_EQ(limiter.admit("a", two, 4000), 1U);
  EXPECT_EQ(limiter.admit("a", two, 4500), 0U);
}

TEST(RateLimiter, CostsAreChargedOnceTheyAreKnown) {
  RateLimiter limiter;
  const Rates rates{0, 100};
  EXPECT_EQ(limiter.admit("a", rates, 0), 0U);
  limiter.charge("a", rates, 0, 350, 0);
  EXPECT_EQ(limiter.admit("a", rates, 0), 3U);
  EXPECT_EQ(limiter.admit("a", rates, 2600), 0U);
  limiter.charge("a", rates, 0, UINT64_MAX, 2600);
  EXPECT_EQ(limiter.admit("a", rates, 2600), 3601U);  // nobody is shut out for ever
}

TEST(RateLimiter, OfWhatIsAdmittedAtOnceOnlyTheFirstMayGoIntoDebt) {
  RateLimiter limiter;
  const Rates rates{0, 100};
  EXPECT_EQ(limiter.admit("a", rates, 0), 0U);
  EXPECT_EQ(limiter.admit("a", rates, 0), 0U);
  EXPECT_TRUE(limiter.spend("a", rates, 60, 0));
  EXPECT_TRUE(limiter.spend("a", rates, 90, 0));
  EXPECT_FALSE(limiter.spend("a", rates, 1, 0));
  EXPECT_FALSE(limiter.spend("a", rates, 1, 500));
  EXPECT_TRUE(limiter.spend("a", rates, 1, 510));
  EXPECT_TRUE(limiter.spend("a", {5, 0}, 1000, 510));
}

TEST(RateLimiter, WorkThatWaitsForItsTurnIsToldHowLong) {
  RateLimiter limiter;
  const Rates rates{1, 100};
  EXPECT_EQ(limiter.wait_ms("a", rates, 0), 0U);
  EXPECT_EQ(limiter.wait_ms("a", {1, 0}, 0), 0U);
  limiter.charge("a", rates, 0, 350, 0);
  EXPECT_EQ(limiter.wait_ms("a", rates, 0), 2510U);  // from -250 to 1 at a hundred in a second
  EXPECT_EQ(limiter.wait_ms("a", rates, 2500), 10U);
  EXPECT_EQ(limiter.wait_ms("a", rates, 2510), 0U);
  EXPECT_EQ(limiter.admit("a", rates, 2510), 0U);  // looking has taken nothing
}

TEST(RateLimiter, TenantsDoNotTakeFromEachOther) {
  RateLimiter limiter;
  const Rates one{1, 0};
  EXPECT_EQ(limiter.admit("a", one, 0), 0U);
  EXPECT_EQ(limiter.admit("a", one, 0), 1U);
  EXPECT_EQ(limiter.admit("b", one, 0), 0U);
}

TEST(RateLimiter, NoRateIsNoLimitAndManyTenantsAreForgotten) {
  RateLimiter limiter;
  for (int i = 0; i < 1000; ++i) EXPECT_EQ(limiter.admit("a", {}, 0), 0U);
  for (int i = 0; i < 30000; ++i) EXPECT_EQ(limiter.admit("t" + std::to_string(i), {1, 0}, 0), 0U);
}

}  // namespace
}  // namespace tenon::graphql
