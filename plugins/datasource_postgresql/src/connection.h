// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string_view>

#include <tenon/datasource.h>

#include "dialect.h"
#include "parameters.h"
#include "session.h"
#include "source.h"
#include "statement.h"

namespace tenon::postgresql {

class Cursor;

/// One session of a pool. One thread at a time; one query's rows at a time. Functions throw Failure.
/// A connection that the server has closed is made anew before the next statement, unless a transaction was open: what
/// was not sent yet is not lost by that, and what was sent is never sent again.
class Connection {
 public:
  /// Connects. The source must outlive it.
  Connection(Source& source, bool readOnly, const tenon_cancel* cancel);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  void query(const tenon_query& q, const tenon_cancel* cancel, tenon_rows* out);
  void execute(const tenon_query& q, const tenon_cancel* cancel, tenon_outcome* out);
  void transact(const tenon_transaction& t, const tenon_cancel* cancel);
  void describe(const tenon_describe& d, const tenon_cancel* cancel, tenon_rows* out);
  void ping(const tenon_cancel* cancel);
  const tenon_dialect* dialect() const noexcept { return postgresql::dialect(); }

 private:
  friend class Cursor;
  /// One call that uses the session: what it obeys, and what is put in order after it.
  class Turn {
   public:
    Turn(Connection& c, const tenon_cancel* token, uint64_t limit_ms = kForever_ms)
        : wait(c.bell_, token, limit_ms), connection_(c) {}
    ~Turn();
    Turn(const Turn&) = delete;
    Turn& operator=(const Turn&) = delete;
    Wait wait;

   private:
    Connection& connection_;
  };

  /// Before every statement: no rows are open, the token is not set, and the session is one that can be used.
  void ready(const tenon_cancel* cancel, Wait& wait);
  /// The statement of a query, whose parameters are described; prepared on the server when it is to be kept.
  std::shared_ptr<Statement> statementOf(const tenon_query& q, Wait& wait);
  void prepare(const std::string& name, const std::string& text, const std::vector<Oid>& types, Wait& wait);
  /// Sends the statement with the parameters' values.
  void send(const Statement& statement);
  /// Was the statement refused because tables have changed since it was prepared, or because the server has lost it? It
  /// was not run then, and outside of a transaction it may be sent again: the results are read up to the end. In any
  /// case it is not used again.
  bool stale(const PGresult* failed, const Statement& statement, Wait& wait);
  /// Did the statement change tables, or forget what is prepared? Then that is not used any more, anywhere.
  void noteChange(const PGresult* result);
  /// These answer the count of rows. Several rows: all or nothing.
  int64_t runOnce(const tenon_query& q, Wait& wait);
  int64_t runMany(const tenon_query& q, int64_t rows, Wait& wait);
  int64_t runPipelined(const Statement& statement, const tenon_query& q, int64_t rows, Wait& wait);
  /// The rows that a statement which is under way has changed.
  int64_t answerOf(const Statement& statement, Wait& wait);
  int64_t insertMany(const Statement& single, const PlainInsert& insert, const tenon_query& q, int64_t rows,
                     Wait& wait);
  /// An insert of so many rows, prepared; types: of one row. Kept for the next time, or under no name.
  std::shared_ptr<Statement> manyRows(const PlainInsert& insert, int64_t rows, bool kept, const std::vector<Oid>& one,
                                      Wait& wait);
  void begin(uint32_t flags, Wait& wait);
  void commit(Wait& wait);
  void rollBack();

  Source& source_;
  StatementCache statements_;
  uint64_t changesSeen_;   // of the source, by statements_
  bool changing_ = false;  // the transaction changes tables: others see it when it commits
  Bell bell_;
  Session session_;
  Parameters parameters_;       // of the statement that goes on
  Cursor* cursor_ = nullptr;    // whose rows are open and not at their end
  bool inTransaction_ = false;  // stays set when the session breaks, until somebody rolls back
};

}  // namespace tenon::postgresql
