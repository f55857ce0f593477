// SPDX-License-Identifier: Apache-2.0
// Cancellation tokens and deadlines.
#include <thread>

#include "session.h"

namespace tenon::compliance {

namespace {

constexpr uint64_t kSoon_ms = 150;
constexpr uint64_t kPrompt_ms = 2000;  // a stopped statement ends within so long

bool stopped(tenon_status status) {
  return status == TENON_CANCELLED || status == TENON_DEADLINE;
}

/// Runs a query to its end and answers how it ended.
Answer runThrough(Session& s, const std::string& text, const tenon_cancel* cancel, uint64_t batchRows = 0) {
  Rows rows;
  Answer answer = s.query(text, rows, {.maxBatchRows = batchRows, .cancel = cancel});
  if (!answer.ok()) return answer;
  try {
    while (rows.next()) {
    }
  } catch (const Failure& f) {
    answer.status = f.code();
    f.fill(&answer.error);
  }
  return answer;
}

void worksAfterwards(Session& s, const std::string& text) {
  require(s.rows(text).next(), "after a statement was stopped the session answers nothing");
}

void beforeTheStart(Context& c) {
  Session s(c);
  const std::string text = s.rowsQuery();
  fakes::FakeCancel token;
  token.cancel();
  const Answer answer = runThrough(s, text, token.token());
  require(answer.status == TENON_CANCELLED, "a query whose token is set already is not CANCELLED: " + answer.text());
  worksAfterwards(s, text);
}

void betweenBatches(Context& c) {
  Session s(c);
  const std::string text = s.rowsQuery(50);
  fakes::FakeCancel token;
  {
    Rows rows = s.rows(text, {.maxBatchRows = 1, .cancel = token.token()});
    require(rows.next(), "there are no rows");
    token.cancel();
    bool ended = false;
    try {
      int more = 0;
      while (rows.next()) require(++more < 10, "rows go on after the token was set");
    } catch (const Failure& f) {
      ended = f.code() == TENON_CANCELLED;
    }
    require(ended, "rows whose token is set do not end with CANCELLED");
  }
  require(token.watchers() == 0, "a watcher of the token is left behind");
  worksAfterwards(s, text);
}

void duringAStatement(Context& c) {
  Session s(c);
  s.needs(TENON_DS_CANCEL, "cancelling a running statement");
  const std::string slow = s.slowQuery(), text = s.rowsQuery(50);
  fakes::FakeCancel token;
  std::thread canceller([&] {
    const timespec pause{0, static_cast<long>(kSoon_ms) * 1000000};
    ::nanosleep(&pause, nullptr);
    token.cancel();
  });
  const uint64_t begun = monotonicMs();
  const Answer answer = runThrough(s, slow, token.token());
  const uint64_t took = monotonicMs() - begun;
  canceller.join();
  require(answer.status == TENON_CANCELLED,
          "a statement that is cancelled while it runs is not CANCELLED: " + answer.text());
  require(took < kPrompt_ms, "a statement goes on for " + std::to_string(took) + " ms after it was cancelled");
  require(token.watchers() == 0, "a watcher of the token is left behind");
  worksAfterwards(s, text);
}

void atTheDeadline(Context& c) {
  Session s(c);
  s.needs(TENON_DS_CANCEL, "cancelling a running statement");
  const std::string slow = s.slowQuery(), text = s.rowsQuery(50);
  fakes::FakeCancel token;
  token.deadlineIn(kSoon_ms);
  const uint64_t begun = monotonicMs();
  const Answer answer = runThrough(s, slow, token.token());
  const uint64_t took = monotonicMs() - begun;
  require(answer.status == TENON_DEADLINE,
          "a statement that runs past its deadline does not end with DEADLINE: " + answer.text());
  require(took < kPrompt_ms, "a statement goes on for " + std::to_string(took) + " ms with a deadline of 150 ms");
  worksAfterwards(s, text);
}

void afterTheEnd(Context& c) {
  Session s(c);
  const std::string text = s.rowsQuery();
  fakes::FakeCancel token;
  require(runThrough(s, text, token.token()).ok(), "a query fails");
  token.cancel();
  token.cancel();
  worksAfterwards(s, text);
}

void waitingToWrite(Context& c) {
  Session s(c);
  s.needs(TENON_DS_SQL, "SQL");
  s.needs(TENON_DS_TRANSACTIONS, "transactions");
  const std::string table = s.makeTable("lock", "n " + s.columnType(TENON_TYPE_LONG));
  s.run("insert into " + table + " (n) values (1)");
  const std::string update = "update " + table + " set n = n + 1";
  s.step(TENON_TX_BEGIN);
  s.run(update);
  tenon_conn* other = s.connect();
  fakes::FakeCancel token;
  token.deadlineIn(kSoon_ms);
  const uint64_t begun = monotonicMs();
  const Answer answer = s.execute(update, nullptr, nullptr, token.token(), other);
  const uint64_t took = monotonicMs() - begun;
  s.table().close(other);
  s.step(TENON_TX_ROLLBACK);
  require(stopped(answer.status) || answer.error.reason == TENON_REASON_BUSY,
          "a write that waits for another's lock past its deadline does not end: " + answer.text());
  require(took < kPrompt_ms, "it waits for " + std::to_string(took) + " ms with a deadline of 150 ms");
}

}  // namespace

std::vector<Check> cancelChecks() {
  return {
      {"cancel.before", "a token that is set stops a query before it starts", beforeTheStart},
      {"cancel.between_batches", "a token that is set ends the rows", betweenBatches},
      {"cancel.during", "a running statement is stopped at once", duringAStatement},
      {"cancel.deadline", "a running statement is stopped at its deadline", atTheDeadline},
      {"cancel.after", "a token that is set after the end harms nothing", afterTheEnd},
      {"cancel.lock_wait", "a wait for another's lock ends at the deadline", waitingToWrite},
  };
}

}  // namespace tenon::compliance
