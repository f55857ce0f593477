// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <vector>

#include <tenon/datasource.h>

#include "session.h"
#include "statement.h"

namespace tenon::postgresql {

class Connection;

/// The rows of one query, as the server sends them. The session is its own until the last row was read; it may live on
/// after that, and after the connection.
class Cursor {
 public:
  Cursor(Connection& connection, std::shared_ptr<Statement> statement, const tenon_query& q,
         const tenon_cancel* cancel);
  ~Cursor();
  Cursor(const Cursor&) = delete;
  Cursor& operator=(const Cursor&) = delete;

  /// Takes the session, and chooses the columns by the first result. Throws Failure.
  void begin(Result first, const ArrowSchema* asked, Wait& wait);
  /// The connection is gone.
  void orphan() noexcept { connection_ = nullptr; }
  /// Puts it behind a tenon_rows, whose close() ends it.
  static void offer(std::unique_ptr<Cursor> cursor, tenon_rows* out);

 private:
  static Cursor& of(tenon_rows* rows) { return *static_cast<Cursor*>(rows->impl); }
  void chooseColumns(const PGresult* first, const ArrowSchema* asked);
  /// False when there is no further row.
  bool fill(ArrowArray* out);
  void deliver(const PGresult* rows, int row);
  /// Takes the next result: a row, all of them, or the end. Throws the statement's error.
  void advance(Wait& wait);
  /// The session is free again.
  void release() noexcept;
  /// Reads what is left and is not wanted.
  void endEarly(Wait& wait) noexcept;

  Connection* connection_;
  std::shared_ptr<Statement> statement_;
  const tenon_cancel* cancel_;
  std::unique_ptr<RowBuilder> builder_;
  bool asked_ = false;
  std::vector<Oid> types_;
  Result rows_;   // read and not all delivered yet; null at the end
  int next_ = 0;  // of rows_
  uint64_t batchRows_, batchBytes_, rowsLeft_, bytes_ = 0;
};

}  // namespace tenon::postgresql
