// SPDX-License-Identifier: Apache-2.0
#include "connection.h"

#include "tenon/crash_point.hpp"

namespace tenon::modeling {

namespace {

tenon_query queryOf(std::string_view sql, RowBuilder* params) {
  tenon_query q{};
  q.size = sizeof q;
  q.flags = TENON_QUERY_REUSED;
  q.language = TENON_LANGUAGE_SQL;
  q.text = str(sql);
  if (params != nullptr && params->schema().size() > 0) {
    q.param_schema = params->schema().arrow();
    q.params = params->peek();
  }
  return q;
}

}  // namespace

/// Throws what the driver answered, and remembers when the session is lost.
tenon_status Connection::noted(tenon_status status, const Error& e) {
  if (status != TENON_OK && e.reason == TENON_REASON_CONNECTION) broken_ = true;
  return check(status, e);
}

Rows Connection::run(tenon_query& q, const Schema* expected, const tenon_cancel* cancel, QueryLimits limits) {
  if (!limits.comesAgain) q.flags &= ~TENON_QUERY_REUSED;
  q.max_rows = limits.maxRows;
  q.max_batch_rows = limits.maxBatchRows;
  if (expected != nullptr) q.result_schema = expected->arrow();
  Rows rows;
  Error e;
  crashPoint();
  noted(driver_->query(conn_, &q, token_.arm(cancel, statement_ms_), rows.out(), &e), e);
  if (expected != nullptr) rows.asked(*expected);
  return rows;
}

Rows Connection::query(std::string_view sql, RowBuilder* params, const Schema* expected, const tenon_cancel* cancel,
                       QueryLimits limits) {
  tenon_query q = queryOf(sql, params);
  return run(q, expected, cancel, limits);
}

Rows Connection::query(std::string_view sql, const Params& params, const Schema* expected, const tenon_cancel* cancel,
                       QueryLimits limits) {
  tenon_query q = queryOf(sql, nullptr);
  if (params.schema.size() > 0) {
    q.param_schema = params.schema.arrow();
    q.params = &params.row;
  }
  return run(q, expected, cancel, limits);
}

Outcome Connection::execute(std::string_view sql, RowBuilder* params, const tenon_cancel* cancel) {
  const tenon_query q = queryOf(sql, params);
  tenon_outcome outcome{};
  outcome.size = sizeof outcome;
  Error e;
  crashPoint();
  noted(driver_->execute(conn_, &q, token_.arm(cancel, statement_ms_), &outcome, &e), e);
  return {outcome.affected, outcome.last_insert_id};
}

Rows Connection::describe(uint32_t kind, std::string_view table, const tenon_cancel* cancel) {
  tenon_describe d{};
  d.size = sizeof d;
  d.kind = kind;
  d.table = table.empty() ? kAbsent : str(table);
  Rows rows;
  Error e;
  noted(driver_->describe(conn_, &d, token_.arm(cancel, statement_ms_), rows.out(), &e), e);
  return rows;
}

bool Connection::ping(const tenon_cancel* cancel) noexcept {
  const tenon_status status = driver_->ping(conn_, token_.arm(cancel, statement_ms_), nullptr);
  if (status != TENON_OK && status != TENON_UNSUPPORTED) broken_ = true;
  return !broken_;
}

void Connection::transact(uint32_t op, uint32_t flags, const tenon_cancel* cancel) {
  tenon_transaction t{};
  t.size = sizeof t;
  t.op = op;
  t.flags = flags;
  Error e;
  crashPoint();
  noted(driver_->transact(conn_, &t, token_.arm(cancel, statement_ms_), &e), e);
}

void Connection::begin(const tenon_cancel* cancel, uint32_t flags) {
  transact(TENON_TX_BEGIN, flags, cancel);
  inTransaction_ = true;
}

void Connection::commit(const tenon_cancel* cancel) {
  transact(TENON_TX_COMMIT, 0, cancel);
  inTransaction_ = false;
}

void Connection::rollback() noexcept {
  inTransaction_ = false;
  if (guard(nullptr, [&] { transact(TENON_TX_ROLLBACK, 0, nullptr); }) != TENON_OK) broken_ = true;
}

}  // namespace tenon::modeling
