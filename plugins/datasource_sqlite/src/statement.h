// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sqlite3.h>

#include <list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include <tenon/cancel.h>

#include "tenon/row_builder.hpp"

namespace tenon::sqlite {

class Connection;

/// A prepared statement with everything that a repeat can use again: the parameters' schema, the result's
/// builder. While it runs it is also the cursor behind tenon_rows.
struct Statement {
  Statement(sqlite3* db, std::string_view sql, bool persistent);
  ~Statement();
  Statement(const Statement&) = delete;
  Statement& operator=(const Statement&) = delete;

  std::string text;
  sqlite3_stmt* handle = nullptr;
  bool cached = false;
  bool busy = false;
  std::optional<Schema> params;
  std::unique_ptr<RowBuilder> builder;  // null until the first result
  bool asked = false;                   // the builder's schema is what the caller asked for

  // of the run that goes on
  Connection* connection = nullptr;
  const tenon_cancel* cancel = nullptr;
  uint64_t batchRows = 0, batchBytes = 0, rowsLeft = 0;
  bool hasRow = false;
};

/// Prepared statements of one connection by text, least recently used out first. A statement that is busy is
/// not handed out again: a second one is prepared beside it.
class StatementCache {
 public:
  StatementCache(sqlite3* db, size_t capacity) : db_(db), capacity_(capacity) {}

  /// Ready to be bound. Throws Failure.
  Statement* take(std::string_view sql, bool reused);
  /// Resets it; one that is not kept is finalised.
  void give(Statement* statement) noexcept;
  void clear() noexcept;

 private:
  using List = std::list<std::unique_ptr<Statement>>;
  sqlite3* db_;
  size_t capacity_;
  List used_;                                                    // most recent first
  std::unordered_map<std::string_view, List::iterator> byText_;  // views of Statement::text
};

}  // namespace tenon::sqlite
