// SPDX-License-Identifier: Apache-2.0
// What somebody would write by hand for just these replies: one prepared statement for each level, rows appended
// to a text. Shared by the servers that ours is compared with; one implementation for each database's C API.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "connect.h"

namespace bench {

/// A connection with its statements; one for each thread.
class Chinook {
 public:
  Chinook() = default;
  virtual ~Chinook() = default;
  Chinook(const Chinook&) = delete;
  Chinook& operator=(const Chinook&) = delete;

  /// The JSON for a path: /hello, /track/ID, /filter20, /list100, /nested. False for any other.
  virtual bool answer(std::string_view path, std::string& out) = 0;
};

std::unique_ptr<Chinook> openSqlite(const char* file);
std::unique_ptr<Chinook> openMariadb(const Address& address);
std::unique_ptr<Chinook> openPostgresql(const Address& address);

}  // namespace bench
