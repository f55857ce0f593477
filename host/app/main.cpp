// SPDX-License-Identifier: Apache-2.0
#include <csignal>

#include "application.h"

int main(int argc, char** argv) {
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
