// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string_view>
#include <utility>

#include <tenon/datasource.h>

#include "tenon/dialect.hpp"
#include "tenon/limited_token.hpp"
#include "tenon/row_builder.hpp"
#include "tenon/row_reader.hpp"

namespace tenon::modeling {

/// Bounds of one query, 0 = none; and whether its text will come again. One that comes once is not kept prepared, and
/// drivers that would buffer the rows of a prepared one stream it.
struct QueryLimits {
  uint64_t maxRows = 0;
  uint64_t maxBatchRows = 0;
  bool comesAgain = true;
};

struct Outcome {
  int64_t affected = 0;
  int64_t lastInsertId = 0;
};

/// One session of a datasource. One thread at a time; owned by a Pool, used through a Lease. Functions throw
/// Failure with what the driver answered.
class Connection {
 public:
  /// statement_ms: the time limit of a statement whose caller has no earlier deadline. generation: the pool's, when it
  /// was made.
  Connection(const tenon_datasource_v1* driver, tenon_conn* conn, bool readOnly, uint32_t statement_ms,
             uint64_t generation = 0)
      : driver_(driver),
        conn_(conn),
        readOnly_(readOnly),
        statement_ms_(statement_ms),
        generation_(generation),
        dialect_(driver->dialect(conn)) {}
  ~Connection() { driver_->close(conn_); }
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  const Dialect& dialect() const noexcept { return dialect_; }
  bool readOnly() const noexcept { return readOnly_; }
  uint64_t generation() const noexcept { return generation_; }

  /// Bound values that may be shared by many threads: made once, never changed. Owns the batch.
  struct Params {
    Schema schema;
    ArrowArray row{};
    Params() = default;
    explicit Params(RowBuilder& from) : schema(from.schema()) { from.take(&row); }
    Params(const Params&) = delete;
    Params& operator=(const Params&) = delete;
    ~Params() {
      if (row.release != nullptr) row.release(&row);
    }
  };
  Rows query(std::string_view sql, const Params& params, const Schema* expected, const tenon_cancel* cancel,
             QueryLimits limits = {});
  /// params: nullptr or one row. expected: what the columns should be, or nullptr; must outlive the rows, as
  /// must `cancel`.
  Rows query(std::string_view sql, RowBuilder* params, const Schema* expected, const tenon_cancel* cancel,
             QueryLimits limits = {});
  /// params: nullptr or one row per run of the statement.
  Outcome execute(std::string_view sql, RowBuilder* params, const tenon_cancel* cancel);
  Rows describe(uint32_t kind, std::string_view table, const tenon_cancel* cancel);
  bool ping(const tenon_cancel* cancel) noexcept;

  void begin(const tenon_cancel* cancel, uint32_t flags = 0);
  void commit(const tenon_cancel* cancel);
  /// Never throws: a connection that cannot roll back is marked broken.
  void rollback() noexcept;
  bool inTransaction() const noexcept { return inTransaction_; }
  /// It is in a state that no other caller should meet.
  void abandon() noexcept { broken_ = true; }
  /// While it lives, statements have no limit but the caller's.
  class Unhurried {
   public:
    explicit Unhurried(Connection& c) : connection_(c), limit_ms_(std::exchange(c.statement_ms_, 0)) {}
    ~Unhurried() { connection_.statement_ms_ = limit_ms_; }
    Unhurried(const Unhurried&) = delete;
    Unhurried& operator=(const Unhurried&) = delete;

   private:
    Connection& connection_;
    uint32_t limit_ms_;
  };
  /// True after a failure that leaves the session unusable; the pool replaces it.
  bool broken() const noexcept { return broken_; }

 private:
  Rows run(tenon_query& q, const Schema* expected, const tenon_cancel* cancel, QueryLimits limits);
  tenon_status noted(tenon_status status, const Error& e);
  void transact(uint32_t op, uint32_t flags, const tenon_cancel* cancel);

  const tenon_datasource_v1* driver_;
  tenon_conn* conn_;
  bool readOnly_;
  uint32_t statement_ms_;
  uint64_t generation_;
  LimitedToken token_;  // of the statement that runs, and of the rows it answered
  bool inTransaction_ = false;
  bool broken_ = false;
  Dialect dialect_;
};

/// Commits on commit(), rolls back otherwise.
class Transaction {
 public:
  Transaction(Connection& c, const tenon_cancel* cancel) : connection_(c), cancel_(cancel) { c.begin(cancel); }
  ~Transaction() {
    if (connection_.inTransaction()) connection_.rollback();
  }
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;
  void commit() { connection_.commit(cancel_); }

 private:
  Connection& connection_;
  const tenon_cancel* cancel_;
};

}  // namespace tenon::modeling
