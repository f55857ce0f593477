// SPDX-License-Identifier: Apache-2.0
#include "http/router.h"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "tenon/error.hpp"

namespace tenon::host {
namespace {

tenon_status nothing(void*, tenon_request*, tenon_reply*, const tenon_cancel*, tenon_error*) {
  return TENON_OK;
}

Route route(const char* method, const char* pattern) {
  Route r;
  r.method = method;
  r.pattern = pattern;
  r.handle = nothing;
  return r;
}

std::vector<std::string> segments(std::string_view path) {
  std::vector<std::string> out;
  for (path.remove_prefix(1);;) {
    const size_t slash = path.find('/');
    out.emplace_back(path.substr(0, slash));
    if (slash == std::string_view::npos) return out;
    path.remove_prefix(slash + 1);
  }
}

class RouterTest : public ::testing::Test {
 protected:
  std::string find(std::string_view method, std::string_view path) {
    parts_ = segments(path);
    router_.table()->find(method, parts_, match_, rest_);
    return match_.route != nullptr ? match_.route->pattern : "";
  }
  Router router_;
  std::vector<std::string> parts_;
  RouteTable::Match match_;
  size_t rest_ = 0;
};

TEST_F(RouterTest, a_literal_beats_a_parameter_which_beats_the_rest) {
  for (const char* p : {"/a/{x}", "/a/b", "/a/{rest...}", "/{any...}"}) router_.add(nullptr, route("GET", p));
  EXPECT_EQ(find("GET", "/a/b"), "/a/b");
  EXPECT_EQ(find("GET", "/a/c"), "/a/{x}");
  EXPECT_EQ(match_.values.at(0), "c");
  EXPECT_EQ(find("GET", "/a/c/d"), "/a/{rest...}");
  EXPECT_EQ(rest_, 1U);
  EXPECT_EQ(find("GET", "/z"), "/{any...}");
}

TEST_F(RouterTest, goes_back_when_the_better_branch_leads_nowhere) {
  router_.add(nullptr, route("GET", "/{ds}/models/{m}/records"));
  router_.add(nullptr, route("GET", "/x/models/y"));
  EXPECT_EQ(find("GET", "/x/models/y/records"), "/{ds}/models/{m}/records");
  EXPECT_EQ(match_.values, (std::vector<std::string_view>{"x", "y"}));
}

TEST_F(RouterTest, a_parameter_takes_no_empty_segment) {
  router_.add(nullptr, route("GET", "/a/{x}/b"));
  EXPECT_EQ(find("GET", "/a//b"), "");
  EXPECT_TRUE(match_.allowed.empty());
}

TEST_F(RouterTest, tells_the_methods_of_a_path) {
  router_.add(nullptr, route("GET", "/a"));
  router_.add(nullptr, route("POST", "/a"));
  EXPECT_EQ(find("HEAD", "/a"), "/a");
  EXPECT_EQ(find("PUT", "/a"), "");
  EXPECT_EQ(match_.allowed, "GET, HEAD, POST");
}

TEST_F(RouterTest, refuses_bad_and_taken_patterns) {
  router_.add(nullptr, route("GET", "/a/{x}"));
  EXPECT_THROW(router_.add(nullptr, route("GET", "/a/{x}")), Failure);
  for (const char* p : {"", "a", "/a//b", "/{x...}/b", "/a{b}", "/a?b", "/a b"})
    EXPECT_THROW(router_.add(nullptr, route("GET", p)), Failure) << p;
  EXPECT_THROW(router_.add(nullptr, route("G T", "/b")), Failure);
}

TEST_F(RouterTest, withdraws_an_owner_s_routes_and_waits_for_those_that_run) {
  int owner = 0;
  router_.add(&owner, route("GET", "/mine"));
  router_.add(nullptr, route("GET", "/host"));
  ASSERT_EQ(find("GET", "/mine"), "/mine");
  const Route& running = *match_.route;
  ASSERT_TRUE(router_.enter(running));
  EXPECT_FALSE(router_.close(&owner, 1));
  EXPECT_FALSE(router_.enter(running)) << "closed: nobody enters";
  std::thread finisher([&] { router_.leave(running); });
  EXPECT_TRUE(router_.close(&owner, 10000));
  finisher.join();
  router_.withdraw(&owner);
  EXPECT_EQ(find("GET", "/mine"), "");
  EXPECT_EQ(find("GET", "/host"), "/host");
  EXPECT_TRUE(router_.routesOf(&owner).empty());
}

TEST_F(RouterTest, is_read_while_it_changes) {
  router_.add(nullptr, route("GET", "/fixed"));
  std::atomic<bool> stop{false};
  std::atomic<int> lost{0};
  std::vector<std::thread> readers;
  for (int i = 0; i < 3; ++i)
    readers.emplace_back([&] {
      const auto path = segments("/fixed");
      while (!stop) {
        RouteTable::Match m;
        size_t rest = 0;
        const auto table = router_.table();
        table->find("GET", path, m, rest);
        if (m.route == nullptr) ++lost;
      }
    });
  for (int i = 0; i < 200; ++i) {
    router_.add(&stop, route("GET", "/changing"));
    router_.close(&stop, 1000);
    router_.withdraw(&stop);
  }
  stop = true;
  for (auto& t : readers) t.join();
  EXPECT_EQ(lost, 0);
}

}  // namespace
}  // namespace tenon::host
