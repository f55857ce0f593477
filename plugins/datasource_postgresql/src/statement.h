// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <libpq-fe.h>

#include <list>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "sql_text.h"
#include "tenon/row_builder.hpp"

namespace tenon::postgresql {

/// A statement's text with what a repeat can use again.
struct Statement {
  std::string text;
  std::string name;  ///< under which the server keeps it; empty = it does not
  SqlText read;
  bool isSmall = false;                 ///< its last answer was: it is taken in one piece the next time
  std::unique_ptr<RowBuilder> builder;  ///< of the columns that were asked for last; null while rows are open
};

/// The statements that one session has prepared, by text and types, least recently used out first. Statements are
/// shared with the rows that are open on them.
class StatementCache {
 public:
  explicit StatementCache(size_t capacity) : capacity_(capacity) {}

  bool keeps() const noexcept { return capacity_ != 0; }
  /// Null when it is not there.
  std::shared_ptr<Statement> find(std::string_view text, const std::vector<Oid>& types);
  /// A name that no statement of the session had before.
  std::string freshName() { return "tenon" + std::to_string(++names_); }
  void add(const std::shared_ptr<Statement>& statement, const std::vector<Oid>& types);
  /// It is of no use any more; the server still has it.
  void drop(const Statement& statement);
  void dropAll() noexcept;
  /// What the server may forget: "deallocate a; deallocate b", or empty.
  std::string deallocations() const;
  void deallocated() noexcept;
  /// The session is a new one, or has lost them.
  void clear() noexcept;

 private:
  struct Entry {
    std::string key;
    std::shared_ptr<Statement> statement;
  };
  using List = std::list<Entry>;
  const std::string& keyOf(std::string_view text, const std::vector<Oid>& types);
  void erase(List::iterator at);
  size_t capacity_;
  uint64_t names_ = 0;
  List used_;                                                   // most recent first
  std::unordered_map<std::string_view, List::iterator> byKey_;  // views of Entry::key
  std::vector<std::string> dropped_;
  bool droppedAll_ = false;
  std::string key_;  // of the last look-up
};

}  // namespace tenon::postgresql
