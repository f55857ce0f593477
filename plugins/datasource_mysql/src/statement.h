// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cppconn/connection.h>
#include <cppconn/prepared_statement.h>

#include <list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "tenon/row_builder.hpp"
#include "values.h"

namespace tenon::mysql {

/// The first word of a statement in small letters; empty when it begins with anything else, a comment for one.
std::string firstWord(std::string_view sql);
/// Does it do nothing but read, as far as its first word tells?
bool onlyReads(std::string_view sql);
/// Does it change definitions?
bool isDefinition(std::string_view sql);

/// A statement that the server keeps prepared, with what a repeat can use again.
struct Statement {
  std::string text;
  std::unique_ptr<sql::PreparedStatement> handle;
  unsigned parameters = 0;
  bool answersRows = false;
  std::optional<Schema> params;         // of the last run
  std::unique_ptr<RowBuilder> builder;  // of the last result, null before
  bool asked = false;                   // the builder's columns are what the caller asked for
  std::vector<ResultColumn> columns;
  bool busy = false;  // its rows are open

  /// Throws Failure unless the parameters given are as many as the statement has.
  void check(const ArrowSchema* given) const;
  /// The schema of the parameters given, read once for equal ones.
  const Schema& schemaOf(const ArrowSchema& given);
};

/// The prepared statements of one session, least recently used first to go. A session that is replaced takes them
/// with it: they must be gone before it is.
class StatementCache {
 public:
  explicit StatementCache(size_t most) : most_(most) {}
  /// The statement of that text: kept for the next time when `keep`, else the caller's alone. Throws.
  std::shared_ptr<Statement> take(sql::Connection& connection, std::string_view text, bool keep);
  void clear() noexcept;

 private:
  using List = std::list<std::shared_ptr<Statement>>;  // most recently used in front
  size_t most_;
  List list_;
  std::unordered_map<std::string_view, List::iterator> byText_;  // keys are the statements' own texts
};

/// Takes "insert into T (a, b) values (?, ?)", with "on duplicate key update" behind it or not, apart, so that several
/// rows can go in one statement: what stands before the group, the group, and what stands behind. nullopt for anything
/// else.
struct InsertShape {
  std::string_view head, group, tail;
};
std::optional<InsertShape> insertShape(std::string_view text, unsigned parameters);

}  // namespace tenon::mysql
