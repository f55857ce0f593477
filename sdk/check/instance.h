// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>

#include "check.h"
#include "tenon/error.hpp"
#include "tenon/fakes/fake_host.hpp"

namespace tenon::compliance {

/// One instance of the plugin on a fake host, led through its life as the host would. Functions that are said to
/// succeed throw Broken when they do not. The home folder is a temporary one, removed at the end.
class Instance {
 public:
  explicit Instance(Context& context);
  ~Instance();
  Instance(const Instance&) = delete;
  Instance& operator=(const Instance&) = delete;

  fakes::FakeHost host;

  /// create() that may fail; the error is kept.
  tenon_status tryCreate();
  void create();
  tenon_status tryStart();
  /// Throws NotApplicable when it fails and needs a service of another plugin.
  void start();
  tenon_status tryDrain(uint64_t deadline_ms);
  void drain(uint64_t deadline_ms = 5000);
  void destroy();

  const Error& error() const noexcept { return error_; }
  void* self() const noexcept { return self_; }

 private:
  const tenon_plugin& plugin_;
  std::filesystem::path folder_;
  void* self_ = nullptr;
  Error error_;
};

/// Tasks of this process, from /proc; waits a moment for threads that are just ending.
int threadCount();
bool settlesToThreads(int count);

}  // namespace tenon::compliance
