// SPDX-License-Identifier: Apache-2.0
#include "kernel/manifest.h"

#include <gtest/gtest.h>

#include <fstream>

#include "tenon/error.hpp"
#include "tenon/extras/json.hpp"

namespace tenon::host {
namespace {

class ManifestTest : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = (std::filesystem::temp_directory_path() / "tenon-manifest-XXXXXX").string();
    folder_ = ::mkdtemp(pattern.data());
    json_ = Json{
        {"id", "demo"},
        {"version", "1.2.3"},
        {"title", "Demo"},
        {"abi", "1.0"},
        {"platform", thisPlatform()},
        {"library", "demo.so"},
        {"sha256", std::string(64, 'a')},
        {"needs", Json::array({Json{{"id", "tenon.http/1"}}, Json{{"id", "x/1"}, {"name", "y"}, {"optional", true}}})},
        {"offers", Json::array({Json{{"id", "tenon.datasource/1"}, {"name", "demo"}}})}};
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }
  Manifest read() {
    std::ofstream(folder_ / "plugin.json") << json_.dump();
    return readManifest(folder_);
  }
  std::string refusal() {
    try {
      read();
    } catch (const Failure& f) {
      return f.what();
    }
    return "accepted";
  }
  std::filesystem::path folder_;
  Json json_;
};

TEST_F(ManifestTest, reads_what_a_build_writes) {
  const Manifest m = read();
  EXPECT_EQ(m.id, "demo");
  EXPECT_EQ(m.abiMajor, 1U);
  EXPECT_EQ(m.library, folder_ / "demo.so");
  ASSERT_EQ(m.needs.size(), 2U);
  EXPECT_FALSE(m.needs[0].optional);
  EXPECT_EQ(m.needs[1].name, "y");
  EXPECT_TRUE(m.needs[1].optional);
  ASSERT_EQ(m.offers.size(), 1U);
  EXPECT_EQ(m.offers[0].name, "demo");
}

TEST_F(ManifestTest, refuses_a_bad_id) {
  for (const char* id : {"", "Demo", "1x", "a/b", "../x", "a b"}) {
    json_["id"] = id;
    EXPECT_NE(refusal().find("\"id\""), std::string::npos) << id;
  }
}

TEST_F(ManifestTest, refuses_another_platform_by_name) {
  json_["platform"] = "plan9-mips";
  EXPECT_NE(refusal().find("it was built for plan9-mips"), std::string::npos);
}

TEST_F(ManifestTest, refuses_a_library_outside_its_folder) {
  for (const char* library : {"../evil.so", "/etc/evil.so", "", ".hidden.so", "sub/evil.so"}) {
    json_["library"] = library;
    EXPECT_NE(refusal().find("\"library\""), std::string::npos) << library;
  }
}

TEST_F(ManifestTest, refuses_a_hash_that_is_none) {
  json_["sha256"] = "abc";
  EXPECT_NE(refusal().find("\"sha256\""), std::string::npos);
}

TEST_F(ManifestTest, refuses_missing_and_mistyped_members) {
  json_.erase("version");
  EXPECT_NE(refusal().find("\"version\""), std::string::npos);
  json_["version"] = 7;
  EXPECT_NE(refusal().find("\"version\""), std::string::npos);
}

TEST_F(ManifestTest, refuses_what_is_no_json) {
  std::ofstream(folder_ / "plugin.json") << "{\"id\": ";
  EXPECT_THROW(readManifest(folder_), Failure);
}

}  // namespace
}  // namespace tenon::host
