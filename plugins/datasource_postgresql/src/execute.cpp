// SPDX-License-Identifier: Apache-2.0
// Statements that answer a count, for one row of parameters or for many.
#include <algorithm>
#include <charconv>
#include <exception>

#include "connection.h"
#include "tenon/datasource.hpp"

namespace tenon::postgresql {

namespace {

// Rows whose statements are sent before their answers are awaited, and bytes of them: libpq keeps both in memory.
constexpr int kPipelineRows = 256;
constexpr size_t kPipelineBytes = 256 * 1024;
// Rows of one "insert ... values (..), (..)": more gain nothing, and callers' batches are powers of two. Parsing such a
// text costs as much as running it, so it is kept prepared; a pipeline of single inserts takes twice the time, and copy
// half of it.
constexpr int64_t kInsertRows = 256;
constexpr size_t kInsertBytes = size_t{4} << 20U;
constexpr uint32_t kMostParameters = 65535;
constexpr int64_t kManyRows = 2 * kInsertRows;  // fewer are as fast in a pipeline, with what is prepared already

/// The rows that a statement changed; 0 for one that changes none.
int64_t affectedBy(const PGresult* r) {
  const std::string_view tag = PQcmdStatus(const_cast<PGresult*>(r));
  const std::string_view word = tag.substr(0, tag.find(' '));
  if (word != "INSERT" && word != "UPDATE" && word != "DELETE" && word != "MERGE") return 0;
  const std::string_view count = PQcmdTuples(const_cast<PGresult*>(r));
  int64_t n = 0;
  std::from_chars(count.data(), count.data() + count.size(), n);
  return n;
}

/// " ($1,$2),($3,$4)"
std::string valueLists(uint32_t columns, int64_t rows) {
  std::string out;
  uint32_t n = 0;
  for (int64_t r = 0; r < rows; ++r) {
    out += r == 0 ? " (" : ",(";
    for (uint32_t c = 0; c < columns; ++c) out += (c == 0 ? "$" : ",$") + std::to_string(++n);
    out += ')';
  }
  return out;
}

}  // namespace

int64_t Connection::answerOf(const Statement& statement, Wait& wait) {
  Result r = session_.next(wait);
  if (!r) throw lost();
  if (isError(r.get())) {
    stale(r.get(), statement, wait);  // so that the next run finds another
    session_.fail(std::move(r), wait);
  }
  const int64_t affected = affectedBy(r.get());
  while (Result more = session_.next(wait))
    if (isError(more.get())) session_.fail(std::move(more), wait);
  return affected;
}

int64_t Connection::runOnce(const tenon_query& q, Wait& wait) {
  for (bool again = false;; again = true) {
    const auto statement = statementOf(q, wait);
    if (q.params != nullptr) parameters_.add(*q.params, 0);
    send(*statement);
    Result r = session_.next(wait);
    if (!r) throw lost();
    if (isError(r.get())) {
      if (!again && stale(r.get(), *statement, wait)) continue;
      session_.fail(std::move(r), wait);
    }
    const int64_t affected = affectedBy(r.get());
    noteChange(r.get());
    while (Result more = session_.next(wait))
      if (isError(more.get())) session_.fail(std::move(more), wait);
    return affected;
  }
}

int64_t Connection::runPipelined(const Statement& statement, const tenon_query& q, int64_t rows, Wait& wait) {
  PGconn* c = session_.raw();
  // Prepared under no name where it is not kept: the next such takes its place.
  if (statement.name.empty()) prepare("", statement.text, parameters_.types(), wait);
  session_.sent(PQenterPipelineMode(c));
  int64_t affected = 0;
  Result failed;
  std::exception_ptr refused;  // a value that is not even sent
  for (int64_t row = 0; row < rows && !failed && !refused;) {
    try {
      size_t bytes = 0;
      for (int n = 0; row < rows && n < kPipelineRows && bytes < kPipelineBytes; ++n, ++row) {
        parameters_.clear();
        parameters_.add(*q.params, row);
        bytes += parameters_.bytes();
        session_.sent(PQsendQueryPrepared(c, statement.name.c_str(), parameters_.count(), parameters_.values(),
                                          parameters_.lengths(), parameters_.formats(), 0));
      }
    } catch (const Failure&) {
      refused = std::current_exception();
    }
    session_.sent(PQpipelineSync(c));
    for (bool synced = false; !synced;) {
      Result r = session_.next(wait);
      if (!r) {  // between the results of two statements
        if (!session_.usable()) throw wait.stopped() ? wait.failure() : lost();
        continue;
      }
      const ExecStatusType status = PQresultStatus(r.get());
      synced = status == PGRES_PIPELINE_SYNC;
      if (status == PGRES_COMMAND_OK)
        affected += affectedBy(r.get());
      else if (!failed && isError(r.get()))
        failed = std::move(r);  // the server skips the rest, and says so for each
    }
    if (wait.stopped() && !failed) refused = std::make_exception_ptr(wait.failure());
  }
  session_.sent(PQexitPipelineMode(c));
  if (failed) {
    stale(failed.get(), statement, wait);  // so that the next run finds another
    session_.fail(std::move(failed), wait);
  }
  if (refused) std::rethrow_exception(refused);
  return affected;
}

std::shared_ptr<Statement> Connection::manyRows(const PlainInsert& insert, int64_t rows, bool kept,
                                                const std::vector<Oid>& one, Wait& wait) {
  std::vector<Oid> types;
  for (int64_t i = 0; i < rows; ++i) types.insert(types.end(), one.begin(), one.end());
  const std::string text = std::string(insert.head) + valueLists(insert.columns, rows);
  std::shared_ptr<Statement> statement = kept ? statements_.find(text, types) : nullptr;
  if (statement != nullptr) return statement;
  statement = std::make_shared<Statement>();
  if (kept) statement->name = statements_.freshName();
  prepare(statement->name, text, types, wait);
  statement->text = text;
  if (kept) statements_.add(statement, types);
  return statement;
}

int64_t Connection::insertMany(const Statement& single, const PlainInsert& insert, const tenon_query& q, int64_t rows,
                               Wait& wait) {
  const int64_t most = std::clamp<int64_t>(kMostParameters / insert.columns, 1, kInsertRows);
  const std::vector<Oid> one = parameters_.types();
  std::shared_ptr<Statement> statement;
  int64_t prepared = 0;  // its rows
  int64_t affected = 0;
  for (int64_t row = 0; row < rows;) {
    parameters_.clear();
    int64_t n = 0;
    for (; n < most && row < rows && parameters_.bytes() < kInsertBytes; ++n, ++row) parameters_.add(*q.params, row);
    if (n != prepared) statement = manyRows(insert, n, n == most && !single.name.empty(), one, wait);
    prepared = n;
    session_.sent(PQsendQueryPrepared(session_.raw(), statement->name.c_str(), parameters_.count(),
                                      parameters_.values(), parameters_.lengths(), parameters_.formats(), 0));
    affected += answerOf(*statement, wait);
    if (wait.stopped()) throw wait.failure();  // too late for this one, not for what follows
  }
  return affected;
}

int64_t Connection::runMany(const tenon_query& q, int64_t rows, Wait& wait) {
  const auto statement = statementOf(q, wait);
  const auto insert = rows >= kManyRows ? plainInsert(statement->text) : std::nullopt;
  const bool own = !inTransaction_;
  if (own) session_.run("begin", wait);
  int64_t affected = 0;
  try {
    affected = insert ? insertMany(*statement, *insert, q, rows, wait) : runPipelined(*statement, q, rows, wait);
  } catch (...) {
    // Out of memory in the middle, say: what is under way is not worth clearing up.
    if (session_.usable() &&
        (PQpipelineStatus(session_.raw()) != PQ_PIPELINE_OFF || PQtransactionStatus(session_.raw()) == PQTRANS_ACTIVE))
      session_.close();
    if (own) guard(nullptr, [&] { rollBack(); });
    throw;
  }
  if (own) {
    inTransaction_ = true;  // what a commit takes for granted
    commit(wait);
  }
  return affected;
}

void Connection::execute(const tenon_query& q, const tenon_cancel* cancel, tenon_outcome* out) {
  const int64_t rows = q.params != nullptr ? q.params->length : 1;
  int64_t affected = 0;
  {
    Turn turn(*this, cancel);
    ready(cancel, turn.wait);
    if (rows > 0) affected = rows == 1 ? runOnce(q, turn.wait) : runMany(q, rows, turn.wait);
  }
  if (!TENON_HAS(tenon_outcome, out, last_insert_id)) return;
  out->affected = affected;
  out->last_insert_id = 0;  // "returning" tells it
}

}  // namespace tenon::postgresql
