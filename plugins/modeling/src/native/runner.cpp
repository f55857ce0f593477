// SPDX-License-Identifier: Apache-2.0
#include "runner.h"

#include <algorithm>
#include <optional>
#include <vector>

#include "binding.h"
#include "result_writer.h"
#include "routes/answer.h"
#include "routes/datasource_routes.h"
#include "tenon/deadline.hpp"
#include "tenon/json_writer.hpp"
#include "tenon/limited_token.hpp"

namespace tenon::modeling::native {

namespace {

/// What the database says of the caller's statement is for the caller to read. Not so that it refuses data (answered as
/// for records) or that it is in trouble itself.
bool isOfStatement(const Failure& f) noexcept {
  switch (f.reason()) {
    case TENON_REASON_SYNTAX:
    case TENON_REASON_NO_SUCH_OBJECT:
    case TENON_REASON_OBJECT_EXISTS:
    case TENON_REASON_TYPE:
    case TENON_REASON_PATTERN:
    case TENON_REASON_PERMISSION: return true;
    case TENON_REASON_NONE: return f.code() == TENON_INVALID || f.code() == TENON_TOO_LARGE;
    case TENON_REASON_LENGTH: return f.code() == TENON_TOO_LARGE;
    default: return false;
  }
}

/// One run on a connection that was lent for it.
class Run {
 public:
  Run(Connection& connection, const Statement& statement, Bound bound, const NativeCall& call,
      const tenon_cancel* cancel)
      : connection_(connection),
        statement_(statement),
        sql_(std::move(bound.sql)),
        params_(parameters(bound.values)),
        call_(call),
        cancel_(cancel) {}

  /// Appends the result. False when rows were left out.
  bool appendTo(std::string& out) {
    const size_t from = out.size();
    for (;;) {
      try {
        return once(out);
      } catch (const Failure& f) {
        // A column that holds values of several types is asked for as text; nothing was committed, so that even a
        // statement that writes can run again.
        if (f.reason() != TENON_REASON_TYPE || !loosen(f)) throw;
        out.resize(from);
      }
    }
  }

 private:
  bool once(std::string& out) {
    if (!statement_.writes()) return appendRows(out);
    Transaction transaction(connection_, cancel_);
    bool whole = true;
    if (statement_.answersRows())
      whole = appendRows(out);
    else  // a driver that cannot say how many answers -1
      appendJsonInteger(out, std::max<int64_t>(connection_.execute(sql_, &params_, cancel_).affected, 0));
    transaction.commit();
    return whole;
  }

  bool appendRows(std::string& out) {
    // One row more than is shown tells whether there are more.
    Rows rows = connection_.query(sql_, &params_, asked_ ? &*asked_ : nullptr, cancel_,
                                  {uint64_t{call_.maxRows} + 1, 0, false});
    delivered_ = rows.schema();
    return ResultWriter(delivered_, loose_).write(out, rows, call_.maxRows);
  }

  /// Asks for the column that a failure names as text from now on; false when that would be nothing new.
  bool loosen(const Failure& f) {
    if (f.objectKind() != TENON_OBJECT_COLUMNS) return false;
    std::vector<Column> columns;
    bool changed = false;
    loose_.resize(delivered_.size());
    for (size_t i = 0; i < delivered_.size(); ++i) {
      if (delivered_.name(i) == f.object() && !loose_[i]) loose_[i] = changed = true;
      columns.push_back({delivered_.name(i), loose_[i] ? "u" : delivered_.format(i)});
    }
    asked_.emplace(std::move(columns));
    return changed;
  }

  Connection& connection_;
  const Statement& statement_;
  std::string sql_;
  RowBuilder params_;
  const NativeCall& call_;
  const tenon_cancel* cancel_;
  Schema delivered_;
  std::optional<Schema> asked_;
  std::vector<bool> loose_;
};

/// What a statement is, and a connection of the side that it needs. The side is chosen before there is a connection to
/// ask for its dialect, so by the datasource's kind; where the dialect reads the text otherwise, its word counts.
class Prepared {
 public:
  Prepared(const Source& source, const NativeCall& call, const tenon_cancel* cancel) {
    Pool& pool = poolOf(source);
    Lexicon lexicon = Lexicon::of(source.definition().config.value("dbKind", ""));
    for (;;) {
      statement_.emplace(call.statement, lexicon);
      if (call.readOnly && statement_->writes())
        throw Invalid("statement", "只读模式下不能执行写入语句", "writes, and the request says readOnly");
      lease_ = Lease();  // given back before another is asked for
      lease_ = statement_->writes() ? pool.write(cancel) : pool.read(cancel);
      if (lease_->dialect().raw() == nullptr)
        throw Invalid("statement", "该数据源不支持 SQL", "the datasource does not take SQL");
      const Lexicon spoken = Lexicon::of(lease_->dialect().raw()->name);
      if (spoken == lexicon) break;
      lexicon = spoken;
    }
    // The words of a statement do not tell what its functions do: a database that can is told to refuse changes. The
    // lease rolls back.
    if (call.readOnly && (pool.capabilities() & TENON_DS_TRANSACTIONS) != 0) lease_->begin(cancel, TENON_TX_READ_ONLY);
  }
  const Statement& statement() const noexcept { return *statement_; }
  Connection& connection() const noexcept { return *lease_; }

 private:
  std::optional<Statement> statement_;
  Lease lease_;
};

}  // namespace

void runNative(const Source& source, const NativeCall& call, const tenon_cancel* cancel, std::string& out) {
  const uint64_t begun = monotonicMs();
  LimitedToken token;
  const tenon_cancel* limited = token.arm(cancel, call.timeoutMs);
  const Prepared prepared(source, call, limited);
  const size_t from = out.size();
  bool whole = true;
  try {
    Connection& c = prepared.connection();
    whole =
        Run(c, prepared.statement(), bindParameters(prepared.statement(), c.dialect(), call.parameters), call, limited)
            .appendTo(out);
  } catch (const Failure& f) {
    if (!isOfStatement(f)) throw;
    throw Invalid("statement", std::string("数据库拒绝执行: ") + f.what(), f.what());
  }
  std::string head = "{\"time\":";
  appendJsonInteger(head, static_cast<int64_t>(monotonicMs() - begun));
  out.insert(from, head + ",\"result\":");
  out += whole ? "}" : ",\"truncated\":true}";
}

}  // namespace tenon::modeling::native
