// SPDX-License-Identifier: Apache-2.0
// What somebody would write by hand for just these replies: one prepared statement for each level, rows appended
// to a text. Shared by the two servers that ours is compared with.
#pragma once

#include <sqlite3.h>

#include <string>
#include <string_view>

namespace bench {

/// A read-only connection with its statements; one for each thread.
class Chinook {
 public:
  explicit Chinook(const char* file);
  ~Chinook();
  Chinook(const Chinook&) = delete;
  Chinook& operator=(const Chinook&) = delete;

  /// The JSON for a path: /hello, /track/ID, /filter20, /list100, /nested. False for any other.
  bool answer(std::string_view path, std::string& out);

 private:
  void track(std::string& out, sqlite3_stmt* s);
  void trackById(std::string_view id, std::string& out);
  void list(sqlite3_stmt* rows, sqlite3_stmt* count, std::string& out);
  void nested(std::string& out);

  sqlite3* db_ = nullptr;
  sqlite3_stmt *byId_ = nullptr, *filter_ = nullptr, *filterCount_ = nullptr, *list_ = nullptr, *listCount_ = nullptr;
  sqlite3_stmt *artists_ = nullptr, *artistCount_ = nullptr, *albums_ = nullptr, *tracks_ = nullptr;
};

}  // namespace bench
