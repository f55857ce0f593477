// SPDX-License-Identifier: Apache-2.0
#include "connection.h"

#include <algorithm>

#include "cursor.h"
#include "tenon/datasource.hpp"
#include "tenon/row_reader.hpp"

namespace tenon::mysql {

namespace {

constexpr uint64_t kTrust_ms = 50;  // a session that was idle for longer is asked whether it is alive
constexpr uint32_t kMargin_ms = 2000;       // beyond a statement's limit, for the server to stop it
constexpr uint32_t kPatient_ms = 86400000;  // of a session whose caller sets the limits
constexpr size_t kManyRows = 1024;  // of an insert in one statement: a power of two
constexpr size_t kManyParameters = 16384, kManyBytes = size_t{1} << 20U;

bool startsWith(std::string_view text, std::string_view word) {
  if (text.size() < word.size()) return false;
  for (size_t i = 0; i < word.size(); ++i)
    if ((text[i] | 0x20) != word[i]) return false;
  return true;
}

/// Bytes of the texts in rows [from, to) of the parameters.
size_t textBytes(const Schema& schema, const ArrowArray& batch, int64_t from, int64_t to) {
  size_t bytes = 0;
  for (size_t i = 0; i < schema.size(); ++i) {
    if (schema.kind(i) != ColumnKind::Text && schema.kind(i) != ColumnKind::Bytes) continue;
    const ColumnView cell(schema.parsed(i), *batch.children[i]);
    for (int64_t r = from; r < to; ++r)
      if (!cell.isNull(r + batch.offset)) bytes += cell.text(r + batch.offset).size();
  }
  return bytes;
}

}  // namespace

Connection::Connection(Source& source, bool readOnly)
    : source_(source),
      readOnly_(readOnly),
      silence_ms_(source.options().statementTimeout_ms + kMargin_ms),
      session_(openSession(source.options(), readOnly, silence_ms_)),
      statements_(source.options().statementCache) {
  lastUsed_ms_ = monotonicMs();
}

Connection::~Connection() {
  guard(nullptr, [&] {
    enterThread();
    statements_.clear();          // before their session
    session_.connection.reset();  // the server rolls back what is open
  });
}

void Connection::reopen() {
  statements_.clear();
  session_.connection.reset();
  session_ = openSession(source_.options(), readOnly_, silence_ms_);
  lost_ = hasErrors_ = false;
}

/// Does the caller grant a statement more time than this session would wait in silence?
bool Connection::isPatient(const tenon_cancel* cancel) const noexcept {
  if (cancel == nullptr) return false;
  return cancel->deadline_ms == 0 || cancel->deadline_ms > monotonicMs() + silence_ms_;
}

void Connection::ready(const tenon_cancel* cancel) {
  enterThread();
  throwIfSet(cancel);
  if (cursorOpen_)
    throw Failure(TENON_INVALID, "the rows of the session's last query are still open").from(TENON_FROM_CALLER);
  const auto gone = [] {
    return Failure(TENON_UNAVAILABLE, "the connection to the server is lost")
        .from(TENON_FROM_BACKEND)
        .because(TENON_REASON_CONNECTION)
        .state("08006")
        .retryAfter(1000);
  };
  if (inTransaction_) {
    if (lost_) throw gone();
  } else if (isPatient(cancel) && silence_ms_ != kPatient_ms) {
    silence_ms_ = kPatient_ms;  // the client library takes it with a new session only
    reopen();
  } else if (lost_ || session_.connection == nullptr) {
    reopen();
  } else if (monotonicMs() - lastUsed_ms_ > kTrust_ms) {
    bool alive = false;
    try {
      alive = session_.connection->isValid();
    } catch (const sql::SQLException&) {  // dead, whatever it says
    }
    if (!alive) reopen();
  }
  if (const uint64_t now = source_.changes(); now != seenChanges_) {
    statements_.clear();
    seenChanges_ = now;
  }
  lastUsed_ms_ = monotonicMs();
}

void Connection::released() noexcept {
  cursorOpen_ = false;
  lastUsed_ms_ = monotonicMs();
}

std::unique_ptr<Canceller::Guard> Connection::stoppable(const tenon_cancel* cancel) {
  if (cancel == nullptr) return nullptr;
  return std::make_unique<Canceller::Guard>(
      source_.canceller(), cancel, [options = &source_.options(), id = session_.id] { killQuery(*options, id); });
}

void Connection::stopNow() {
  killQuery(source_.options(), session_.id);
}

void Connection::absorbKill() {
  hasErrors_ = true;
  const std::unique_ptr<sql::Statement> statement(session().createStatement());
  try {
    statement->execute("do 0");
  } catch (const sql::SQLException& e) {
    if (isLost(e.getErrorCode())) lost_ = true;
  }
}

void Connection::forgetErrors() {
  if (!hasErrors_) return;
  const std::unique_ptr<sql::Statement> statement(session().createStatement());
  const std::unique_ptr<sql::ResultSet> none(
      statement->executeQuery("select 1 from information_schema.engines limit 0"));
  hasErrors_ = false;
}

Failure Connection::failure(const sql::SQLException& e, const tenon_cancel* cancel) {
  if (isLost(e.getErrorCode())) lost_ = true;
  hasErrors_ = true;
  // A deadlock's victim has lost its transaction; the caller rolls back all the same.
  const Failure f = failureOf(e);
  if (f.code() == TENON_CANCELLED || lost_) {
    try {
      throwIfSet(cancel, TENON_FROM_BACKEND);
    } catch (const Failure& stopped) {
      return stopped;
    }
  }
  return f;
}

template <class Call>
void Connection::stoppably(const tenon_cancel* cancel, Call&& call) {
  auto guarded = stoppable(cancel);
  const auto ended = [&] {
    const bool stopped = guarded != nullptr && guarded->stopped();
    guarded.reset();
    if (stopped && !lost_) absorbKill();
    lastUsed_ms_ = monotonicMs();
  };
  try {
    call();
  } catch (const sql::SQLException& e) {
    const Failure f = failure(e, cancel);
    ended();
    throw f;
  }
  ended();
}

void Connection::query(const tenon_query& q, const tenon_cancel* cancel, tenon_rows* out) {
  if (q.language != TENON_LANGUAGE_SQL) throw Failure(TENON_UNSUPPORTED, "it takes SQL only").from(TENON_FROM_CALLER);
  ready(cancel);
  cursorOpen_ = true;  // the cursor lets go of it, also when it cannot be made
  auto cursor = std::make_unique<Cursor>(*this, q, cancel);
  cursor.release()->offer(out);
}

int64_t Connection::executeMany(const tenon_query& q, Statement& one, const InsertShape& shape) {
  const Schema& schema = one.schemaOf(*q.param_schema);
  const ArrowArray& batch = *q.params;
  size_t most = kManyRows;
  while (most > 1 && most * one.parameters > kManyParameters) most /= 2;
  int64_t affected = 0;
  for (int64_t row = 0; row < batch.length;) {
    // The largest power of two that is left and fits a packet: there are few texts, and they are kept.
    size_t rows = most;
    while (rows > 1 && (static_cast<int64_t>(rows) > batch.length - row ||
                        textBytes(schema, batch, row, row + static_cast<int64_t>(rows)) > kManyBytes))
      rows /= 2;
    std::string text(shape.head);
    text.reserve(text.size() + rows * (shape.group.size() + 2));
    for (size_t i = 0; i < rows; ++i) text.append(i > 0 ? ", " : "").append(shape.group);
    text.append(shape.tail);
    const auto statement = prepare(text, true);
    std::vector<std::unique_ptr<BytesStream>> streams;
    for (size_t i = 0; i < rows; ++i)
      bindRow(*statement->handle, schema, batch, row + static_cast<int64_t>(i),
              static_cast<unsigned>(i * one.parameters + 1), streams);
    affected += statement->handle->executeUpdate();
    row += static_cast<int64_t>(rows);
  }
  return affected;
}

int64_t Connection::executeRows(const tenon_query& q) {
  const std::string_view text = view(q.text);
  const bool bound = q.param_schema != nullptr && q.param_schema->n_children > 0;
  const int64_t rows = q.params != nullptr ? q.params->length : 1;
  struct Told {  // also when it fails: a statement may have come far
    Source* source;
    ~Told() {
      if (source != nullptr) source->changed();
    }
  } told{isDefinition(text) ? &source_ : nullptr};
  if (!bound) {  // also what cannot be prepared
    const std::unique_ptr<sql::Statement> statement(session().createStatement());
    if (statement->execute(sql::SQLString(std::string(text)))) {
      const std::unique_ptr<sql::ResultSet> unwanted(statement->getResultSet());
      return 0;
    }
    return static_cast<int64_t>(statement->getUpdateCount());
  }
  const auto statement = prepare(text, (q.flags & TENON_QUERY_REUSED) != 0 || rows > 1);
  statement->check(q.param_schema);
  if (rows > 1)
    if (const auto shape = insertShape(text, statement->parameters)) return executeMany(q, *statement, *shape);
  int64_t affected = 0;
  for (int64_t row = 0; row < rows; ++row) {
    std::vector<std::unique_ptr<BytesStream>> streams;
    if (bound) bindRow(*statement->handle, statement->schemaOf(*q.param_schema), *q.params, row, 1, streams);
    if (statement->answersRows)
      const std::unique_ptr<sql::ResultSet> unwanted(statement->handle->executeQuery());
    else
      affected += statement->handle->executeUpdate();
  }
  return affected;
}

int64_t Connection::lastInsertId() {
  const auto statement = prepare("select last_insert_id()", true);
  const std::unique_ptr<sql::ResultSet> result(statement->handle->executeQuery());
  return result->next() ? result->getInt64(1) : 0;
}

void Connection::execute(const tenon_query& q, const tenon_cancel* cancel, tenon_outcome* out) {
  if (q.language != TENON_LANGUAGE_SQL) throw Failure(TENON_UNSUPPORTED, "it takes SQL only").from(TENON_FROM_CALLER);
  ready(cancel);
  const bool own = q.params != nullptr && q.params->length > 1 && !inTransaction_;
  const bool wantsKey = TENON_HAS(tenon_outcome, out, last_insert_id) &&
                        !(q.params != nullptr && q.params->length > 1) && startsWith(view(q.text), "insert");
  int64_t affected = 0, key = 0;
  const auto all = [&] {
    affected = executeRows(q);
    if (wantsKey) key = lastInsertId();
  };
  if (own) {
    run("start transaction", cancel);
    inTransaction_ = true;
    try {
      stoppably(cancel, all);
      commit(cancel);
    } catch (...) {
      if (inTransaction_)
        guard(nullptr, [&] { transact({sizeof(tenon_transaction), TENON_TX_ROLLBACK, 0, 0}, nullptr); });
      throw;
    }
  } else {
    stoppably(cancel, all);
  }
  if (!TENON_HAS(tenon_outcome, out, last_insert_id)) return;
  out->affected = affected;
  out->last_insert_id = key;
}

void Connection::run(const std::string& sql, const tenon_cancel* cancel) {
  stoppably(cancel, [&] {
    const std::unique_ptr<sql::Statement> statement(session().createStatement());
    statement->execute(sql::SQLString(sql));
  });
}

void Connection::ping(const tenon_cancel* cancel) {
  ready(cancel);
  run("do 0", cancel);
}

void Connection::commit(const tenon_cancel* cancel) {
  try {
    run("commit", cancel);
    inTransaction_ = false;
  } catch (const Failure& f) {
    if (!lost_) throw;
    inTransaction_ = false;
    throw Failure(TENON_OUTCOME_UNKNOWN, "the connection was lost while the transaction was committed")
        .from(TENON_FROM_BACKEND)
        .because(TENON_REASON_CONNECTION, f.vendorCode())
        .state("08007");
  }
}

void Connection::transact(const tenon_transaction& t, const tenon_cancel* cancel) {
  const std::string level = "tenon" + std::to_string(t.level);
  if (t.op == TENON_TX_ROLLBACK) {
    // Cancelled or not: what was begun is undone. A session that is lost has undone it.
    const bool open = inTransaction_;
    inTransaction_ = false;
    if (!open || lost_) return;
    enterThread();
    run("rollback", nullptr);
    return;
  }
  ready(t.op == TENON_TX_ROLLBACK_TO ? nullptr : cancel);
  switch (t.op) {
    case TENON_TX_BEGIN:
      if (inTransaction_) throw Failure(TENON_INVALID, "a transaction is open").from(TENON_FROM_CALLER);
      if ((t.flags & TENON_TX_SERIALIZABLE) != 0) run("set transaction isolation level serializable", cancel);
      run((t.flags & TENON_TX_READ_ONLY) != 0 ? "start transaction read only" : "start transaction", cancel);
      inTransaction_ = true;
      return;
    case TENON_TX_COMMIT: commit(cancel); return;
    case TENON_TX_SAVE: run("savepoint " + level, cancel); return;
    case TENON_TX_RELEASE: run("release savepoint " + level, cancel); return;
    case TENON_TX_ROLLBACK_TO: run("rollback to savepoint " + level, nullptr); return;
    default: throw Failure(TENON_UNSUPPORTED, "unknown transaction step").from(TENON_FROM_CALLER);
  }
}

}  // namespace tenon::mysql
