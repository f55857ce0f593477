// SPDX-License-Identifier: Apache-2.0
#include "service/settings.h"

#include <gtest/gtest.h>

#include "tenon/fakes/fake_host.hpp"

namespace tenon::graphql {
namespace {

Settings settingsOf(const std::string& json) {
  fakes::FakeHost fake;
  fake.config[""] = json;
  return Settings(Host(fake.host()));
}

/// Why a configuration is refused.
std::string refusalOf(const std::string& json) {
  try {
    settingsOf(json);
    return {};
  } catch (const Failure& f) {
    EXPECT_EQ(f.code(), TENON_INVALID);
    return f.what();
  }
}

TEST(Settings, ATenantHasWhatHoldsForAllButForItsOwn) {
  const Settings s = settingsOf(R"({"tenants": {"acme": {"depth": 6, "timeout_ms": 100, "introspection": false}},
                                    "limits": {"depth": 9, "cost": 77}, "suggestions": false})");
  EXPECT_EQ(s.of("acme").plan.depth, 6U);
  EXPECT_EQ(s.of("acme").timeout_ms, 100U);
  EXPECT_EQ(s.of("acme").cost, 77U);
  EXPECT_FALSE(s.of("acme").introspection);
  EXPECT_FALSE(s.of("acme").suggestions);
  EXPECT_EQ(s.of("other").plan.depth, 9U);
  EXPECT_TRUE(s.of("other").introspection);
  EXPECT_EQ(s.of("other").timeout_ms, 30000U);
}

TEST(Settings, AreRefusedByName) {
  for (const auto& [json, what] : std::vector<std::pair<std::string, std::string>>{
           {R"({"limits": {"depht": 1}})", "\"limits.depht\""},
           {R"({"limits": {"depth": 101}})", "\"limits.depth\" must be a whole number from 0 to 100"},
           {R"({"limits": {"tokens": 0}})", "\"limits.tokens\" must be a whole number from 1"},
           {R"({"limits": {"cost": -1}})", "\"limits.cost\""},
           {R"({"limits": {"cost": 1.5}})", "\"limits.cost\""},
           {R"({"limits": {"timeout_ms": "1"}})", "\"limits.timeout_ms\""},
           {R"({"tenants": {"acme": {"batch": 1001}}})",
            "\"tenants.acme.batch\" must be a whole number from 0 to 1000"},
           {R"({"tenants": {"acme": {"nope": 1}}})", "\"tenants.acme.nope\""},
           {R"({"tenants": {"acme": {"persistedQueries": 1}}})", "\"tenants.acme.persistedQueries\""},
           {R"({"tenants": {"acme": 1}})", "\"tenants.acme\" must be an object"},
           {R"({"tenants": {"": {}}})", "\"tenants\""},
           {R"({"tenants": []})", "\"tenants\""},
           {R"({"administrators": "admin"})", "\"administrators\" must be a list of names"},
           {R"({"administrators": [""]})", "\"administrators\" must be a list of names"},
           {R"({"trustedDocuments": 1})", "\"trustedDocuments\""},
           {R"({"trustedOnly": true})", "\"trustedOnly\" needs \"trustedDocuments\""},
           {R"({"tenants": {"acme": {"trustedOnly": true}}})", "\"trustedOnly\" needs \"trustedDocuments\""}})
    EXPECT_NE(refusalOf(json).find(what), std::string::npos) << json << ": " << refusalOf(json);
}

TEST(Settings, SayWhoIsAnAdministrator) {
  EXPECT_TRUE(settingsOf("{}").isAdministrator("admin"));
  EXPECT_FALSE(settingsOf(R"({"administrators": ["root"]})").isAdministrator("admin"));
  EXPECT_FALSE(settingsOf(R"({"administrators": []})").isAdministrator(""));
}

}  // namespace
}  // namespace tenon::graphql
