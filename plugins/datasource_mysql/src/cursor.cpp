// SPDX-License-Identifier: Apache-2.0
#include "cursor.h"

#include <algorithm>

#include "connection.h"
#include "tenon/datasource.hpp"

namespace tenon::mysql {

namespace {

constexpr uint64_t kBatchRows = 1024, kMostBatchRows = 4096;
constexpr uint64_t kBatchBytes = uint64_t{1} << 20U;
constexpr int kDrainRows = 1000;  // of rows that nobody wants: more are stopped at the server

Cursor& of(tenon_rows* rows) {
  return *static_cast<Cursor*>(rows->impl);
}

Failure answersNoRows() {
  return Failure(TENON_INVALID, "the statement answers no rows").from(TENON_FROM_CALLER);
}

}  // namespace

Cursor::Cursor(Connection& connection, const tenon_query& q, const tenon_cancel* cancel)
    : connection_(connection),
      cancel_(cancel),
      onlyReads_(onlyReads(view(q.text))),
      batchRows_(std::min(q.max_batch_rows != 0 ? q.max_batch_rows : kBatchRows, kMostBatchRows)),
      batchBytes_(std::min(q.max_batch_bytes != 0 ? q.max_batch_bytes : kBatchBytes, kBatchBytes)),
      rowsLeft_(q.max_rows != 0 ? q.max_rows : UINT64_MAX) {
  try {
    guard_ = connection_.stoppable(cancel);
    // A statement that comes again is prepared once and its result buffered, as the client library does it: such
    // results are pages. One that comes once is streamed, whatever it answers.
    if ((q.flags & TENON_QUERY_REUSED) != 0)
      runPrepared(q);
    else
      runStreamed(q);
    hasRow_ = advance();
    chooseColumns(q.result_schema);
  } catch (const sql::SQLException& e) {
    const Failure f = connection_.failure(e, cancel_);
    finish();
    throw f;
  } catch (...) {
    finish();
    throw;
  }
}

Cursor::~Cursor() {
  finish();
}

void Cursor::runPrepared(const tenon_query& q) {
  prepared_ = connection_.prepare(view(q.text), true);
  prepared_->check(q.param_schema);
  if (!prepared_->answersRows) throw answersNoRows();
  std::vector<std::unique_ptr<BytesStream>> streams;
  if (prepared_->parameters > 0)
    bindRow(*prepared_->handle, prepared_->schemaOf(*q.param_schema), *q.params, 0, 1, streams);
  result_.reset(prepared_->handle->executeQuery());
  prepared_->busy = true;
}

void Cursor::runStreamed(const tenon_query& q) {
  const bool bound = q.param_schema != nullptr && q.param_schema->n_children > 0;
  connection_.forgetErrors();
  const std::string text = bound ? prepareOnServer(q) : std::string(view(q.text));
  plain_.reset(connection_.session().createStatement());
  plain_->setResultSetType(sql::ResultSet::TYPE_FORWARD_ONLY);
  if (!plain_->execute(sql::SQLString(text))) throw answersNoRows();
  result_.reset(plain_->getResultSet());
}

/// Prepared results cannot be streamed by the client library, and values never stand in a text: so they go into the
/// session's variables as bound values, and the statement is prepared and executed by text.
std::string Cursor::prepareOnServer(const tenon_query& q) {
  const Schema schema(*q.param_schema);
  std::string set = "set @tenon_q = ?", execute = "execute tenon_q using ";
  for (size_t i = 1; i <= schema.size(); ++i) {
    set += ", @tenon_" + std::to_string(i) + " = ?";
    execute += (i > 1 ? ", @tenon_" : "@tenon_") + std::to_string(i);
  }
  const auto setter = connection_.prepare(set, true);
  setter->handle->setString(1, sql::SQLString(q.text.ptr, q.text.len));
  std::vector<std::unique_ptr<BytesStream>> streams;
  bindRow(*setter->handle, schema, *q.params, 0, 2, streams);
  setter->handle->executeUpdate();
  const std::unique_ptr<sql::Statement> statement(connection_.session().createStatement());
  statement->execute("prepare tenon_q from @tenon_q");
  onServer_ = true;
  return execute;
}

void Cursor::chooseColumns(const ArrowSchema* asked) {
  const bool reused = prepared_ != nullptr;
  if (reused && !prepared_->columns.empty())
    columns_ = prepared_->columns;
  else
    columns_ = resultColumns(*result_, reused);
  if (reused && prepared_->builder && prepared_->asked == (asked != nullptr) &&
      (asked == nullptr || servesAsked(*prepared_->builder, *asked)))
    builder_ = std::move(prepared_->builder);
  else if (asked != nullptr)
    builder_ = askedBuilder(*asked, columns_.size());
  else
    builder_ = std::make_unique<RowBuilder>(Schema(naturalColumns(*result_)));
  asked_ = asked != nullptr;
  if (reused) prepared_->columns = columns_;
}

bool Cursor::advance() {
  if (rowsLeft_ == 0 && (onlyReads_ || plain_ == nullptr)) return false;
  while (result_->next())
    if (rowsLeft_ > 0) return true;
  if (plain_ != nullptr) mustHaveEnded();
  ended_ = true;
  guard_.reset();  // nothing runs any more
  return false;
}

/// The client library takes an error in the midst of streamed rows for their end.
void Cursor::mustHaveEnded() {
  const std::unique_ptr<sql::Statement> statement(connection_.session().createStatement());
  const std::unique_ptr<sql::ResultSet> errors(statement->executeQuery("show errors limit 1"));
  if (errors->next()) throw sql::SQLException(errors->getString(3).asStdString(), "HY000", errors->getInt(2));
}

bool Cursor::fill(ArrowArray* out) {
  throwIfSet(cancel_);
  RowBuilder& b = *builder_;
  try {
    while (hasRow_) {
      for (size_t i = 0; i < columns_.size(); ++i) deliver(*result_, columns_[i], i, b);
      b.endRow();
      --rowsLeft_;
      hasRow_ = advance();
      if (static_cast<uint64_t>(b.rows()) >= batchRows_ || b.textBytes() >= batchBytes_) break;
    }
  } catch (const sql::SQLException& e) {
    throw connection_.failure(e, cancel_);
  }
  if (b.rows() == 0) return false;
  b.take(out);
  return true;
}

/// Never throws: what cannot be ended cleanly costs the session, which is opened again.
void Cursor::finish() noexcept {
  const bool stopped = guard_ != nullptr && guard_->stopped();
  guard_.reset();
  const tenon_status ended = guard(nullptr, [&] {
    try {
      if (plain_ && result_) {
        if (!ended_) connection_.mayHaveErrors();
        int dropped = 0;
        while ((dropped < kDrainRows || !onlyReads_) && result_->next()) ++dropped;
        if (dropped >= kDrainRows && onlyReads_) connection_.stopNow();
      }
    } catch (const sql::SQLException& e) {
      connection_.failure(e, nullptr);  // notes a lost session; a killed statement has ended as it should
    }
    result_.reset();
    plain_.reset();
    if (onServer_) {
      const std::unique_ptr<sql::Statement> statement(connection_.session().createStatement());
      translated([&] { statement->execute("deallocate prepare tenon_q"); });
    }
    if (stopped) connection_.absorbKill();
  });
  if (prepared_) {
    prepared_->busy = false;
    if (builder_) {
      guard(nullptr, [&] { builder_->reset(); });
      prepared_->builder = std::move(builder_);
      prepared_->asked = asked_;
    }
    prepared_.reset();
  }
  if (ended != TENON_OK) connection_.lose();
  connection_.released();
}

void Cursor::offer(tenon_rows* out) {
  out->flags = asked_ ? TENON_ROWS_AS_ASKED : 0;
  out->impl = this;
  out->schema = [](tenon_rows* r, ArrowSchema* schema, tenon_error* e) -> tenon_status {
    return guard(e, [&] { of(r).builder_->schema().exportTo(schema); });
  };
  out->next = [](tenon_rows* r, ArrowArray* batch, tenon_error* e) -> tenon_status {
    return guard(e, [&]() -> tenon_status {
      enterThread();
      return of(r).fill(batch) ? TENON_OK : TENON_END;
    });
  };
  out->close = [](tenon_rows* r) {
    enterThread();
    delete static_cast<Cursor*>(r->impl);
    r->impl = nullptr;
    r->close = nullptr;
  };
}

}  // namespace tenon::mysql
