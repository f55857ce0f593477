// SPDX-License-Identifier: Apache-2.0
// Statements for many rows, rows that are read in part, prepared statements and what changes under them.
#include <functional>

#include "server_test.h"

namespace tenon::postgresql {
namespace {

class ServerStatementTest : public ServerTest {
 protected:
  static RowBuilder numbers(int64_t count, int64_t twice = -1) {
    RowBuilder b({{"n", "l"}});
    for (int64_t i = 0; i < count; ++i) {
      b.i64(0, i == twice ? 0 : i);
      b.endRow();
    }
    return b;
  }
};

TEST_F(ServerStatementTest, many_rows_are_written_all_or_none) {
  execute("create table t (id int8 primary key, v int8 default 0)");
  for (const int64_t count : {2, 100, 499, 500, 501, 1300}) {
    for (const char* insert :
         {"insert into t (id) values ($1)", "insert into t (id) values ($1) on conflict (id) do nothing"}) {
      RowBuilder good = numbers(count);
      EXPECT_EQ(execute(insert, &good), count) << insert;
      EXPECT_EQ(cell("select count(*) from t"), std::to_string(count));
      execute("truncate t");
    }
    RowBuilder twice = numbers(count, count - 1);
    const Failure f = failure([&] { execute("insert into t (id) values ($1)", &twice); });
    EXPECT_EQ(f.reason(), TENON_REASON_UNIQUE);
    EXPECT_EQ(f.object(), "id");
    EXPECT_EQ(cell("select count(*) from t"), "0") << count;
  }
  RowBuilder all = numbers(1000);
  execute("insert into t (id) values ($1)", &all);
  EXPECT_EQ(execute("update t set v = v + 1 where id in ($1, $1 + 1)", &all), 1999) << "a pipeline counts them all";
}

TEST_F(ServerStatementTest, a_pipeline_that_fails_in_the_middle_leaves_a_session_that_works) {
  execute("create table t (id int8 primary key)");
  step(TENON_TX_BEGIN);
  execute("insert into t values (-1)");
  RowBuilder twice = numbers(700, 300);
  const std::string pipelined = "insert into t values ($1)";
  EXPECT_EQ(failure([&] { execute(pipelined, &twice); }).reason(), TENON_REASON_UNIQUE);
  EXPECT_EQ(failure([&] { execute("select 1"); }).code(), TENON_CONFLICT) << "the transaction has failed";
  step(TENON_TX_ROLLBACK);
  EXPECT_EQ(cell("select count(*) from t"), "0");
  // A value that cannot even be sent: the transaction is whole, but what was sent before it is done.
  execute("create table u (v text)");
  RowBuilder texts({{"v", "u"}});
  for (int i = 0; i < 400; ++i) {
    texts.text(0, i == 300 ? std::string_view("a\0b", 3) : "x");
    texts.endRow();
  }
  EXPECT_EQ(failure([&] { execute("insert into u values ($1)", &texts); }).reason(), TENON_REASON_TYPE);
  EXPECT_EQ(cell("select count(*) from u"), "0");
  step(TENON_TX_BEGIN);
  EXPECT_EQ(failure([&] { execute("insert into u values ($1)", &texts); }).reason(), TENON_REASON_TYPE);
  EXPECT_EQ(cell("select 1"), "1");
  step(TENON_TX_ROLLBACK);
}

TEST_F(ServerStatementTest, one_query_at_a_time) {
  Rows open = rows("select n from generate_series(1, 5000) n");
  ASSERT_TRUE(open.next());
  for (const auto& attempt : std::initializer_list<std::function<void()>>{
           [&] { rows("select 1"); }, [&] { execute("select 1"); }, [&] { connection_->ping(nullptr); },
           [&] { step(TENON_TX_BEGIN); }, [&] { step(TENON_TX_ROLLBACK); },
           [&] {
             connection_->describe({sizeof(tenon_describe), TENON_DESCRIBE_TABLES, kAbsent}, nullptr, Rows().out());
           }})
    EXPECT_EQ(failure(attempt).code(), TENON_INVALID);
  int64_t seen = open.batch().rows();
  while (open.next()) seen += open.batch().rows();
  EXPECT_EQ(seen, 5000) << "they are not disturbed";
  EXPECT_EQ(cell("select 1"), "1") << "rows at their end hold nobody up";
}

TEST_F(ServerStatementTest, rows_are_closed_early_at_once) {
  for (int i = 0; i < 5; ++i) {
    const uint64_t begun = monotonicMs();
    {
      Rows r = rows("select generate_series(1, 10000000), repeat('x', 100)");
      ASSERT_TRUE(r.next());
    }
    EXPECT_EQ(cell("select 7"), "7");
    EXPECT_LT(monotonicMs() - begun, 1500U);
  }
  tenon_query q = queryOf("select generate_series(1, 1000000)");
  q.max_rows = 3;
  Rows r;
  connection_->query(q, nullptr, r.out());
  ASSERT_TRUE(r.next());
  EXPECT_EQ(r.batch().rows(), 3);
  EXPECT_EQ(cell("select 7"), "7") << "before they are closed, too";
}

TEST_F(ServerStatementTest, closing_early_undoes_nothing) {
  execute("create table t (id int8)");
  step(TENON_TX_BEGIN);
  execute("insert into t values (1)");
  {
    Rows r = rows("select generate_series(1, 300000), repeat('x', 100)");
    ASSERT_TRUE(r.next());
  }
  execute("insert into t values (2)");
  step(TENON_TX_COMMIT);
  EXPECT_EQ(cell("select count(*) from t"), "2");
  {
    Rows r = rows("insert into t select n from generate_series(1, 200000) n returning id, repeat('x', 100)");
    ASSERT_TRUE(r.next());
  }
  EXPECT_EQ(cell("select count(*) from t"), "200002");
}

TEST_F(ServerStatementTest, an_answer_that_was_small_may_become_large_and_small_again) {
  const std::string_view sql = "select n, repeat('x', 1000) as t from generate_series(1, $1::int8) n";
  for (const int64_t asked : {3, 5, 20000, 20000, 0, 7, 1}) {
    RowBuilder params = number(asked);
    Rows r = rows(sql, &params);
    int64_t next = 1;
    while (r.next())
      for (int64_t row = 0; row < r.batch().rows(); ++row, ++next) {
        EXPECT_EQ(r.batch()[0].i64(row), next);
        EXPECT_EQ(r.batch()[1].text(row).size(), 1000U);
      }
    EXPECT_EQ(next, asked + 1);
  }
}

TEST_F(ServerStatementTest, a_small_answer_that_is_not_read_to_its_end_leaves_a_session_that_works) {
  const std::string_view sql = "select n from generate_series(1, 10) n";
  for (int i = 0; i < 3; ++i) EXPECT_EQ(cell(sql), "1");
  tenon_query few = queryOf(sql);
  few.max_rows = 4;
  for (int i = 0; i < 3; ++i) {
    Rows r;
    connection_->query(few, nullptr, r.out());
    ASSERT_TRUE(r.next());
    EXPECT_EQ(r.batch().rows(), 4);
    EXPECT_FALSE(r.next());
  }
  EXPECT_EQ(cell(sql), "1");
}

TEST_F(ServerStatementTest, a_statement_whose_small_answer_fails_in_the_middle_answers_nothing) {
  const std::string_view sql = "select 10 / (3 - n) from generate_series(1, $1::int8) n";
  for (int i = 0; i < 2; ++i) {
    RowBuilder fine = number(2), failing = number(5);
    EXPECT_EQ(cell(sql, &fine), "5");
    const Failure f = failure([&] {
      Rows r = rows(sql, &failing);
      while (r.next()) {
      }
    });
    EXPECT_NE(std::string(f.what()).find("division by zero"), std::string::npos) << f.what();
  }
}

TEST_F(ServerStatementTest, rows_outlive_their_session_without_harm) {
  Rows r = rows("select n from generate_series(1, 5000) n");
  ASSERT_TRUE(r.next());
  connection_.reset();
  EXPECT_EQ(failure([&] { r.next(); }).code(), TENON_INVALID);
  connection_ = connect();
}

TEST_F(ServerStatementTest, the_cache_forgets_the_oldest) {
  Json own = config();
  own["statement_cache"] = 3;
  open(own);
  for (int round = 0; round < 2; ++round)
    for (int i = 0; i < 10; ++i) {
      RowBuilder p = number(i);
      EXPECT_EQ(cell("select " + std::to_string(i) + " + $1", &p), std::to_string(2 * i));
    }
  EXPECT_EQ(cell("select count(*) <= 4 from pg_prepared_statements"), "true");
  own["statement_cache"] = 0;
  open(own);
  RowBuilder p = number(1);
  EXPECT_EQ(cell("select 1 + $1", &p), "2");
  EXPECT_EQ(cell("select count(*) from pg_prepared_statements"), "0");
  own["statement_cache"] = 1;
  open(own);
  for (const char* forget : {"discard all", "deallocate all", "do $$ begin execute 'deallocate all'; end $$"})
    for (const char* sql : {"select 1 + $1", "select $1 + 1", forget, "select 1 + $1", "select $1 + 1"})
      sql == forget ? (void)execute(sql) : (void)rows(sql, &p);
}

TEST_F(ServerStatementTest, prepared_statements_follow_the_tables) {
  const Source another(source_->options);
  auto& elsewhere = const_cast<Source&>(another);
  Connection outside(elsewhere, false, nullptr);  // as somebody who does not come through this source
  execute("create table t (id int8, v int4)");
  RowBuilder text({{"v", "u"}});
  text.text(0, "7");
  text.endRow();
  const auto insert = [&] { return execute("insert into t (v) values ($1)", &text); };
  insert();
  EXPECT_EQ(rows("select * from t where id is null").schema().size(), 2U);
  // Columns were added, and types changed: the same texts are prepared anew.
  execute("alter table t add column w int default 3", nullptr, nullptr, &outside);
  EXPECT_EQ(rows("select * from t where id is null").schema().size(), 3U);
  execute("alter table t alter column v type jsonb using to_jsonb(v)", nullptr, nullptr, &outside);
  EXPECT_EQ(insert(), 1);
  EXPECT_EQ(cell("select jsonb_typeof(v) from t"), "number");
  execute("discard all", nullptr, nullptr);
  execute("set search_path = \"Tenon \"\"test\"\" schema\"");
  EXPECT_EQ(insert(), 1);
  // A change that comes through the source is known to all its connections.
  const auto second = connect();
  execute("alter table t alter column v type varchar(20) using v::text", nullptr, nullptr, second.get());
  RowBuilder odd({{"v", "u"}});
  odd.text(0, "007");
  odd.endRow();
  execute("insert into t (v) values ($1)", &odd);
  EXPECT_EQ(cell("select count(*) from t where v = '007'"), "1");
  // In a transaction nothing is sent twice.
  rows("select * from t where id is null");
  execute("alter table t add column x int", nullptr, nullptr, &outside);
  step(TENON_TX_BEGIN);
  EXPECT_EQ(failure([&] { rows("select * from t where id is null"); }).reason(), TENON_REASON_SERIALIZATION);
  step(TENON_TX_ROLLBACK);
  EXPECT_NO_THROW(rows("select * from t where id is null"));
}

TEST_F(ServerStatementTest, transactions_and_savepoints) {
  execute("create table t (id int8 primary key)");
  step(TENON_TX_BEGIN);
  EXPECT_EQ(failure([&] { step(TENON_TX_BEGIN); }).code(), TENON_INVALID);
  execute("insert into t values (1)");
  step(TENON_TX_SAVE, 1);
  EXPECT_EQ(failure([&] { execute("insert into t values (1)"); }).reason(), TENON_REASON_UNIQUE);
  step(TENON_TX_ROLLBACK_TO, 1);
  step(TENON_TX_RELEASE, 1);
  step(TENON_TX_COMMIT);
  EXPECT_EQ(cell("select count(*) from t"), "1");
  EXPECT_EQ(failure([&] { step(TENON_TX_COMMIT); }).code(), TENON_INVALID) << "there is none";
  step(TENON_TX_ROLLBACK);
  step(TENON_TX_ROLLBACK);
  // What has failed cannot be committed, whatever the server's answer is called.
  step(TENON_TX_BEGIN);
  execute("insert into t values (2)");
  EXPECT_THROW(execute("insert into t values (1)"), Failure);
  EXPECT_EQ(failure([&] { step(TENON_TX_COMMIT); }).code(), TENON_CONFLICT);
  EXPECT_EQ(cell("select count(*) from t"), "1") << "and the session goes on";
  connection_->transact({sizeof(tenon_transaction), TENON_TX_BEGIN, TENON_TX_READ_ONLY | TENON_TX_SERIALIZABLE, 0},
                        nullptr);
  EXPECT_EQ(cell("show transaction_isolation"), "serializable");
  EXPECT_EQ(failure([&] { execute("delete from t"); }).reason(), TENON_REASON_READ_ONLY);
  step(TENON_TX_ROLLBACK);
}

TEST_F(ServerStatementTest, a_constraint_that_is_checked_last_refuses_the_commit) {
  execute("create table p (id int8 primary key)");
  execute("create table c (pid int8 references p deferrable initially deferred)");
  step(TENON_TX_BEGIN);
  execute("insert into c values (1)");
  EXPECT_EQ(failure([&] { step(TENON_TX_COMMIT); }).reason(), TENON_REASON_FOREIGN_KEY);
  EXPECT_EQ(cell("select count(*) from c"), "0");
  EXPECT_EQ(failure([&] { execute("insert into c values (1)"); }).reason(), TENON_REASON_FOREIGN_KEY);
}

TEST_F(ServerStatementTest, refusals_are_classed_and_name_what_they_are_about) {
  execute("create table p (id int8 primary key)");
  execute(
      "create table t (id int8 primary key, a varchar(5) not null, \"B b\" int, c int references p (id), constraint "
      "positive check (\"B b\" > 0), unique (\"B b\", c))");
  execute("create unique index lowered on t (lower(a))");
  execute("insert into p values (1)");
  execute("insert into t values (1, 'x', 1, 1)");
  const auto refused = [&](const char* sql) { return failure([&] { execute(sql); }); };
  EXPECT_EQ(refused("insert into t values (1, 'y', 2, 1)").object(), "id");
  EXPECT_EQ(refused("insert into t values (2, 'y', 1, 1)").object(), "B b,c");
  Failure f = refused("insert into t values (2, 'X', 2, 1)");
  EXPECT_EQ(f.object(), "lowered");
  EXPECT_EQ(f.objectKind(), TENON_OBJECT_CONSTRAINT);
  EXPECT_EQ(refused("insert into t values (2, null, 2, 1)").object(), "a");
  EXPECT_EQ(refused("insert into t values (2, 'y', 2, 9)").object(), "t_c_fkey");
  EXPECT_EQ(refused("insert into t values (2, 'y', -2, 1)").object(), "positive");
  EXPECT_EQ(refused("insert into t values (2, 'too long', 2, 1)").reason(), TENON_REASON_LENGTH);
  EXPECT_EQ(refused("selec").reason(), TENON_REASON_SYNTAX);
  EXPECT_EQ(refused("").reason(), TENON_REASON_SYNTAX);
  EXPECT_EQ(refused("-- nothing").reason(), TENON_REASON_SYNTAX);
  EXPECT_EQ(refused("select 1; select 2").reason(), TENON_REASON_SYNTAX);
  EXPECT_EQ(refused("select * from nowhere").object(), "nowhere");
  EXPECT_EQ(refused("select nothing from t").object(), "nothing");
  EXPECT_EQ(refused("create table t (x int)").reason(), TENON_REASON_OBJECT_EXISTS);
  EXPECT_EQ(refused("select 'a' ~ '('").reason(), TENON_REASON_PATTERN);
  EXPECT_EQ(refused("drop table p").code(), TENON_CONFLICT);
  EXPECT_EQ(refused("select 1/0").code(), TENON_INVALID);
  EXPECT_EQ(refused("copy t to stdout").code(), TENON_UNSUPPORTED);
  EXPECT_EQ(failure([&] { rows("delete from t where false"); }).code(), TENON_INVALID);
  EXPECT_EQ(cell("select count(*) from t"), "1") << "nothing of that harmed the session";
}

}  // namespace
}  // namespace tenon::postgresql
