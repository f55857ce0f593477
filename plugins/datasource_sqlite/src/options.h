// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace tenon::sqlite {

/// A datasource's configuration, read and checked.
struct Options {
  std::string path;  ///< absolute; empty = a database in memory
  bool readOnly = false;
  bool create = true;      ///< a missing file is created
  bool isPrivate = false;  ///< no other source may open the same file
  bool trusted = false;    ///< the operator named it: it may lie anywhere
  std::string tenant;      ///< whose it is; empty = the default tenant's
  uint32_t busyTimeout_ms = 5000;
  uint32_t statementCache = 128;  ///< prepared statements kept for each connection
  bool foreignKeys = true;
  std::string synchronous = "normal";
  uint32_t cache_kib = 8192;  ///< page cache of each connection
  uint64_t mmap_bytes = 268435456;
};

/// Reads {"dbKind","url",...}. Relative paths lie under `folder`, those of another than the default
/// tenant in a folder of its own beside it: paths that leave it need "trusted": true.
/// Throws Failure(INVALID) naming the key.
Options readOptions(std::string_view configJson, const std::string& folder);

}  // namespace tenon::sqlite
