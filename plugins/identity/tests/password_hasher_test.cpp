// SPDX-License-Identifier: Apache-2.0
#include "password_hasher.h"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>
#include <vector>

#include "tenon/error.hpp"

namespace tenon::identity {
namespace {

HasherConfig cheap() {
  return {64, 1, 1, 2, 60000};
}

TEST(PasswordHasher, knows_the_right_password) {
  PasswordHasher hasher(cheap());
  const std::string encoded = hasher.hash("secret");
  EXPECT_EQ(encoded.substr(0, 10), "$argon2id$");
  EXPECT_TRUE(hasher.verify(encoded, "secret"));
  EXPECT_FALSE(hasher.verify(encoded, "Secret"));
  EXPECT_FALSE(hasher.verify("junk", "secret"));
  EXPECT_NE(encoded, hasher.hash("secret")) << "the salt differs";
}

TEST(PasswordHasher, serves_many_threads_in_turn) {
  PasswordHasher hasher(cheap());
  const std::string encoded = hasher.hash("secret");
  std::atomic<int> right{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i) threads.emplace_back([&] { right += hasher.verify(encoded, "secret") ? 1 : 0; });
  for (auto& t : threads) t.join();
  EXPECT_EQ(right, 8);
}

TEST(PasswordHasher, says_when_no_turn_comes) {
  HasherConfig config = cheap();
  config.memory_kib = 65536;
  config.passes = 20;
  config.atOnce = 1;
  config.wait_ms = 1;
  PasswordHasher impatient(config);
  std::atomic<int> refused{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i)
    threads.emplace_back([&] {
      try {
        impatient.pretend("x");
      } catch (const Failure& f) {
        if (f.code() == TENON_UNAVAILABLE) ++refused;
      }
    });
  for (auto& t : threads) t.join();
  EXPECT_GE(refused, 1);
}

}  // namespace
}  // namespace tenon::identity
