// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <string>

#include "gzip.h"

namespace tenon::host {

/// What one worker thread reuses for every request it handles.
struct ThreadBuffers {
  std::array<char, 65536> input;  // not cleared: written before it is read
  std::string head, problem, compressed;
  GzipEncoder gzip;
  uint64_t dateSecond = 0;
  std::string date;  // "Date: ...\r\n" of that second
  uint64_t random = 0;
};

ThreadBuffers& threadBuffers();

}  // namespace tenon::host
