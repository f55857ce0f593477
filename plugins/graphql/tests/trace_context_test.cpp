// SPDX-License-Identifier: Apache-2.0
#include "routes/trace_context.h"

#include <gtest/gtest.h>

#include "language/fingerprint.h"

namespace tenon::graphql {
namespace {

const std::string kTrace = "4bf92f3577b34da6a3ce929d0e0e4736", kSpan = "00f067aa0ba902b7";

TEST(TraceContext, IsTheClientsWhereItSaysOne) {
  const TraceContext t = TraceContext::of("00-" + kTrace + "-" + kSpan + "-01");
  EXPECT_EQ(t.traceId, kTrace);
  EXPECT_EQ(t.parentId, kSpan);
  EXPECT_TRUE(t.isSampled);
  EXPECT_EQ(t.spanId.size(), 16U);
  EXPECT_NE(t.spanId, kSpan);
  EXPECT_FALSE(TraceContext::of("00-" + kTrace + "-" + kSpan + "-00").isSampled);
  EXPECT_TRUE(TraceContext::of("cc-" + kTrace + "-" + kSpan + "-03-what-is-to-come").isGiven());
}

TEST(TraceContext, WhatIsNoneBeginsATrace) {
  const std::string zeros(32, '0');
  for (const std::string& bad :
       {std::string(), "00-" + kTrace + "-" + kSpan, "ff-" + kTrace + "-" + kSpan + "-01",
        "00-" + kTrace + "-" + kSpan + "-01-more", "cc-" + kTrace + "-" + kSpan + "-01more",
        "00-" + zeros + "-" + kSpan + "-01", "00-" + kTrace + "-" + zeros.substr(0, 16) + "-01",
        "00-" + kTrace + "-" + kSpan + "-0x", "00-4BF92F3577B34DA6A3CE929D0E0E4736-" + kSpan + "-01",
        "00-" + kTrace + "-" + kSpan + "-01, 00-" + kTrace + "-" + kSpan + "-01", std::string(1000, 'a')}) {
    const TraceContext t = TraceContext::of(bad);
    EXPECT_FALSE(t.isGiven()) << bad;
    EXPECT_EQ(t.traceId.size(), 32U);
    EXPECT_NE(t.traceId, kTrace);
  }
  EXPECT_NE(TraceContext::of(std::nullopt).traceId, TraceContext::of(std::nullopt).traceId);
}

TEST(Fingerprint, IsOfADocumentWithoutItsLayoutAndValues) {
  const std::string one = fingerprintOf("query A($x: Int) { list(where: {a: 1, b: \"x\"}, n: $x) { id } }");
  EXPECT_EQ(one, fingerprintOf("query A ( $x : Int ) {\n  # all\n list(where: {a: 23 b: \"y\"} n: $x) { id } }"));
  EXPECT_NE(one, fingerprintOf("query B($x: Int) { list(where: {a: 1, b: \"x\"}, n: $x) { id } }"));
  EXPECT_EQ(fingerprintOf("{ a \"").size(), 64U);
}

}  // namespace
}  // namespace tenon::graphql
