// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace tenon::modeling {

/// Bounds of record requests and native queries; configuration "limits".
struct RecordLimits {
  uint32_t maxPageSize = 1000;
  uint32_t defaultPageSize = 15;
  uint32_t maxNestedRows = 10000;  ///< of all levels of one reply
  uint32_t nestedDepth = 5;        ///< of nestedQuery=true
  uint32_t planCacheEntries = 2048;
  uint32_t nativeMaxRows = 10000;    ///< of one native query
  uint32_t nativeTimeoutMs = 30000;  ///< of one native query; the pool's statement_ms holds as well
};

}  // namespace tenon::modeling
