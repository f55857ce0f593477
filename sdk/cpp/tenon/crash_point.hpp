// SPDX-License-Identifier: Apache-2.0
#pragma once

#ifdef TENON_CRASH_POINTS
#include <signal.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#endif

namespace tenon {

/// A place at which tests kill the process to prove that nothing is left half done. TENON_CRASH_FILE names a file with
/// a number; each point that is passed while it exists counts it down, and the one that finds 0 is the last. Builds
/// without tests have no such points.
inline void crashPoint() {
#ifdef TENON_CRASH_POINTS
  static const char* const file = std::getenv("TENON_CRASH_FILE");
  if (file == nullptr) return;
  int left = -1;
  if (!(std::ifstream(file) >> left)) return;
  if (left == 0) ::kill(::getpid(), SIGKILL);
  std::ofstream(file) << left - 1;
#endif
}

}  // namespace tenon
