// SPDX-License-Identifier: Apache-2.0
#include "service/trusted_documents.h"

#include <gtest/gtest.h>

#include <fstream>

#include "tenon/error.hpp"
#include "tenon/extras/sha256.hpp"

namespace tenon::graphql {
namespace {

namespace fs = std::filesystem;

class TrustedDocumentsTest : public testing::Test {
 protected:
  void SetUp() override {
    const auto* test = testing::UnitTest::GetInstance()->current_test_info();
    folder_ = fs::path(testing::TempDir()) / ("trusted_" + std::string(test->name()));
    fs::create_directories(folder_);
  }
  void TearDown() override { fs::remove_all(folder_); }

  fs::path file(const std::string& name, const std::string& content) const {
    std::ofstream(folder_ / name, std::ios::binary) << content;
    return folder_ / name;
  }
  static std::string refusalOf(const fs::path& path) {
    try {
      TrustedDocuments().load(path);
      return {};
    } catch (const Failure& f) {
      EXPECT_EQ(f.code(), TENON_INVALID);
      return f.what();
    }
  }

  fs::path folder_;
};

TEST_F(TrustedDocumentsTest, AreFoundByTheirHash) {
  const std::string document = "{ a }\n", hash = sha256Hex(document);
  file("a.graphql", document);
  file("b.txt", "{ b }");
  TrustedDocuments trusted;
  trusted.load(folder_);
  ASSERT_NE(trusted.find(hash), nullptr);
  EXPECT_EQ(*trusted.find("sha256:" + hash), document);
  EXPECT_EQ(trusted.find(sha256Hex("{ b }")), nullptr);
  EXPECT_EQ(trusted.find(""), nullptr);
}

TEST_F(TrustedDocumentsTest, OfAFileAreThoseThatTheirHashesSay) {
  const std::string hash = sha256Hex("{ a }");
  TrustedDocuments trusted;
  trusted.load(file("good.json", R"({")" + hash + R"(": "{ a }"})"));
  EXPECT_NE(trusted.find(hash), nullptr);
  EXPECT_NE(refusalOf(file("other.json", R"({")" + hash + R"(": "{ b }"})")).find("is not the SHA-256"),
            std::string::npos);
  EXPECT_NE(refusalOf(file("list.json", "[]")).find("must hold an object"), std::string::npos);
  EXPECT_NE(refusalOf(file("number.json", R"({")" + hash + R"(": 1})")).find("must be a text"), std::string::npos);
  EXPECT_NE(refusalOf(file("broken.json", "{")).find("malformed JSON"), std::string::npos);
  EXPECT_NE(refusalOf(folder_ / "none").find("neither a folder nor a file"), std::string::npos);
  file("empty.graphql", "");
  EXPECT_NE(refusalOf(folder_).find("empty document"), std::string::npos);
}

TEST_F(TrustedDocumentsTest, AreNotVeryMany) {
  std::string json = "{";
  for (int i = 0; i < 10001; ++i) {
    const std::string document = "{ a" + std::to_string(i) + " }";
    json += (i == 0 ? "\"" : ",\"") + sha256Hex(document) + "\":\"" + document + "\"";
  }
  EXPECT_NE(refusalOf(file("many.json", json + "}")).find("more than 10000"), std::string::npos);
}

}  // namespace
}  // namespace tenon::graphql
