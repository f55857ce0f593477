// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cppconn/resultset.h>
#include <cppconn/statement.h>

#include <memory>

#include <tenon/datasource.h>

#include "statement.h"
#include "tenon/canceller.hpp"

namespace tenon::mysql {

class Connection;

/// The rows of one query: buffered by the client library when the statement is prepared, streamed otherwise. Owned by
/// the tenon_rows it was offered to; one thread at a time.
class Cursor {
 public:
  Cursor(Connection& connection, const tenon_query& q, const tenon_cancel* cancel);
  /// Ends what still runs, so that the session answers the next statement.
  ~Cursor();
  Cursor(const Cursor&) = delete;
  Cursor& operator=(const Cursor&) = delete;

  void offer(tenon_rows* out);

 private:
  void runPrepared(const tenon_query& q);
  void runStreamed(const tenon_query& q);
  std::string prepareOnServer(const tenon_query& q);
  void chooseColumns(const ArrowSchema* asked);
  bool advance();
  void mustHaveEnded();
  bool fill(ArrowArray* out);
  void finish() noexcept;

  Connection& connection_;
  const tenon_cancel* cancel_;
  std::unique_ptr<Canceller::Guard> guard_;  // lives while the statement may still run
  std::shared_ptr<Statement> prepared_;      // of a buffered result
  std::unique_ptr<sql::Statement> plain_;    // of a streamed one
  bool onlyReads_;                           // what writes is read to its end: stopped early it would be undone
  bool onServer_ = false;                    // the streamed statement was prepared by its text, and must be let go
  std::unique_ptr<sql::ResultSet> result_;
  std::unique_ptr<RowBuilder> builder_;
  std::vector<ResultColumn> columns_;
  bool asked_ = false;
  uint64_t batchRows_, batchBytes_, rowsLeft_;
  bool hasRow_ = false, ended_ = false;  // ended: all rows were read, and no error after them
};

}  // namespace tenon::mysql
