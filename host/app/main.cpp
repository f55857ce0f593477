// SPDX-License-Identifier: Apache-2.0
#include <malloc.h>

#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <thread>

#include "application.h"

namespace {

/// glibc keeps what was freed for the threads that share an arena, by default one of eight for each core: after each
/// large piece of work, as a schema of thousands of models, the process would have grown by another arena's worth. One
/// for each core costs a hundredth of the requests of a busy host. An operator's own setting stays.
void shareArenas() noexcept {
  if (std::getenv("MALLOC_ARENA_MAX") == nullptr)
    mallopt(M_ARENA_MAX, static_cast<int>(std::max(2U, std::thread::hardware_concurrency())));
}

}  // namespace

int main(int argc, char** argv) {
  shareArenas();
  // Before any thread exists, so that all of them inherit it: termination is waited for in one place, and a
  // client that goes away is an error code, not a signal.
  sigset_t termination;
  sigemptyset(&termination);
  sigaddset(&termination, SIGINT);
  sigaddset(&termination, SIGTERM);
  sigaddset(&termination, SIGQUIT);
  pthread_sigmask(SIG_BLOCK, &termination, nullptr);
  std::signal(SIGPIPE, SIG_IGN);

  tenon::host::Application application;
  return application.run(argc, argv);
}
