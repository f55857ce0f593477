// SPDX-License-Identifier: Apache-2.0
#include "cursor.h"

#include <algorithm>

#include "column_type.h"
#include "connection.h"
#include "tenon/datasource.hpp"
#include "values.h"

namespace tenon::postgresql {

namespace {

constexpr uint64_t kBatchRows = 1024, kMostBatchRows = 4096;
constexpr uint64_t kBatchBytes = uint64_t{1} << 20U;
constexpr uint64_t kCellBytes = 16;                     // what libpq holds for each beside its text
constexpr uint64_t kSmallBytes = uint64_t{256} << 10U;  // of an answer that may be taken in one piece

}  // namespace

Cursor::Cursor(Connection& connection, std::shared_ptr<Statement> statement, const tenon_query& q,
               const tenon_cancel* cancel)
    : connection_(&connection),
      statement_(std::move(statement)),
      cancel_(cancel),
      batchRows_(std::min(q.max_batch_rows != 0 ? q.max_batch_rows : kBatchRows, kMostBatchRows)),
      batchBytes_(std::min(q.max_batch_bytes != 0 ? q.max_batch_bytes : kBatchBytes, kBatchBytes)),
      rowsLeft_(q.max_rows != 0 ? q.max_rows : UINT64_MAX) {}

Cursor::~Cursor() {
  if (connection_ != nullptr && connection_->cursor_ == this) {
    Connection::Turn turn(*connection_, cancel_);
    endEarly(turn.wait);
  }
  if (builder_ != nullptr) {
    builder_->reset();
    statement_->builder = std::move(builder_);
  }
}

void Cursor::release() noexcept {
  if (connection_ != nullptr && connection_->cursor_ == this) connection_->cursor_ = nullptr;
  connection_ = nullptr;  // it may go before these rows do
}

void Cursor::endEarly(Wait& wait) noexcept {
  rows_.reset();
  // A statement that is cancelled is undone, and so is the transaction that it is in: the rows of those are read to
  // their end, unless the caller's token says otherwise.
  connection_->session_.abandon(wait, statement_->read.onlyReads && !connection_->inTransaction_);
  release();
}

void Cursor::begin(Result first, const ArrowSchema* asked, Wait& wait) {
  connection_->cursor_ = this;
  try {
    if (PQnfields(first.get()) == 0 && PQresultStatus(first.get()) == PGRES_COMMAND_OK)
      throw Failure(TENON_INVALID, "the statement answers no rows; it was run").from(TENON_FROM_CALLER);
    chooseColumns(first.get(), asked);
  } catch (...) {
    endEarly(wait);
    throw;
  }
  rows_ = std::move(first);
  if (PQntuples(rows_.get()) == 0) advance(wait);
}

void Cursor::chooseColumns(const PGresult* first, const ArrowSchema* asked) {
  const int columns = PQnfields(first);
  for (int i = 0; i < columns; ++i) types_.push_back(PQftype(first, i));
  asked_ = asked != nullptr;
  if (asked_) {
    builder_ = std::move(statement_->builder);
    if (builder_ == nullptr || !servesAsked(*builder_, *asked))
      builder_ = askedBuilder(*asked, static_cast<size_t>(columns));
    return;
  }
  std::vector<Column> chosen;
  for (int i = 0; i < columns; ++i) {
    const std::string format = formatOf(PQftype(first, i), PQfmod(first, i));
    chosen.push_back({PQfname(first, i), format, PQftype(first, i) == kNumeric && format == "u"});
  }
  builder_ = std::make_unique<RowBuilder>(Schema(std::move(chosen)));
}

void Cursor::advance(Wait& wait) {
  Session& session = connection_->session_;
  rows_.reset();
  next_ = 0;
  try {
    for (;;) {
      Result r = session.next(wait);
      if (!r) {
        statement_->isSmall = bytes_ <= kSmallBytes;
        release();
        return;
      }
      if (isError(r.get())) session.fail(std::move(r), wait);
      if (PQntuples(r.get()) != 0) {
        rows_ = std::move(r);
        return;
      }
    }
  } catch (...) {
    release();
    throw;
  }
}

void Cursor::deliver(const PGresult* rows, int row) {
  const auto columns = static_cast<int>(types_.size());
  for (int i = 0; i < columns; ++i) {
    const auto column = static_cast<size_t>(i);
    if (PQgetisnull(rows, row, i) != 0) {
      builder_->null(column);
      continue;
    }
    const std::string_view text(PQgetvalue(rows, row, i), static_cast<size_t>(PQgetlength(rows, row, i)));
    bytes_ += text.size();
    if (!putCell(*builder_, column, types_[column], text)) throw wrongTypeOf(PQfname(rows, i));
  }
  bytes_ += kCellBytes * types_.size();
  builder_->endRow();
}

bool Cursor::fill(ArrowArray* out) {
  if (rows_ == nullptr) return false;
  if (connection_ == nullptr)
    throw Failure(TENON_INVALID, "the session of these rows was closed").from(TENON_FROM_CALLER);
  throwIfSet(cancel_);
  Connection::Turn turn(*connection_, cancel_);
  RowBuilder& b = *builder_;
  while (rows_ != nullptr) {
    deliver(rows_.get(), next_++);
    if (--rowsLeft_ == 0) {
      endEarly(turn.wait);
      break;
    }
    if (next_ == PQntuples(rows_.get())) advance(turn.wait);
    if (static_cast<uint64_t>(b.rows()) >= batchRows_ || b.textBytes() >= batchBytes_) break;
  }
  b.take(out);
  return true;
}

void Cursor::offer(std::unique_ptr<Cursor> cursor, tenon_rows* out) {
  out->flags = cursor->asked_ ? TENON_ROWS_AS_ASKED : 0;
  out->schema = [](tenon_rows* rows, ArrowSchema* schema, tenon_error* e) -> tenon_status {
    return guard(e, [&] { of(rows).builder_->schema().exportTo(schema); });
  };
  out->next = [](tenon_rows* rows, ArrowArray* batch, tenon_error* e) -> tenon_status {
    return guard(e, [&]() -> tenon_status { return of(rows).fill(batch) ? TENON_OK : TENON_END; });
  };
  out->close = [](tenon_rows* rows) {
    delete &of(rows);
    rows->impl = nullptr;
    rows->close = nullptr;
  };
  out->impl = cursor.release();
}

}  // namespace tenon::postgresql
