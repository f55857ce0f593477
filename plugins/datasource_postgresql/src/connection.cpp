// SPDX-License-Identifier: Apache-2.0
#include "connection.h"

#include "cursor.h"
#include "errors.h"
#include "tenon/datasource.hpp"

namespace tenon::postgresql {

namespace {

constexpr size_t kLongestText = 8U << 20U;
constexpr uint64_t kOnePieceBytes = uint64_t{4} << 20U;
constexpr uint64_t kRollback_ms = 5000;  // a rollback heeds no token; after that the session is given up, which undoes

Failure invalid(const std::string& message, const char* state, uint32_t reason = TENON_REASON_NONE) {
  return Failure(TENON_INVALID, message).from(TENON_FROM_CALLER).because(reason).state(state);
}

}  // namespace

Connection::Turn::~Turn() {
  Connection& c = connection_;
  c.session_.settle();
  if (c.cursor_ == nullptr && c.session_.usable()) c.inTransaction_ = c.session_.inTransaction();
}

Connection::Connection(Source& source, bool readOnly, const tenon_cancel* cancel)
    : source_(source),
      statements_(source.options.statementCache),
      changesSeen_(source.changes),
      session_(source.options, readOnly) {
  Wait wait(bell_, cancel);
  session_.open(wait);
}

Connection::~Connection() {
  if (cursor_ != nullptr) cursor_->orphan();
  // Closing the connection rolls back what is open.
}

void Connection::ready(const tenon_cancel* cancel, Wait& wait) {
  if (cursor_ != nullptr) throw invalid("the rows of an earlier query are still open", "24000");
  throwIfSet(cancel);
  session_.lookAlive();  // less than a microsecond, and what it finds would cost a request
  if (session_.usable()) return;
  if (inTransaction_) throw lost("the connection broke, and the transaction with it");
  statements_.clear();
  session_.open(wait);
}

void Connection::prepare(const std::string& name, const std::string& text, const std::vector<Oid>& types, Wait& wait) {
  if (const std::string forget = statements_.deallocations(); !forget.empty()) {
    try {
      session_.run(forget.c_str(), wait);
    } catch (const Failure&) {  // somebody else has done it
      if (inTransaction_ || !session_.usable() || wait.stopped()) throw;
    }
    statements_.deallocated();
  }
  session_.sent(
      PQsendPrepare(session_.raw(), name.c_str(), text.c_str(), static_cast<int>(types.size()), types.data()));
  session_.finish(wait);
}

std::shared_ptr<Statement> Connection::statementOf(const tenon_query& q, Wait& wait) {
  if (q.language != TENON_LANGUAGE_SQL)
    throw Failure(TENON_UNSUPPORTED, "PostgreSQL takes SQL only").from(TENON_FROM_CALLER);
  const std::string_view text = view(q.text);
  if (text.size() > kLongestText || text.find('\0') != std::string_view::npos)
    throw invalid("the statement is too long or holds a zero byte", "42601", TENON_REASON_SYNTAX);
  parameters_.describe(q.param_schema);
  if (const uint64_t changes = source_.changes; changes != changesSeen_) {
    statements_.dropAll();
    changesSeen_ = changes;
  }
  std::shared_ptr<Statement> statement = statements_.find(text, parameters_.types());
  const bool isNew = statement == nullptr;
  if (isNew) {
    statement = std::make_shared<Statement>();
    statement->text = text;
    statement->read = readSql(text);
  }
  // A type that is given makes a parameter of one that the text does not have: the server would take it.
  if (statement->read.parameters != parameters_.columns())
    throw invalid("the statement has " + std::to_string(statement->read.parameters) + " parameters and " +
                      std::to_string(parameters_.columns()) + " were given",
                  "07001", TENON_REASON_SYNTAX);
  if (isNew && (q.flags & TENON_QUERY_REUSED) != 0 && statements_.keeps()) {
    std::string name = statements_.freshName();
    prepare(name, statement->text, parameters_.types(), wait);
    statement->name = std::move(name);
    statements_.add(statement, parameters_.types());
  }
  return statement;
}

void Connection::send(const Statement& s) {
  Parameters& p = parameters_;
  if (p.count() > 65535)
    throw Failure(TENON_TOO_LARGE, "a statement has more than 65535 parameters").from(TENON_FROM_CALLER).state("54023");
  PGconn* c = session_.raw();
  session_.sent(
      s.name.empty()
          ? PQsendQueryParams(c, s.text.c_str(), p.count(), p.types().data(), p.values(), p.lengths(), p.formats(), 0)
          : PQsendQueryPrepared(c, s.name.c_str(), p.count(), p.values(), p.lengths(), p.formats(), 0));
}

bool Connection::stale(const PGresult* failed, const Statement& statement, Wait& wait) {
  if (statement.name.empty()) return false;
  const std::string state = diagnosisOf(failed).state;
  const bool changed = isStalePlan(failed);
  const bool refused = state == "42804" || state == "42883";  // its parameters' types do not fit any more
  const bool gone = state == "26000";                         // somebody said "discard all"
  if (gone)
    statements_.clear();
  else if (changed || refused || state == "22P02" || state == "22007")  // a text that the old type does not take
    statements_.drop(statement);
  if (inTransaction_ || (!changed && !refused && !gone)) return false;
  while (session_.usable() && session_.next(wait)) {
  }
  return session_.usable() && !wait.stopped();
}

void Connection::noteChange(const PGresult* r) {
  const std::string_view tag = PQcmdStatus(const_cast<PGresult*>(r));
  const std::string_view word = tag.substr(0, tag.find(' '));
  if (word == "DISCARD" || word == "DEALLOCATE") statements_.clear();
  if (word != "ALTER" && word != "CREATE" && word != "DROP" && word != "DO" && word != "CALL") return;
  ++source_.changes;
  changing_ = true;
}

void Connection::query(const tenon_query& q, const tenon_cancel* cancel, tenon_rows* out) {
  Turn turn(*this, cancel);
  ready(cancel, turn.wait);
  for (bool again = false;; again = true) {
    const auto statement = statementOf(q, turn.wait);
    if (q.params != nullptr) parameters_.add(*q.params, 0);
    send(*statement);
    // A result for each row costs more than the row. In one piece comes what was small and can be asked for again.
    const bool inOnePiece = statement->isSmall && statement->read.onlyReads && !inTransaction_;
    if (!inOnePiece) PQsetSingleRowMode(session_.raw());
    if (inOnePiece && !session_.receiveWithin(kOnePieceBytes, turn.wait)) {
      statement->isSmall = false;
      session_.abandon(turn.wait, true);
      session_.settle();
      if (turn.wait.stopped()) throw turn.wait.failure();
      if (!session_.usable()) throw lost();
      continue;
    }
    // An insert that returns rows does its work before the first: its errors belong to this call.
    Result first = session_.next(turn.wait);
    if (!first) throw lost();
    if (isError(first.get())) {
      if (!again && stale(first.get(), *statement, turn.wait)) continue;
      session_.fail(std::move(first), turn.wait);
    }
    auto cursor = std::make_unique<Cursor>(*this, statement, q, cancel);
    cursor->begin(std::move(first), q.result_schema, turn.wait);
    Cursor::offer(std::move(cursor), out);
    return;
  }
}

void Connection::ping(const tenon_cancel* cancel) {
  Turn turn(*this, cancel);
  ready(cancel, turn.wait);
  session_.run("select 1", turn.wait);
}

void Connection::begin(uint32_t flags, Wait& wait) {
  if (inTransaction_) throw invalid("a transaction is open already", "25001");
  std::string sql = "begin";
  if ((flags & TENON_TX_SERIALIZABLE) != 0) sql += " isolation level serializable";
  if ((flags & TENON_TX_READ_ONLY) != 0) sql += " read only";
  session_.run(sql.c_str(), wait);
  changing_ = false;
}

void Connection::commit(Wait& wait) {
  if (!inTransaction_) throw invalid("there is no transaction", "25P01");
  session_.sent(PQsendQuery(session_.raw(), "commit"));
  Result answer;
  try {
    answer = session_.finish(wait);
  } catch (const Failure& f) {
    if (session_.usable()) throw;  // refused, as by a constraint that is checked last: the server has rolled back
    inTransaction_ = false;
    throw Failure(TENON_OUTCOME_UNKNOWN,
                  std::string("it is not known whether the transaction was committed: ") + f.what())
        .from(TENON_FROM_BACKEND)
        .because(TENON_REASON_CONNECTION)
        .state("08007");
  }
  if (std::string_view(PQcmdStatus(answer.get())) == "ROLLBACK")
    throw Failure(TENON_CONFLICT, "the transaction had failed and was rolled back")
        .from(TENON_FROM_BACKEND)
        .state("25P02");
  if (changing_) ++source_.changes;  // who prepared in between saw the tables as they were
  changing_ = false;
}

void Connection::rollBack() {
  if (cursor_ != nullptr) throw invalid("the rows of an earlier query are still open", "24000");
  session_.settle();  // a cancel that is under way is not for the rollback
  if (!session_.usable()) {
    inTransaction_ = false;  // it went with the connection
    return;
  }
  if (!session_.inTransaction()) return;
  Turn turn(*this, nullptr, monotonicMs() + kRollback_ms);
  try {
    session_.run("rollback", turn.wait);
  } catch (const Failure&) {
    session_.close();
    inTransaction_ = false;
    throw lost("the connection was given up to roll back");
  }
}

void Connection::transact(const tenon_transaction& t, const tenon_cancel* cancel) {
  if (t.op == TENON_TX_ROLLBACK) {
    rollBack();
    return;
  }
  const bool undoes = t.op == TENON_TX_ROLLBACK_TO;
  if (undoes) cancel = nullptr;
  Turn turn(*this, cancel, undoes ? monotonicMs() + kRollback_ms : kForever_ms);
  ready(cancel, turn.wait);
  const std::string level = "tenon" + std::to_string(t.level);
  switch (t.op) {
    case TENON_TX_BEGIN: begin(t.flags, turn.wait); return;
    case TENON_TX_COMMIT: commit(turn.wait); return;
    case TENON_TX_SAVE: session_.run(("savepoint " + level).c_str(), turn.wait); return;
    case TENON_TX_RELEASE: session_.run(("release savepoint " + level).c_str(), turn.wait); return;
    case TENON_TX_ROLLBACK_TO: session_.run(("rollback to savepoint " + level).c_str(), turn.wait); return;
    default: throw Failure(TENON_UNSUPPORTED, "unknown transaction step").from(TENON_FROM_CALLER);
  }
}

}  // namespace tenon::postgresql
