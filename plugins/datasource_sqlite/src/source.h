// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>

#include "options.h"

struct sqlite3;

namespace tenon::sqlite {

/// One configured database: what its connections share.
class Source {
 public:
  /// Throws Failure when the file is another tenant's, or another source has it for itself.
  explicit Source(Options options);
  ~Source();
  Source(const Source&) = delete;
  Source& operator=(const Source&) = delete;

  const Options& options() const noexcept { return options_; }
  /// Opens a handle; the caller closes it. Throws Failure.
  sqlite3* openHandle(bool readOnly) const;

 private:
  Options options_;
  std::string memoryName_;     // of a database in memory: its own, shared by its connections
  sqlite3* anchor_ = nullptr;  // keeps it alive while no connection is open
  std::string claimed_;        // canonical path of its file
};

}  // namespace tenon::sqlite
