// SPDX-License-Identifier: Apache-2.0
#include "kernel/files.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <fstream>

#include "tenon/error.hpp"

namespace tenon::host {
namespace {

class Files : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = (std::filesystem::temp_directory_path() / "tenon-files-XXXXXX").string();
    folder_ = ::mkdtemp(pattern.data());
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }
  std::filesystem::path put(const std::string& name, const std::string& text) {
    std::ofstream(folder_ / name) << text;
    return folder_ / name;
  }
  std::filesystem::path folder_;
};

TEST_F(Files, reads_a_file_up_to_its_limit) {
  const auto file = put("a", "hello");
  EXPECT_EQ(readFile(file, 5), "hello");
  EXPECT_THROW(readFile(file, 4), Failure);
}

TEST_F(Files, says_which_file_is_missing) {
  try {
    readFile(folder_ / "nowhere", 10);
    FAIL() << "a missing file was read";
  } catch (const Failure& f) {
    EXPECT_EQ(f.code(), TENON_NOT_FOUND);
    EXPECT_NE(std::string(f.what()).find("nowhere"), std::string::npos);
  }
}

TEST_F(Files, a_private_folder_is_closed_to_others) {
  makePrivateFolder(folder_ / "x" / "y");
  struct stat s {};
  ASSERT_EQ(::stat((folder_ / "x" / "y").c_str(), &s), 0);
  EXPECT_EQ(s.st_mode & 0777U, 0700U);
}

TEST_F(Files, a_verified_copy_is_named_by_its_hash) {
  const std::string sha = "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824";  // of "hello"
  const auto copy = copyVerified(put("a", "hello"), folder_, sha);
  EXPECT_EQ(copy.filename(), sha + ".so");
  EXPECT_EQ(readFile(copy, 100), "hello");
}

TEST_F(Files, a_copy_with_another_hash_is_refused_and_removed) {
  const std::string sha(64, '0');
  const auto before = put("a", "hello");
  EXPECT_THROW(copyVerified(before, folder_, sha), Failure);
  size_t left = 0;
  for ([[maybe_unused]] const auto& entry : std::filesystem::directory_iterator(folder_)) ++left;
  EXPECT_EQ(left, 1U);
}

}  // namespace
}  // namespace tenon::host
