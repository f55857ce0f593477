// SPDX-License-Identifier: Apache-2.0
#include "kernel/service_registry.h"

#include <gtest/gtest.h>
#include <tenon/datasource.h>

#include <thread>

#include "kernel/plugin_context.h"
#include "tenon/error.hpp"

namespace tenon::host {
namespace {

struct Table {
  uint32_t size = sizeof(Table), reserved = 0;
  int answer = 42;
};
const Table kTable;

class Registry : public ::testing::Test {
 protected:
  std::vector<HostService*> none_;
  ServiceRegistry registry_;
  PluginContext provider_{"provider", none_, registry_};
  PluginContext other_{"other", none_, registry_};
  int self_ = 0;
};

tenon_ref emptyRef() {
  tenon_ref r{};
  r.size = sizeof r;
  return r;
}

TEST_F(Registry, hands_out_a_copy_of_what_was_provided) {
  registry_.provide(provider_, "x.demo/1", "a", &kTable, &self_);
  tenon_ref ref = emptyRef();
  registry_.acquire("x.demo/1", "a", &ref);
  EXPECT_EQ(static_cast<const Table*>(ref.table)->answer, 42);
  EXPECT_NE(ref.table, static_cast<const void*>(&kTable));
  EXPECT_EQ(ref.self, &self_);
  ServiceRegistry::release(&ref);
  EXPECT_EQ(ref.hold, nullptr);
  ServiceRegistry::release(&ref);  // twice is harmless
}

TEST_F(Registry, refuses_a_taken_name_and_says_who_has_it) {
  registry_.provide(provider_, "x.demo/1", "a", &kTable, &self_);
  try {
    registry_.provide(other_, "x.demo/1", "a", &kTable, &self_);
    FAIL() << "a name was given twice";
  } catch (const Failure& f) {
    EXPECT_EQ(f.code(), TENON_CONFLICT);
    EXPECT_NE(std::string(f.what()).find("provider"), std::string::npos);
  }
}

TEST_F(Registry, refuses_bad_ids_names_and_tables) {
  EXPECT_THROW(registry_.provide(provider_, nullptr, "a", &kTable, nullptr), Failure);
  EXPECT_THROW(registry_.provide(provider_, "noversion", "a", &kTable, nullptr), Failure);
  EXPECT_THROW(registry_.provide(provider_, "x.demo/1", "A B", &kTable, nullptr), Failure);
  EXPECT_THROW(registry_.provide(provider_, "x.demo/1", "a", nullptr, nullptr), Failure);
  Table absurd;
  absurd.size = 1U << 30U;
  EXPECT_THROW(registry_.provide(provider_, "x.demo/1", "a", &absurd, nullptr), Failure);
}

TEST_F(Registry, fills_the_gaps_of_a_known_table_with_unsupported) {
  tenon_datasource_v1 t{};
  t.size = sizeof t;
  t.capabilities = [](void*) -> uint64_t { return 0; };
  t.open = [](void*, tenon_str, tenon_source**, tenon_error*) -> tenon_status { return TENON_OK; };
  t.close_source = [](tenon_source*) {};
  t.connect = [](tenon_source*, uint32_t, const tenon_cancel*, tenon_conn**, tenon_error*) -> tenon_status {
    return TENON_OK;
  };
  t.close = [](tenon_conn*) {};
  t.query = [](tenon_conn*, const tenon_query*, const tenon_cancel*, tenon_rows*, tenon_error*) -> tenon_status {
    return TENON_OK;
  };
  registry_.provide(provider_, TENON_DATASOURCE_ID, "demo", &t, nullptr);
  tenon_ref ref = emptyRef();
  registry_.acquire(TENON_DATASOURCE_ID, nullptr, &ref);
  const auto* got = static_cast<const tenon_datasource_v1*>(ref.table);
  ASSERT_NE(got->describe, nullptr);
  Error e;
  EXPECT_EQ(got->describe(nullptr, nullptr, nullptr, nullptr, &e), TENON_UNSUPPORTED);
  EXPECT_EQ(e.code, TENON_UNSUPPORTED);
  EXPECT_EQ(got->dialect(nullptr), nullptr);
  ServiceRegistry::release(&ref);
  t.query = nullptr;
  EXPECT_THROW(registry_.provide(provider_, TENON_DATASOURCE_ID, "half", &t, nullptr), Failure);
}

TEST_F(Registry, a_table_that_ends_early_is_widened) {
  tenon_datasource_v1 t{};
  t.size = TENON_UPTO(tenon_datasource_v1, connect);  // ends before close and query
  t.capabilities = [](void*) -> uint64_t { return 0; };
  EXPECT_THROW(registry_.provide(provider_, TENON_DATASOURCE_ID, "short", &t, nullptr), Failure);
}

TEST_F(Registry, names_are_listed_in_order) {
  registry_.provide(provider_, "x.demo/1", "b", &kTable, nullptr);
  registry_.provide(provider_, "x.demo/1", "a", &kTable, nullptr);
  EXPECT_EQ(registry_.names("x.demo/1"), (std::vector<std::string>{"a", "b"}));
  EXPECT_TRUE(registry_.names("x.other/1").empty());
}

TEST_F(Registry, a_closed_provider_gives_no_more_holds_and_waits_for_the_old_ones) {
  registry_.provide(provider_, "x.demo/1", "a", &kTable, nullptr);
  tenon_ref ref = emptyRef();
  registry_.acquire("x.demo/1", nullptr, &ref);
  registry_.close(provider_);
  tenon_ref late = emptyRef();
  EXPECT_THROW(registry_.acquire("x.demo/1", nullptr, &late), Failure);
  EXPECT_FALSE(registry_.waitUnheld(provider_, 1));
  std::thread holder([&] { ServiceRegistry::release(&ref); });
  EXPECT_TRUE(registry_.waitUnheld(provider_, 10000));
  holder.join();
}

TEST_F(Registry, a_hold_outlives_the_withdrawal_and_the_registry) {
  tenon_ref ref = emptyRef();
  {
    ServiceRegistry registry;
    PluginContext provider{"p", none_, registry};
    registry.provide(provider, "x.demo/1", "a", &kTable, nullptr);
    registry.acquire("x.demo/1", nullptr, &ref);
    registry.withdraw(provider);
    EXPECT_FALSE(registry.offered("x.demo/1", nullptr));
  }
  EXPECT_EQ(static_cast<const Table*>(ref.table)->answer, 42);
  ServiceRegistry::release(&ref);
}

TEST_F(Registry, a_plugin_may_provide_only_while_it_is_created) {
  const tenon_host* host = provider_.host();
  Error e;
  EXPECT_EQ(host->provide(host, "x.demo/1", "a", &kTable, nullptr, &e), TENON_INVALID) << "not on its control thread";
  provider_.control(std::this_thread::get_id());
  EXPECT_EQ(host->provide(host, "x.demo/1", "a", &kTable, nullptr, &e), TENON_OK);
  tenon_ref ref = emptyRef();
  EXPECT_EQ(host->acquire(host, "x.demo/1", nullptr, &ref, &e), TENON_INVALID);
  provider_.enter(Phase::Running);
  EXPECT_EQ(host->provide(host, "x.demo/1", "b", &kTable, nullptr, &e), TENON_INVALID);
  EXPECT_EQ(host->acquire(host, "x.demo/1", nullptr, &ref, nullptr), TENON_OK);
  host->release(host, &ref);
  EXPECT_EQ(host->service(host, "tenon.log/1", 8), nullptr);
  EXPECT_EQ(host->service(host, nullptr, 0), nullptr);
}

}  // namespace
}  // namespace tenon::host
