// SPDX-License-Identifier: Apache-2.0
// Sessions that are refused, stopped, stalled, killed; servers that go and come back.
#include <signal.h>
#include <time.h>

#include <fstream>
#include <thread>

#include "connect.h"
#include "server_test.h"

namespace tenon::postgresql {
namespace {

constexpr uint64_t kPrompt_ms = 1500;    // the server answers a cancel request
constexpr uint64_t kPatience_ms = 2900;  // it does not

void pause(long ms) {
  const timespec t{ms / 1000, ms % 1000 * 1000000};
  ::nanosleep(&t, nullptr);
}

class ServerSessionTest : public ServerTest {
 protected:
  int backendOf(Connection& c) {
    static const Schema pid{{"pid", "l"}};
    tenon_query q = queryOf("select pg_backend_pid() as pid");
    q.result_schema = pid.arrow();
    Rows r;
    c.query(q, nullptr, r.out());
    r.next();
    return static_cast<int>(r.batch()[0].i64(0));
  }
  /// Ends a session from outside, and waits until it is gone.
  void terminate(int pid) {
    const auto other = connect();
    execute("select pg_terminate_backend(" + std::to_string(pid) + ", 5000)", nullptr, nullptr, other.get());
  }
  static std::string variable(const char* suffix) {
    const char* v = std::getenv((std::string("TENON_TEST_POSTGRESQL_") + suffix).c_str());
    return v != nullptr ? v : "";
  }
};

/// Processes that stand still as long as it lives.
class Stalled {
 public:
  explicit Stalled(std::vector<int> pids) : pids_(std::move(pids)) {
    for (const int pid : pids_) EXPECT_EQ(::kill(pid, SIGSTOP), 0);
  }
  ~Stalled() {
    for (const int pid : pids_) ::kill(pid, SIGCONT);
  }
  Stalled(const Stalled&) = delete;
  Stalled& operator=(const Stalled&) = delete;

 private:
  std::vector<int> pids_;
};

TEST_F(ServerSessionTest, refused_logins_are_told_apart) {
  const auto refused = [&](const char* key, const Json& value) {
    Json c = config();
    c[key] = value;
    return failure([&] { open(c); });
  };
  const std::string url = config()["url"];
  Failure f = refused("username", "nobody at all");
  EXPECT_EQ(f.reason(), TENON_REASON_LOGIN) << f.what();
  f = refused("url", url.substr(0, url.rfind('/')) + "/nowhere");
  EXPECT_EQ(f.reason(), TENON_REASON_CONNECTION) << f.what();
  EXPECT_EQ(f.code(), TENON_UNAVAILABLE);
  f = refused("url", "jdbc:postgresql://127.0.0.1:1/x");
  EXPECT_EQ(f.reason(), TENON_REASON_CONNECTION);
  EXPECT_GT(f.retryAfterMs(), 0U);
  f = refused("tls", "verify-full");
  EXPECT_EQ(f.reason(), TENON_REASON_CONNECTION) << "nobody has signed for a test's server";
}

TEST_F(ServerSessionTest, the_environment_is_not_heeded) {
  ::setenv("PGUSER", "nobody", 1);
  ::setenv("PGDATABASE", "nowhere", 1);
  ::setenv("PGPORT", "1", 1);
  ::setenv("PGOPTIONS", "-c search_path=pg_catalog", 1);
  ::setenv("PGAPPNAME", "else", 1);
  ::setenv("PGSSLMODE", "verify-full", 1);
  ::setenv("PGHOSTADDR", "127.0.0.2", 1);
  ::setenv("PGSERVICE", "none", 1);
  EXPECT_EQ(forgetEnvironment(), (std::vector<std::string>{"PGHOSTADDR", "PGSERVICE"}));
  connection_ = connect();
  EXPECT_EQ(cell("show application_name"), "tenon");
  EXPECT_EQ(cell("select current_schema()"), kSchema);
  for (const char* name : {"PGUSER", "PGDATABASE", "PGPORT", "PGOPTIONS", "PGAPPNAME", "PGSSLMODE"}) ::unsetenv(name);
}

TEST_F(ServerSessionTest, a_session_has_the_settings_that_values_rely_on) {
  for (const auto& [name, value] :
       std::initializer_list<std::pair<const char*, const char*>>{{"client_encoding", "UTF8"},
                                                                  {"standard_conforming_strings", "on"},
                                                                  {"DateStyle", "ISO, MDY"},
                                                                  {"IntervalStyle", "iso_8601"},
                                                                  {"bytea_output", "hex"},
                                                                  {"extra_float_digits", "1"}})
    EXPECT_EQ(cell(std::string("show ") + name), value) << name;
  const auto reader = connect(true);
  EXPECT_EQ(failure([&] { execute("create table t (a int)", nullptr, nullptr, reader.get()); }).reason(),
            TENON_REASON_READ_ONLY);
}

TEST_F(ServerSessionTest, a_cancel_never_hits_the_next_statement) {
  for (int i = 0; i < 200; ++i) {
    fakes::FakeCancel token;
    std::thread canceller([&] {
      pause(i % 10);
      token.cancel();
    });
    const tenon_status status = guard(nullptr, [&] { execute("select pg_sleep(0.005)", nullptr, token.token()); });
    EXPECT_TRUE(status == TENON_OK || status == TENON_CANCELLED) << status;
    EXPECT_NO_THROW(execute("select count(*) from generate_series(1, 1000)")) << i;
    canceller.join();
    EXPECT_EQ(token.watchers(), 0U);
  }
}

// Another session holds the key of a row in the middle, so that no speed of the machine lets the statement end.
TEST_F(ServerSessionTest, many_rows_are_stopped_in_the_middle_and_undone) {
  execute("create table t (id int8 primary key)");
  RowBuilder many({{"n", "l"}});
  for (int i = 0; i < 5000; ++i) {
    many.i64(0, i);
    many.endRow();
  }
  const auto other = connect();
  step(TENON_TX_BEGIN, 0, other.get());
  execute("insert into t values (2500)", nullptr, nullptr, other.get());
  for (const char* sql : {"insert into t (id) values ($1)", "insert into t select $1 from pg_sleep(0)"}) {
    fakes::FakeCancel token;
    token.deadlineIn(200);
    EXPECT_EQ(failure([&] { execute(sql, &many, token.token()); }).code(), TENON_DEADLINE);
    EXPECT_EQ(cell("select count(*) from t"), "0");
  }
  step(TENON_TX_ROLLBACK, 0, other.get());
  EXPECT_EQ(execute("insert into t (id) values ($1)", &many), 5000);
}

TEST_F(ServerSessionTest, a_session_that_stalls_holds_nobody) {
  execute("create table t (id int8)");
  const auto deadline = [&](auto&& body) {
    fakes::FakeCancel token;
    token.deadlineIn(100);
    const uint64_t begun = monotonicMs();
    const Failure f = failure([&] { body(token.token()); });
    EXPECT_LT(monotonicMs() - begun, kPatience_ms);
    EXPECT_EQ(token.watchers(), 0U);
    return f;
  };
  {
    const Stalled backend({backendOf(*connection_)});
    EXPECT_EQ(deadline([&](auto* token) { execute("insert into t values (1)", nullptr, token); }).code(),
              TENON_DEADLINE);
    EXPECT_EQ(cell("select 7"), "7") << "by a new session, while the old one stands";
  }
  {
    const Stalled backend({backendOf(*connection_)});
    fakes::FakeCancel token;
    std::thread canceller([&] {
      pause(50);
      token.cancel();
    });
    EXPECT_EQ(failure([&] { rows("select 1", nullptr, nullptr, token.token()); }).code(), TENON_CANCELLED);
    canceller.join();
  }
  step(TENON_TX_BEGIN);
  execute("insert into t values (2)");
  {
    const Stalled backend({backendOf(*connection_)});
    const Failure f = deadline([&](auto* token) { step(TENON_TX_COMMIT, 0, nullptr, token); });
    EXPECT_EQ(f.code(), TENON_OUTCOME_UNKNOWN);
    EXPECT_EQ(f.reason(), TENON_REASON_CONNECTION);
  }
  step(TENON_TX_ROLLBACK);
  EXPECT_EQ(cell("select 7"), "7");
}

TEST_F(ServerSessionTest, a_server_that_stalls_holds_nobody) {
  int postmaster = 0;
  std::ifstream(variable("PIDFILE")) >> postmaster;
  ASSERT_GT(postmaster, 0);
  execute("create table t (id int8)");
  step(TENON_TX_BEGIN);
  {
    const Stalled all({backendOf(*connection_), postmaster});
    fakes::FakeCancel token;
    token.deadlineIn(100);
    uint64_t begun = monotonicMs();
    EXPECT_EQ(failure([&] { execute("insert into t values (1)", nullptr, token.token()); }).code(), TENON_DEADLINE);
    EXPECT_LT(monotonicMs() - begun, kPatience_ms) << "the cancel request is not answered either";
    EXPECT_EQ(failure([&] { execute("select 1"); }).reason(), TENON_REASON_CONNECTION) << "the transaction is gone";
    step(TENON_TX_ROLLBACK);
    fakes::FakeCancel second;
    second.deadlineIn(100);
    begun = monotonicMs();
    EXPECT_EQ(failure([&] { execute("select 1", nullptr, second.token()); }).code(), TENON_DEADLINE) << "a new session";
    EXPECT_LT(monotonicMs() - begun, kPrompt_ms);
  }
  EXPECT_EQ(cell("select count(*) from t"), "0");
}

TEST_F(ServerSessionTest, rows_of_a_session_that_stalls_are_closed_in_time) {
  fakes::FakeCancel token;
  token.deadlineIn(300);
  Rows r = rows("select generate_series(1, 10000000), repeat('x', 100)", nullptr, nullptr, token.token());
  ASSERT_TRUE(r.next());
  const auto other = connect();
  static const Schema pid{{"pid", "l"}};
  tenon_query q = queryOf("select pid from pg_stat_activity where query like '%10000000%' and pid <> pg_backend_pid()");
  q.result_schema = pid.arrow();
  Rows found;
  other->query(q, nullptr, found.out());
  ASSERT_TRUE(found.next());
  const Stalled backend({static_cast<int>(found.batch()[0].i64(0))});
  const uint64_t begun = monotonicMs();
  r.close();
  EXPECT_LT(monotonicMs() - begun, kPatience_ms + 300);
  EXPECT_EQ(cell("select 7"), "7");
}

TEST_F(ServerSessionTest, an_idle_session_that_was_ended_is_replaced) {
  RowBuilder p = number(1);
  EXPECT_EQ(cell("select 1 + $1", &p), "2");
  for (int i = 0; i < 3; ++i) {
    terminate(backendOf(*connection_));
    EXPECT_EQ(cell("select 1 + $1", &p), "2") << "prepared statements and settings are the new session's";
    EXPECT_EQ(cell("select current_schema()"), kSchema);
    terminate(backendOf(*connection_));
    EXPECT_NO_THROW(connection_->ping(nullptr));
    terminate(backendOf(*connection_));
    step(TENON_TX_BEGIN);
    step(TENON_TX_ROLLBACK);
  }
}

TEST_F(ServerSessionTest, a_statement_whose_answer_is_lost_is_not_repeated) {
  execute("create table t (id int8)");
  const int pid = backendOf(*connection_);
  std::thread killer([&] {
    pause(100);
    terminate(pid);
  });
  const Failure f = failure([&] { execute("insert into t select 1 from pg_sleep(5)"); });
  killer.join();
  EXPECT_EQ(f.code(), TENON_UNAVAILABLE);
  EXPECT_EQ(f.reason(), TENON_REASON_CONNECTION);
  EXPECT_EQ(cell("select count(*) from t"), "0");
  RowBuilder many({{"n", "l"}});
  for (int i = 0; i < 1000; ++i) {
    many.i64(0, i);
    many.endRow();
  }
  const int second = backendOf(*connection_);
  std::thread another([&] {
    pause(100);
    terminate(second);
  });
  EXPECT_EQ(failure([&] { execute("insert into t select $1 from pg_sleep(0.01)", &many); }).reason(),
            TENON_REASON_CONNECTION)
      << "in a pipeline";
  another.join();
  EXPECT_EQ(cell("select count(*) from t"), "0");
  // A transaction that breaks is over, and says so until it is rolled back.
  step(TENON_TX_BEGIN);
  execute("insert into t values (1)");
  terminate(backendOf(*connection_));
  for (int i = 0; i < 2; ++i)
    EXPECT_EQ(failure([&] { execute("insert into t values (2)"); }).reason(), TENON_REASON_CONNECTION);
  EXPECT_EQ(failure([&] { step(TENON_TX_COMMIT); }).code(), TENON_UNAVAILABLE);
  step(TENON_TX_ROLLBACK);
  execute("insert into t values (3)");
  EXPECT_EQ(cell("select string_agg(id::text, ',') from t"), "3");
}

TEST_F(ServerSessionTest, of_two_that_wait_for_each_other_one_is_told) {
  execute("create table t (id int8 primary key, v int8)");
  execute("insert into t values (1, 0), (2, 0)");
  const auto other = connect();
  step(TENON_TX_BEGIN);
  step(TENON_TX_BEGIN, 0, other.get());
  execute("update t set v = 1 where id = 1");
  execute("update t set v = 1 where id = 2", nullptr, nullptr, other.get());
  Error first, second;
  std::thread thread([&] {
    guard(&first, [&] { execute("update t set v = 2 where id = 1", nullptr, nullptr, other.get()); });
    step(TENON_TX_ROLLBACK, 0, other.get());
  });
  guard(&second, [&] { execute("update t set v = 2 where id = 2"); });
  step(TENON_TX_ROLLBACK);
  thread.join();
  EXPECT_EQ((first.code == TENON_OK) + (second.code == TENON_OK), 1);
  EXPECT_EQ(first.code != TENON_OK ? first.reason : second.reason, TENON_REASON_SERIALIZATION);
}

TEST_F(ServerSessionTest, a_restarted_server_costs_no_request_that_was_not_sent) {
  const std::string restart = variable("RESTART");
  ASSERT_FALSE(restart.empty());
  RowBuilder p = number(1);
  EXPECT_EQ(cell("select 1 + $1", &p), "2");
  const auto other = connect();
  step(TENON_TX_BEGIN, 0, other.get());
  ASSERT_EQ(std::system(restart.c_str()), 0);
  EXPECT_EQ(cell("select 1 + $1", &p), "2");
  EXPECT_EQ(failure([&] { execute("select 1", nullptr, nullptr, other.get()); }).reason(), TENON_REASON_CONNECTION);
  step(TENON_TX_ROLLBACK, 0, other.get());
  EXPECT_NO_THROW(execute("select 1", nullptr, nullptr, other.get()));
}

}  // namespace
}  // namespace tenon::postgresql
