// SPDX-License-Identifier: Apache-2.0
#include "connection.h"

#include <time.h>

#include <algorithm>

#include "declared_type.h"
#include "errors.h"
#include "tenon/datasource.hpp"
#include "values.h"

namespace tenon::sqlite {

namespace {

constexpr int kProgressEvery = 1000;  // virtual machine steps between two looks at the token: some microseconds
constexpr uint64_t kBatchRows = 1024, kMostBatchRows = 4096;
constexpr uint64_t kBatchBytes = uint64_t{1} << 20U;

}  // namespace

/// The functions behind tenon_rows; impl is the Statement.
struct RowsOf {
  static Statement& of(tenon_rows* rows) { return *static_cast<Statement*>(rows->impl); }
  static tenon_status schema(tenon_rows* rows, ArrowSchema* out, tenon_error* e) {
    return guard(e, [&] { of(rows).builder->schema().exportTo(out); });
  }
  static tenon_status next(tenon_rows* rows, ArrowArray* out, tenon_error* e) {
    return guard(e, [&]() -> tenon_status {
      Statement& s = of(rows);
      const Connection::Obey obey(*s.connection, s.cancel);
      return s.connection->fillBatch(s, out) ? TENON_OK : TENON_END;
    });
  }
  static void close(tenon_rows* rows) {
    Statement& s = of(rows);
    if (s.builder) guard(nullptr, [&] { s.builder->reset(); });
    s.connection->statements_.give(&s);
    rows->impl = nullptr;
    rows->close = nullptr;
  }
  static void offer(Statement& s, tenon_rows* out) {
    out->flags = s.asked ? TENON_ROWS_AS_ASKED : 0;
    out->impl = &s;
    out->schema = schema;
    out->next = next;
    out->close = close;
  }
};

Connection::Obey::Obey(Connection& c, const tenon_cancel* token) : connection_(c), previous_(c.token_) {
  throwIfSet(token);
  c.token_ = token;
  c.busySince_ms_ = 0;
}

Connection::Connection(const Source& source, bool readOnly)
    : source_(source), db_(source.openHandle(readOnly)), statements_(db_, source.options().statementCache) {
  sqlite3_progress_handler(db_, kProgressEvery, onProgress, this);
  sqlite3_busy_handler(db_, onBusy, this);
}

Connection::~Connection() {
  statements_.clear();
  sqlite3_close_v2(db_);  // rolls back what is open
}

int Connection::onProgress(void* self) {
  return isSet(static_cast<Connection*>(self)->token_) ? 1 : 0;
}

int Connection::onBusy(void* self, int attempt) {
  auto& c = *static_cast<Connection*>(self);
  const uint64_t now = monotonicMs();
  if (attempt == 0 || c.busySince_ms_ == 0) c.busySince_ms_ = now;
  if (isSet(c.token_) || now - c.busySince_ms_ >= c.source_.options().busyTimeout_ms) return 0;
  const long wait_us = std::min(100L << std::min(attempt, 7), 10000L);
  const timespec pause{0, wait_us * 1000};
  nanosleep(&pause, nullptr);
  return 1;
}

void Connection::throwStopped(int code) {
  const bool stopped = (code & 0xFF) == SQLITE_INTERRUPT || (code & 0xFF) == SQLITE_BUSY;
  if (stopped) throwIfSet(token_, TENON_FROM_BACKEND);
  throw failureOf(db_, code);
}

bool Connection::step(Statement& s) {
  const int code = sqlite3_step(s.handle);
  if (code == SQLITE_ROW) return true;
  if (code != SQLITE_DONE) throwStopped(code);
  return false;
}

Statement* Connection::prepare(const tenon_query& q) {
  if (q.language != TENON_LANGUAGE_SQL)
    throw Failure(TENON_UNSUPPORTED, "SQLite takes SQL only").from(TENON_FROM_CALLER);
  return statements_.take(view(q.text), (q.flags & TENON_QUERY_REUSED) != 0);
}

void Connection::bindRow(Statement& s, const tenon_query& q, int64_t row, bool keep) {
  const int wanted = sqlite3_bind_parameter_count(s.handle);
  const int64_t given = q.param_schema != nullptr ? q.param_schema->n_children : 0;
  if (given != wanted)
    throw Failure(TENON_INVALID, "the statement has " + std::to_string(wanted) + " parameters and " +
                                     std::to_string(given) + " were given")
        .from(TENON_FROM_CALLER)
        .because(TENON_REASON_SYNTAX)
        .state("07001");
  if (given == 0) return;
  bool same = s.params && s.params->size() == static_cast<size_t>(given);
  for (int64_t i = 0; same && i < given; ++i)
    same = s.params->format(static_cast<size_t>(i)) == q.param_schema->children[i]->format;
  if (!same) s.params.emplace(*q.param_schema);
  bind(db_, s.handle, *s.params, *q.params, row, keep);
}

void Connection::chooseColumns(Statement& s, const ArrowSchema* asked) {
  const int columns = sqlite3_column_count(s.handle);
  if (asked != nullptr) {
    if (!s.builder || !s.asked || !servesAsked(*s.builder, *asked))
      s.builder = askedBuilder(*asked, static_cast<size_t>(columns));
    s.asked = true;
    return;
  }
  std::vector<Column> chosen;
  for (int i = 0; i < columns; ++i) {
    const char* declared = sqlite3_column_decltype(s.handle, i);
    std::string format = "u";
    if (declared != nullptr)
      format = formatOf(readDeclaredType(declared).logical);
    else if (s.hasRow) {
      const int type = sqlite3_column_type(s.handle, i);
      format = type == SQLITE_INTEGER ? "l" : type == SQLITE_FLOAT ? "g" : type == SQLITE_BLOB ? "z" : "u";
    }
    chosen.push_back({sqlite3_column_name(s.handle, i), std::move(format)});
  }
  s.builder = std::make_unique<RowBuilder>(Schema(std::move(chosen)));
  s.asked = false;
}

bool Connection::fillBatch(Statement& s, ArrowArray* out) {
  RowBuilder& b = *s.builder;
  const int columns = static_cast<int>(b.schema().size());
  while (s.hasRow && s.rowsLeft > 0) {
    for (int i = 0; i < columns; ++i) deliver(s.handle, i, b);
    b.endRow();
    --s.rowsLeft;
    s.hasRow = s.rowsLeft > 0 && step(s);
    if (static_cast<uint64_t>(b.rows()) >= s.batchRows || b.textBytes() >= s.batchBytes) break;
  }
  if (!s.hasRow) sqlite3_reset(s.handle);  // lets go of the snapshot before the rows are closed
  if (b.rows() == 0) return false;
  b.take(out);
  return true;
}

void Connection::query(const tenon_query& q, const tenon_cancel* cancel, tenon_rows* out) {
  const Obey obey(*this, cancel);
  Statement* s = prepare(q);
  try {
    s->connection = this;
    s->cancel = cancel;
    s->batchRows = std::min(q.max_batch_rows != 0 ? q.max_batch_rows : kBatchRows, kMostBatchRows);
    s->batchBytes = std::min(q.max_batch_bytes != 0 ? q.max_batch_bytes : kBatchBytes, kBatchBytes);
    s->rowsLeft = q.max_rows != 0 ? q.max_rows : UINT64_MAX;
    bindRow(*s, q, 0, true);
    if (sqlite3_column_count(s->handle) == 0)
      throw Failure(TENON_INVALID, "the statement answers no rows").from(TENON_FROM_CALLER);
    // The first step is where an insert that returns rows does its work: its errors belong to this call.
    s->hasRow = step(*s);
    chooseColumns(*s, q.result_schema);
  } catch (...) {
    statements_.give(s);
    throw;
  }
  RowsOf::offer(*s, out);
}

void Connection::execute(const tenon_query& q, const tenon_cancel* cancel, tenon_outcome* out) {
  const Obey obey(*this, cancel);
  Statement* s = prepare(q);
  const int64_t rows = q.params != nullptr ? q.params->length : 1;
  const bool several = rows > 1 && sqlite3_get_autocommit(db_) != 0;
  int64_t affected = 0;
  try {
    if (several) run("begin immediate", cancel);
    for (int64_t row = 0; row < rows; ++row) {
      bindRow(*s, q, row, false);
      const int before = sqlite3_total_changes(db_);
      while (step(*s)) {
      }
      affected += sqlite3_column_count(s->handle) == 0 && sqlite3_stmt_readonly(s->handle) == 0 &&
                          sqlite3_total_changes(db_) != before
                      ? sqlite3_changes64(db_)
                      : 0;
      sqlite3_reset(s->handle);
    }
    statements_.give(s);
    s = nullptr;
    if (several) run("commit", cancel);
  } catch (...) {
    if (s != nullptr) statements_.give(s);
    if (several && sqlite3_get_autocommit(db_) == 0) sqlite3_exec(db_, "rollback", nullptr, nullptr, nullptr);
    throw;
  }
  if (!TENON_HAS(tenon_outcome, out, last_insert_id)) return;
  out->affected = affected;
  out->last_insert_id = sqlite3_last_insert_rowid(db_);
}

void Connection::run(std::string_view sql, const tenon_cancel* cancel) {
  const Obey obey(*this, cancel);
  Statement* s = statements_.take(sql, true);
  try {
    while (step(*s)) {
    }
  } catch (...) {
    statements_.give(s);
    throw;
  }
  statements_.give(s);
}

void Connection::ping(const tenon_cancel* cancel) {
  run("select 1", cancel);
}

void Connection::transact(const tenon_transaction& t, const tenon_cancel* cancel) {
  const std::string level = "tenon" + std::to_string(t.level);
  switch (t.op) {
    case TENON_TX_BEGIN: run((t.flags & TENON_TX_READ_ONLY) != 0 ? "begin" : "begin immediate", cancel); return;
    case TENON_TX_COMMIT: run("commit", cancel); return;
    case TENON_TX_ROLLBACK:
      // Cancelled or not: what was begun is undone. An error may have ended the transaction already.
      if (sqlite3_get_autocommit(db_) == 0) run("rollback", nullptr);
      return;
    case TENON_TX_SAVE: run("savepoint " + level, cancel); return;
    case TENON_TX_RELEASE: run("release " + level, cancel); return;
    case TENON_TX_ROLLBACK_TO: run("rollback to " + level, nullptr); return;
    default: throw Failure(TENON_UNSUPPORTED, "unknown transaction step").from(TENON_FROM_CALLER);
  }
}

}  // namespace tenon::sqlite
