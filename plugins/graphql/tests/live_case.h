// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtest/gtest.h>

#include "fake_modeling.h"
#include "live/live_queries.h"

namespace tenon::graphql {

/// What tests of live queries begin from: two models of one datasource, and a host whose clock and workers they drive.
class LiveCase : public testing::Test {
 protected:
  LiveCase() {
    modeling_.offer(fake_);
    data_.open(host_);
    catalogue_.open();
    catalogue_.refresh();
  }

  /// Everything that is due now.
  void work() { fake_.tasks.run(static_cast<uint64_t>(fake_.now_ms.load())); }

  fakes::FakeHost fake_;
  FakeModeling modeling_;
  Host host_{fake_.host()};
  Settings settings_;
  Data data_;
  Catalogue catalogue_{host_};
  Schemas schemas_{host_, catalogue_, data_, settings_};
  RateLimiter limiter_;
  WorkQueue queue_{host_, 2};
  Delays delays_{host_};
  LiveQueries live_{host_, schemas_, settings_, limiter_, queue_, delays_};
};

}  // namespace tenon::graphql
