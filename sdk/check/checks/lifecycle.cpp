// SPDX-License-Identifier: Apache-2.0
#include <malloc.h>

#include <chrono>

#include "instance.h"

/// There when a sanitizer's allocator stands in for the C library's, which then knows nothing.
extern "C" size_t __sanitizer_get_current_allocated_bytes() __attribute__((weak));

namespace tenon::compliance {

namespace {

size_t allocatedBytes() {
  return __sanitizer_get_current_allocated_bytes != nullptr ? __sanitizer_get_current_allocated_bytes()
                                                            : mallinfo2().uordblks;
}

constexpr int kCycles = 50;
constexpr size_t kGrowthPerCycle = 1024;  // bytes; caches of the runtime settle in the cycles before
constexpr uint64_t kDrainDeadline_ms = 300;

void mayBeDestroyedUnstarted(Context& c) {
  Instance i(c);
  i.create();
  i.destroy();
}

void livesThrough(Context& c) {
  Instance i(c);
  i.create();
  i.start();
  i.drain();
  i.destroy();
}

void mayBeDrainedTwice(Context& c) {
  Instance i(c);
  i.create();
  i.start();
  i.drain();
  i.drain();
  i.destroy();
}

void createStartsNoThread(Context& c) {
  c.plugin.usable();
  const int before = threadCount();
  Instance i(c);
  i.create();
  require(threadCount() == before, "create() starts a thread: threads start in start()");
  i.destroy();
}

void drainJoinsThreads(Context& c) {
  c.plugin.usable();
  const int before = threadCount();
  Instance i(c);
  i.create();
  i.start();
  i.drain();
  require(settlesToThreads(before), "threads are alive after drain() has returned");
  i.destroy();
}

void drainKeepsItsDeadline(Context& c) {
  Instance i(c);
  i.create();
  i.start();
  const auto begun = std::chrono::steady_clock::now();
  i.tryDrain(kDrainDeadline_ms);
  const auto took = std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - begun);
  require(took.count() <= static_cast<int64_t>(kDrainDeadline_ms) + 100,
          "drain() with a deadline of 300 ms took " + std::to_string(took.count()) + " ms");
}

void keepsTheRules(Context& c) {
  Instance i(c);
  i.create();
  i.start();
  i.host.tasks.run(UINT64_MAX);
  i.drain();
  i.destroy();
  const auto broken = i.host.rules.broken();
  require(broken.empty(),
          broken.empty() ? "" : "a function of the host is called at the wrong time: " + broken.front());
}

void leavesNothingBehind(Context& c) {
  Instance i(c);
  i.create();
  i.start();
  i.drain();
  require(i.host.holds == 0, "it holds services of others after drain()");
  require(i.host.events.subscribers() == 0, "it is subscribed to events after drain()");
  require(i.host.tasks.timers() == 0, "it has timers after drain()");
  i.destroy();
}

void providesItsOffers(Context& c) {
  const tenon_plugin& p = c.plugin.usable();
  Instance i(c);
  i.create();
  for (uint64_t n = 0; n < p.n_offers; ++n)
    require(i.host.find(p.offers[n].id, p.offers[n].name) != nullptr,
            std::string("create() does not provide ") + p.offers[n].id + " \"" + p.offers[n].name + "\"");
  require(i.host.offered.size() == p.n_offers, "create() provides a service that the descriptor does not name");
  i.destroy();
}

/// Each service of the host is taken away in turn; so are all of them.
void survivesAPoorHost(Context& c) {
  const tenon_plugin& p = c.plugin.usable();
  const auto lives = [&](const std::set<std::string>& withheld) {
    Instance i(c);
    i.host.withheld = withheld;
    const bool created = i.tryCreate() == TENON_OK;
    if (!created) {
      require(i.error().code != TENON_OK, "create() fails without saying why");
      return false;
    }
    if (i.tryStart() == TENON_OK) i.drain();
    i.destroy();
    return true;
  };
  std::set<std::string> all;
  for (const auto& [id, table] : fakes::FakeHost::services()) {
    lives({id});
    all.insert(id);
  }
  lives(all);
  for (uint64_t n = 0; n < p.n_needs; ++n)
    if ((p.needs[n].flags & TENON_NEED_OPTIONAL) != 0)
      require(lives({p.needs[n].id}),
              std::string("create() fails without ") + p.needs[n].id + ", which it calls optional");
}

void doesNotGrow(Context& c) {
  const auto cycle = [&](int times) {
    for (int n = 0; n < times; ++n) {
      Instance i(c);
      i.create();
      i.destroy();
    }
  };
  cycle(kCycles);
  const size_t before = allocatedBytes();
  cycle(kCycles);
  const size_t after = allocatedBytes();
  require(after < before + kCycles * kGrowthPerCycle,
          "50 times create and destroy leave " + std::to_string((after - before) / kCycles) + " bytes each");
}

}  // namespace

std::vector<Check> lifecycleChecks() {
  return {
      {"lifecycle.create_destroy", "an instance that was not started can be destroyed", mayBeDestroyedUnstarted},
      {"lifecycle.whole", "create, start, drain and destroy succeed", livesThrough},
      {"lifecycle.drain_twice", "drain() may be called twice", mayBeDrainedTwice},
      {"lifecycle.create_no_thread", "create() starts no thread", createStartsNoThread},
      {"lifecycle.drain_joins", "drain() has joined every thread when it returns", drainJoinsThreads},
      {"lifecycle.drain_deadline", "drain() returns by its deadline", drainKeepsItsDeadline},
      {"lifecycle.phases", "functions of the host are called in their phases and threads only", keepsTheRules},
      {"lifecycle.nothing_left", "no hold, subscription or timer is left after drain()", leavesNothingBehind},
      {"lifecycle.offers", "create() provides what the descriptor offers", providesItsOffers},
      {"lifecycle.poor_host", "a host without a service is refused or lived with, never crashed on", survivesAPoorHost},
      {"lifecycle.no_growth", "50 times create and destroy leave no memory behind", doesNotGrow},
  };
}

}  // namespace tenon::compliance
