// SPDX-License-Identifier: Apache-2.0
#include "services/events/events_service.h"

#include <gtest/gtest.h>

#include <atomic>
#include <latch>
#include <thread>

#include "tenon/error.hpp"

namespace tenon::host {
namespace {

tenon_event event(std::string_view type) {
  return {sizeof(tenon_event), 1, str(type), str("{}")};
}
void count(void* arg, const tenon_event*) {
  ++*static_cast<std::atomic<int>*>(arg);
}

TEST(Events, reach_those_who_asked_and_those_who_hear_everything) {
  EventsService events;
  std::atomic<int> a{0}, b{0}, all{0};
  events.subscribe(nullptr, "a", count, &a);
  events.subscribe(nullptr, "b", count, &b);
  events.subscribe(nullptr, "*", count, &all);
  events.publish(event("a"));
  events.publish(event("a"));
  events.publish(event("c"));
  EXPECT_EQ(a, 2);
  EXPECT_EQ(b, 0);
  EXPECT_EQ(all, 3);
}

TEST(Events, unsubscribe_waits_for_a_running_callback) {
  struct Slow {
    std::latch entered{1}, leave{1};
    std::atomic<bool> finished{false};
  } slow;
  EventsService events;
  const uint64_t token = events.subscribe(
      nullptr, "a",
      [](void* arg, const tenon_event*) {
        auto& s = *static_cast<Slow*>(arg);
        s.entered.count_down();
        s.leave.wait();
        s.finished = true;
      },
      &slow);
  std::thread publisher([&] { events.publish(event("a")); });
  slow.entered.wait();
  std::thread releaser([&] { slow.leave.count_down(); });
  events.unsubscribe(token);
  EXPECT_TRUE(slow.finished);
  publisher.join();
  releaser.join();
  events.publish(event("a"));
}

TEST(Events, a_subscriber_may_end_its_own_subscription) {
  struct Self {
    EventsService events;
    uint64_t token = 0;
    int calls = 0;
  } self;
  self.token = self.events.subscribe(
      nullptr, "a",
      [](void* arg, const tenon_event*) {
        auto& s = *static_cast<Self*>(arg);
        ++s.calls;
        s.events.unsubscribe(s.token);
      },
      &self);
  self.events.publish(event("a"));
  self.events.publish(event("a"));
  EXPECT_EQ(self.calls, 1);
}

TEST(Events, publishing_from_inside_is_bounded) {
  struct Loop {
    EventsService events;
    int depth = 0;
    bool refused = false;
  } loop;
  loop.events.subscribe(
      nullptr, "a",
      [](void* arg, const tenon_event* e) {
        auto& l = *static_cast<Loop*>(arg);
        ++l.depth;
        try {
          l.events.publish(*e);
        } catch (const Failure&) {
          l.refused = true;
        }
      },
      &loop);
  loop.events.publish(event("a"));
  EXPECT_EQ(loop.depth, EventsService::kDeepest);
  EXPECT_TRUE(loop.refused);
}

TEST(Events, survive_subscribing_and_publishing_at_once) {
  EventsService events;
  std::atomic<int> heard{0};
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t)
    threads.emplace_back([&, t] {
      for (int i = 0; i < 200; ++i) {
        if (t % 2 == 0)
          events.publish(event("a"));
        else
          events.unsubscribe(events.subscribe(nullptr, "a", count, &heard));
      }
    });
  for (auto& t : threads) t.join();
  const int before = heard;
  events.publish(event("a"));
  EXPECT_EQ(heard, before);
}

}  // namespace
}  // namespace tenon::host
