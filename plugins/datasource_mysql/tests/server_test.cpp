// SPDX-License-Identifier: Apache-2.0
// What only a running server shows. TENON_TEST_MARIADB says where it is; see tests/databases.
#include <gtest/gtest.h>
#include <signal.h>

#include <cstdlib>
#include <fstream>
#include <thread>

#include "connection.h"
#include "source.h"
#include "tenon/fakes/fake_cancel.hpp"
#include "tenon/row_reader.hpp"

namespace tenon::mysql {

namespace {

std::string environment(const char* name) {
  const char* value = std::getenv(name);
  if (value == nullptr) throw std::runtime_error(std::string(name) + " is not set: run it through with_database.py");
  return value;
}

class MariaDbServer : public ::testing::Test {
 protected:
  MariaDbServer() : source_(readOptions(environment("TENON_TEST_MARIADB"))), connection_(source_, false) {}

  static tenon_query queryOf(std::string_view text, RowBuilder* params = nullptr, uint32_t flags = 0) {
    tenon_query q{};
    q.size = sizeof q;
    q.flags = flags;
    q.language = TENON_LANGUAGE_SQL;
    q.text = str(text);
    if (params != nullptr) {
      q.param_schema = params->schema().arrow();
      q.params = params->peek();
    }
    return q;
  }
  int64_t run(std::string_view text, RowBuilder* params = nullptr) {
    tenon_outcome out{};
    out.size = sizeof out;
    connection_.execute(queryOf(text, params), nullptr, &out);
    return out.affected;
  }
  /// The first cell, as a text.
  std::string ask(std::string_view text, uint32_t flags = 0, const tenon_cancel* cancel = nullptr) {
    static const Schema expected{{"v", "u"}};
    tenon_query q = queryOf(text, nullptr, flags);
    q.result_schema = expected.arrow();
    Rows rows;
    connection_.query(q, cancel, rows.out());
    rows.asked(expected);
    return rows.next() && !rows.batch()[0].isNull(0) ? std::string(rows.batch()[0].text(0)) : "nothing";
  }
  Failure failureOf(std::string_view text) {
    try {
      run(text);
    } catch (const Failure& f) {
      return f;
    }
    return Failure(TENON_OK, "it succeeded");
  }
  void step(uint32_t op) { connection_.transact({sizeof(tenon_transaction), op, 0, 0}, nullptr); }
  static void restart() { ASSERT_EQ(std::system(environment("TENON_TEST_MARIADB_RESTART").c_str()), 0); }
  static void signalServer(int signal) {
    pid_t pid = 0;
    std::ifstream(environment("TENON_TEST_MARIADB_PIDFILE")) >> pid;
    ASSERT_GT(pid, 1);
    ::kill(pid, signal);
    for (std::string state; signal == SIGSTOP && state != "T";) {  // it stops in its own time
      std::string number, name;
      std::ifstream("/proc/" + std::to_string(pid) + "/stat") >> number >> name >> state;
    }
  }

  Source source_;
  Connection connection_;
};

TEST_F(MariaDbServer, IsReachedAgainAfterItsRestart) {
  EXPECT_EQ(ask("select 1"), "1");
  restart();
  EXPECT_EQ(ask("select 2", TENON_QUERY_REUSED), "2");
  EXPECT_EQ(ask("select 2", TENON_QUERY_REUSED), "2");
}

TEST_F(MariaDbServer, LosesAnOpenTransactionWithItsRestartAndSaysSo) {
  run("create or replace table lost (n int)");
  step(TENON_TX_BEGIN);
  run("insert into lost values (1)");
  restart();
  try {
    run("insert into lost values (2)");
    FAIL() << "a transaction went on in another session";
  } catch (const Failure& f) {
    EXPECT_EQ(f.reason(), TENON_REASON_CONNECTION);
  }
  step(TENON_TX_ROLLBACK);
  EXPECT_EQ(ask("select count(*) from lost"), "0");
}

TEST_F(MariaDbServer, StreamsManyRowsInLittleMemoryAndMayBeLeftEarly) {
  static const Schema expected{{"seq", "l"}};
  tenon_query q = queryOf("select seq from seq_1_to_5000000");
  q.result_schema = expected.arrow();
  const uint64_t begun = monotonicMs();
  {
    Rows rows;
    connection_.query(q, nullptr, rows.out());
    rows.asked(expected);
    ASSERT_TRUE(rows.next());
    EXPECT_EQ(rows.batch()[0].i64(0), 1);
  }
  EXPECT_EQ(ask("select 3"), "3");
  EXPECT_LT(monotonicMs() - begun, 1500U) << "the rows that nobody wants were all fetched";
  int64_t sum = 0;
  Rows rows;
  connection_.query(q, nullptr, rows.out());
  rows.asked(expected);
  while (rows.next()) sum += rows.batch().rows();
  EXPECT_EQ(sum, 5000000);
}

TEST_F(MariaDbServer, StreamsAStatementWithBoundValues) {
  RowBuilder params({{"a", "u"}, {"b", "l"}, {"c", "g"}, {"d", "tsu:"}, {"e", "z"}});
  params.text(0, "it's \\ \"x\" \xf0\x9f\x98\x80");
  params.i64(1, INT64_MAX);
  params.f64(2, 0.1);
  params.i64(3, 1646914550125000);
  params.text(4, std::string_view("\0\xff", 2));
  params.endRow();
  static const Schema expected{{"a", "u"}, {"b", "l"}, {"c", "g"}, {"d", "u"}, {"e", "u"}};
  tenon_query q = queryOf("select ? as a, ? as b, ? as c, cast(? as datetime(3)) as d, hex(?) as e", &params);
  q.result_schema = expected.arrow();
  Rows rows;
  connection_.query(q, nullptr, rows.out());
  rows.asked(expected);
  ASSERT_TRUE(rows.next());
  EXPECT_EQ(rows.batch()[0].text(0), "it's \\ \"x\" \xf0\x9f\x98\x80");
  EXPECT_EQ(rows.batch()[1].i64(0), INT64_MAX);
  EXPECT_EQ(rows.batch()[2].f64(0), 0.1);
  EXPECT_EQ(rows.batch()[3].text(0), "2022-03-10 12:15:50.125");
  EXPECT_EQ(rows.batch()[4].text(0), "00FF");
}

TEST_F(MariaDbServer, KeepsExactNumbers) {
  run("create or replace table exact (d decimal(38,10), u bigint unsigned)");
  run("insert into exact values (1234567890123456789012345678.0123456789, 18446744073709551615)");
  for (const uint32_t flags : {0U, TENON_QUERY_REUSED}) {
    tenon_query q = queryOf("select d, u from exact", nullptr, flags);
    Rows rows;
    connection_.query(q, nullptr, rows.out());
    EXPECT_EQ(rows.schema().format(0), "d:38,10");
    EXPECT_EQ(rows.schema().format(1), "d:20,0");
    ASSERT_TRUE(rows.next());
    std::string d, u;
    appendDecimal(d, rows.batch()[0].decimal(0), 10);
    appendDecimal(u, rows.batch()[1].decimal(0), 0);
    EXPECT_EQ(d, "1234567890123456789012345678.0123456789");
    EXPECT_EQ(u, "18446744073709551615");
  }
}

TEST_F(MariaDbServer, InsertsManyRowsAtOnce) {
  run("create or replace table many (n bigint primary key, t text)");
  RowBuilder params({{"n", "l"}, {"t", "u"}});
  for (int i = 0; i < 5003; ++i) {
    params.i64(0, i);
    if (i % 7 == 0)
      params.null(1);
    else
      params.text(1, std::string(static_cast<size_t>(i), 'x'));
    params.endRow();
  }
  EXPECT_EQ(run("insert into many (n, t) values (?, ?)", &params), 5003);
  EXPECT_EQ(ask("select concat(count(*), ' ', sum(n), ' ', sum(length(t)), ' ', sum(t is null)) from many"),
            "5003 12512503 10725718 715");
}

TEST_F(MariaDbServer, LeavesNothingOfManyRowsWhenOneIsRefused) {
  run("create or replace table half (n bigint primary key)");
  RowBuilder params({{"n", "l"}});
  for (int i = 0; i < 2000; ++i) {
    params.i64(0, i == 1999 ? 0 : i);
    params.endRow();
  }
  EXPECT_THROW(run("insert into half (n) values (?)", &params), Failure);
  EXPECT_EQ(ask("select count(*) from half"), "0");
}

TEST_F(MariaDbServer, CountsTheRowsThatAnUpdateFindsChangedOrNot) {
  run("create or replace table found (n int)");
  run("insert into found values (1), (1)");
  EXPECT_EQ(run("update found set n = 1"), 2);
}

TEST_F(MariaDbServer, RefusesWhatDoesNotFit) {
  run("create or replace table strict (n int, s varchar(3), d date)");
  EXPECT_EQ(failureOf("insert into strict (n) values (99999999999)").reason(), TENON_REASON_RANGE);
  EXPECT_EQ(failureOf("insert into strict (s) values ('four')").reason(), TENON_REASON_LENGTH);
  EXPECT_EQ(failureOf("insert into strict (s) values ('four')").object(), "s");
  EXPECT_EQ(failureOf("insert into strict (d) values ('2024-02-30')").reason(), TENON_REASON_TYPE);
  EXPECT_EQ(failureOf("insert into strict (d) values ('0000-00-00')").reason(), TENON_REASON_TYPE);
}

TEST_F(MariaDbServer, TreatsABackslashAsACharacter) {
  EXPECT_EQ(ask("select 'a\\'"), "a\\");
  EXPECT_EQ(ask("select 'a\\b' like 'a\\\\b' escape '\\'"), "1");
}

TEST_F(MariaDbServer, GivesAStalledServerUpAfterTheTimeOfAStatement) {
  std::string config = environment("TENON_TEST_MARIADB");
  config.insert(config.rfind('}'), ", \"statement_ms\": 1000");
  Source source(readOptions(config));
  Connection connection(source, false);
  fakes::FakeCancel token;
  token.deadlineIn(500);
  signalServer(SIGSTOP);
  const uint64_t begun = monotonicMs();
  tenon_status answer = TENON_OK;
  try {
    connection.execute(queryOf("do 1"), token.token(), nullptr);
  } catch (const Failure& f) {
    answer = f.code();
  }
  const uint64_t took = monotonicMs() - begun;
  signalServer(SIGCONT);
  EXPECT_EQ(answer, TENON_DEADLINE);
  EXPECT_LT(took, 6000U);
  tenon_outcome out{};
  out.size = sizeof out;
  connection.execute(queryOf("do 1"), nullptr, &out);  // the next statement has a session again
}

TEST_F(MariaDbServer, TellsADeadlocksVictim) {
  run("create or replace table deadlock (n int primary key, v int) engine=InnoDB");
  run("insert into deadlock values (1, 0), (2, 0)");
  Connection other(source_, false);
  step(TENON_TX_BEGIN);
  run("update deadlock set v = 1 where n = 1");
  other.transact({sizeof(tenon_transaction), TENON_TX_BEGIN, 0, 0}, nullptr);
  other.execute(queryOf("update deadlock set v = 2 where n = 2"), nullptr, nullptr);
  uint32_t theirs = TENON_REASON_NONE, ours = TENON_REASON_NONE;
  std::thread crossing([&] {
    try {
      other.execute(queryOf("update deadlock set v = 2 where n = 1"), nullptr, nullptr);
    } catch (const Failure& f) {
      theirs = f.reason();
    }
    other.transact({sizeof(tenon_transaction), TENON_TX_ROLLBACK, 0, 0}, nullptr);
  });
  try {
    run("update deadlock set v = 1 where n = 2");
  } catch (const Failure& f) {
    ours = f.reason();
  }
  step(TENON_TX_ROLLBACK);
  crossing.join();
  EXPECT_TRUE(ours == TENON_REASON_SERIALIZATION || theirs == TENON_REASON_SERIALIZATION);
  EXPECT_EQ(ask("select sum(v) from deadlock"), "0");
}

TEST_F(MariaDbServer, HasNoFileOfTheHostForTheServer) {
  run("create or replace table files (t text)");
  EXPECT_NE(failureOf("load data local infile '/etc/hostname' into table files").code(), TENON_OK);
  EXPECT_EQ(ask("select count(*) from files"), "0");
}

TEST_F(MariaDbServer, TlsThatIsRequiredIsNeverDoneWithout) {
  for (const char* tls : {"required", "verify"}) {
    Options options = readOptions(environment("TENON_TEST_MARIADB"));
    options.tls = tls;
    Source strict(options);
    try {
      Connection connection(strict, false);
      ADD_FAILURE() << tls;
    } catch (const Failure& f) {
      EXPECT_EQ(f.code(), TENON_UNAVAILABLE) << f.what();
    }
  }
}

}  // namespace

}  // namespace tenon::mysql
