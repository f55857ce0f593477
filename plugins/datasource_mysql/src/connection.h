// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include <tenon/datasource.h>

#include "dialect.h"
#include "errors.h"
#include "session.h"
#include "source.h"
#include "statement.h"

namespace tenon::mysql {

/// One session. One thread at a time, one open cursor. Functions throw Failure. A session that the server has closed
/// while it was idle is opened again before the next statement is sent.
class Connection {
 public:
  Connection(Source& source, bool readOnly);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  void query(const tenon_query& q, const tenon_cancel* cancel, tenon_rows* out);
  void execute(const tenon_query& q, const tenon_cancel* cancel, tenon_outcome* out);
  void transact(const tenon_transaction& t, const tenon_cancel* cancel);
  void describe(const tenon_describe& d, const tenon_cancel* cancel, tenon_rows* out);
  void ping(const tenon_cancel* cancel);
  const tenon_dialect* dialect() const noexcept { return mysql::dialect(session_.mariaDb); }

  // ---- for its cursor ----
  sql::Connection& session() noexcept { return *session_.connection; }
  std::shared_ptr<Statement> prepare(std::string_view text, bool keep) {
    return statements_.take(session(), text, keep);
  }
  /// While it lives, the token and its deadline stop what the session runs.
  std::unique_ptr<Canceller::Guard> stoppable(const tenon_cancel* cancel);
  /// What an exception of the client library means; a lost session is noted.
  Failure failure(const sql::SQLException& e, const tenon_cancel* cancel);
  void stopNow();
  /// After a kill that may have come when the statement had ended already: the next one must not meet it.
  void absorbKill();
  /// Makes the server forget the errors of earlier statements: one that uses no table would list them as its own.
  void forgetErrors();
  /// One may have come that nobody looked at.
  void mayHaveErrors() noexcept { hasErrors_ = true; }
  void lose() noexcept { lost_ = true; }
  void released() noexcept;

 private:
  void ready(const tenon_cancel* cancel);
  void reopen();
  bool isPatient(const tenon_cancel* cancel) const noexcept;
  void run(const std::string& sql, const tenon_cancel* cancel);
  template <class Call>
  void stoppably(const tenon_cancel* cancel, Call&& call);
  int64_t executeRows(const tenon_query& q);
  int64_t executeMany(const tenon_query& q, Statement& one, const InsertShape& shape);
  int64_t lastInsertId();
  void commit(const tenon_cancel* cancel);
  std::vector<BatchView> catalogue(std::string_view sql, const Schema& shape, tenon_str table,
                                   const tenon_cancel* cancel);

  Source& source_;
  bool readOnly_;
  uint32_t silence_ms_;  // the longest wait for an answer of the server
  Session session_;
  StatementCache statements_;
  uint64_t lastUsed_ms_ = 0, seenChanges_ = 0;
  bool inTransaction_ = false;
  bool lost_ = false;
  bool cursorOpen_ = false;
  bool hasErrors_ = false;  // the server may still list those of an earlier statement
};

}  // namespace tenon::mysql
