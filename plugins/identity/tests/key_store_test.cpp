// SPDX-License-Identifier: Apache-2.0
#include "key_store.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <fstream>
#include <thread>

#include "tenon/error.hpp"

namespace tenon::identity {
namespace {

class KeyStoreTest : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = (std::filesystem::temp_directory_path() / "tenon-keys-XXXXXX").string();
    folder_ = ::mkdtemp(pattern.data());
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }
  std::filesystem::path folder_;
};

TEST_F(KeyStoreTest, makes_a_random_key_once_and_keeps_it) {
  const KeyStore first(folder_), again(folder_);
  EXPECT_EQ(first.signing().secret, again.signing().secret);
  EXPECT_NE(first.signing().secret, (std::array<unsigned char, 32>{}));
  struct stat s {};
  ASSERT_EQ(::stat((folder_ / "keys.json").c_str(), &s), 0);
  EXPECT_EQ(s.st_mode & 0777U, 0600U);
}

TEST_F(KeyStoreTest, two_starters_agree_on_one_key) {
  std::array<std::array<unsigned char, 32>, 4> secrets{};
  std::vector<std::thread> threads;
  for (auto& secret : secrets) threads.emplace_back([&] { secret = KeyStore(folder_).signing().secret; });
  for (auto& t : threads) t.join();
  for (const auto& s : secrets) EXPECT_EQ(s, secrets[0]);
}

TEST_F(KeyStoreTest, refuses_a_file_that_others_may_read) {
  { KeyStore made(folder_); }
  ::chmod((folder_ / "keys.json").c_str(), 0640);
  EXPECT_THROW(KeyStore{folder_}, Failure);
}

TEST_F(KeyStoreTest, refuses_a_damaged_file) {
  for (const char* text : {"", "{}", "{\"keys\":[]}", "{\"keys\":[{\"id\":\"a\",\"secret\":\"short\"}]}", "[1]"}) {
    std::ofstream(folder_ / "keys.json") << text;
    ::chmod((folder_ / "keys.json").c_str(), 0600);
    EXPECT_THROW(KeyStore{folder_}, Failure) << text;
  }
}

}  // namespace
}  // namespace tenon::identity
