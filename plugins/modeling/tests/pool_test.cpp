// SPDX-License-Identifier: Apache-2.0
#include "source/pool.h"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "tenon/fakes/fake_cancel.hpp"
#include "tenon/fakes/fake_host.hpp"

namespace tenon::modeling {
namespace {

/// A driver whose connections only count.
struct Driver {
  uint64_t capabilities = TENON_DS_SQL;
  std::atomic<int> open{0}, connects{0}, pings{0};
  std::atomic<bool> refuses{false}, dead{false};

  static Driver& of(void* p) { return *static_cast<Driver*>(p); }
  static const tenon_datasource_v1* table() {
    static const tenon_datasource_v1 t = {
        sizeof t,
        0,
        [](void* self) { return of(self).capabilities; },
        [](void* self, tenon_str, tenon_source** out, tenon_error*) -> tenon_status {
          *out = static_cast<tenon_source*>(self);
          return TENON_OK;
        },
        [](tenon_source*) {},
        [](tenon_source* s, uint32_t, const tenon_cancel*, tenon_conn** out, tenon_error* e) -> tenon_status {
          if (of(s).refuses) return fail(e, TENON_UNAVAILABLE, "no database there");
          ++of(s).connects;
          ++of(s).open;
          *out = reinterpret_cast<tenon_conn*>(s);
          return TENON_OK;
        },
        [](tenon_conn* c) { --of(c).open; },
        [](tenon_conn* c, const tenon_cancel*, tenon_error* e) -> tenon_status {
          ++of(c).pings;
          return of(c).dead ? fail(e, TENON_UNAVAILABLE, "gone") : TENON_OK;
        },
        [](tenon_conn*) -> const tenon_dialect* { return nullptr; },
        [](tenon_conn*, const tenon_query*, const tenon_cancel*, tenon_rows*, tenon_error* e) -> tenon_status {
          Failure(TENON_UNAVAILABLE, "the connection broke").because(TENON_REASON_CONNECTION).fill(e);
          return TENON_UNAVAILABLE;
        },
        nullptr,
        nullptr,
        nullptr};
    return &t;
  }
};

class PoolTest : public ::testing::Test {
 protected:
  Pool make(PoolConfig config) {
    host_.offer(TENON_DATASOURCE_ID, "x", Driver::table(), &driver_);
    return Pool(Host(host_.host()).acquire<tenon_datasource_v1>(TENON_DATASOURCE_ID, "x"), "{}", config);
  }
  Driver driver_;
  fakes::FakeHost host_;
};

tenon_status takeFails(Pool& pool, const tenon_cancel* cancel = nullptr) {
  try {
    pool.read(cancel);
    return TENON_OK;
  } catch (const Failure& f) {
    return f.code();
  }
}

TEST_F(PoolTest, connections_are_reused_and_never_more_than_the_size) {
  Pool pool = make({.size = 2});
  {
    const Lease a = pool.read(nullptr), b = pool.write(nullptr);
    EXPECT_EQ(pool.stats().inUse, 2U);
  }
  for (int i = 0; i < 10; ++i) pool.read(nullptr);
  EXPECT_EQ(driver_.connects, 2);
  EXPECT_EQ(pool.stats().inUse, 0U);
}

TEST_F(PoolTest, who_waits_too_long_is_told_to_come_back) {
  Pool pool = make({.size = 1, .waitMs = 20});
  const Lease held = pool.read(nullptr);
  EXPECT_EQ(takeFails(pool), TENON_UNAVAILABLE);
}

TEST_F(PoolTest, no_more_callers_wait_than_may) {
  Pool pool = make({.size = 1, .waitMs = 10000, .maxWaiting = 1});
  std::optional<Lease> held = pool.read(nullptr);
  std::thread waiter([&] { EXPECT_EQ(takeFails(pool), TENON_OK); });
  while (pool.stats().waiting == 0) std::this_thread::yield();
  const uint64_t begun = monotonicMs();
  EXPECT_EQ(takeFails(pool), TENON_UNAVAILABLE);
  EXPECT_LT(monotonicMs() - begun, 5000U) << "at once, not after the wait";
  held.reset();
  waiter.join();
}

TEST_F(PoolTest, a_cancelled_caller_stops_waiting) {
  Pool pool = make({.size = 1, .waitMs = 10000});
  const Lease held = pool.read(nullptr);
  fakes::FakeCancel token;
  token.cancel();
  EXPECT_EQ(takeFails(pool, token.token()), TENON_CANCELLED);
}

TEST_F(PoolTest, a_driver_with_one_writer_gets_one) {
  driver_.capabilities |= TENON_DS_SINGLE_WRITER;
  Pool pool = make({.size = 3, .waitMs = 10});
  const Lease writer = pool.write(nullptr);
  EXPECT_THROW(pool.write(nullptr), Failure);
  EXPECT_EQ(takeFails(pool), TENON_OK) << "readers go on";
}

TEST_F(PoolTest, a_broken_connection_is_replaced) {
  Pool pool = make({.size = 1});
  {
    const Lease lease = pool.read(nullptr);
    EXPECT_THROW(lease->query("select 1", nullptr, nullptr, nullptr), Failure);
  }
  EXPECT_EQ(driver_.open, 0);
  pool.read(nullptr);
  EXPECT_EQ(driver_.connects, 2);
}

TEST_F(PoolTest, an_idle_connection_is_asked_before_it_is_used) {
  Pool pool = make({.size = 1, .pingAfterMs = 0});
  pool.read(nullptr);
  driver_.dead = true;
  const uint64_t from = monotonicMs();
  while (monotonicMs() == from) std::this_thread::yield();
  pool.read(nullptr);
  EXPECT_GE(driver_.pings, 1);
  EXPECT_EQ(driver_.connects, 2) << "the dead one was replaced";
}

TEST_F(PoolTest, it_knows_that_the_database_cannot_be_reached) {
  Pool pool = make({.size = 1});
  driver_.refuses = true;
  EXPECT_EQ(takeFails(pool), TENON_UNAVAILABLE);
  EXPECT_TRUE(pool.failing());
  driver_.refuses = false;
  EXPECT_EQ(takeFails(pool), TENON_OK);
  EXPECT_FALSE(pool.failing());
}

}  // namespace
}  // namespace tenon::modeling
