// SPDX-License-Identifier: Apache-2.0
#include "connection.h"

#include <thread>

#include "scratch.h"

namespace tenon::sqlite {
namespace {

using ConnectionTest = Scratch;

TEST_F(ConnectionTest, counts_and_names_what_it_wrote) {
  execute("create table t (id integer primary key, a text)");
  RowBuilder params({{"a", "u"}});
  for (const char* v : {"x", "y", "z"}) {
    params.text(0, v);
    params.endRow();
  }
  const tenon_outcome out = execute("insert into t (a) values (?)", &params);
  EXPECT_EQ(out.affected, 3);
  EXPECT_EQ(out.last_insert_id, 3);
  EXPECT_EQ(execute("update t set a = 'q' where id > 1").affected, 2);
  EXPECT_EQ(execute("create table u (b)").affected, 0);
}

TEST_F(ConnectionTest, many_rows_are_written_all_or_none) {
  execute("create table t (id integer primary key)");
  RowBuilder params({{"id", "l"}});
  for (const int64_t id : {1, 2, 1}) {
    params.i64(0, id);
    params.endRow();
  }
  EXPECT_EQ(failure([&] { execute("insert into t values (?)", &params); }).reason(), TENON_REASON_UNIQUE);
  EXPECT_EQ(number("select count(*) from t"), 0);
}

TEST_F(ConnectionTest, an_insert_that_returns_rows_has_happened_when_the_query_answers) {
  execute("create table t (id integer primary key, a text)");
  Rows r = rows("insert into t (a) values ('x') returning id, a");
  ASSERT_TRUE(r.next());
  EXPECT_EQ(r.batch()[0].i64(0), 1);
  EXPECT_FALSE(r.next());
  r.close();
  EXPECT_EQ(number("select count(*) from t"), 1);
}

TEST_F(ConnectionTest, batches_keep_their_limits_and_outlive_everything) {
  execute("create table t (id integer primary key)");
  execute(
      "insert into t with recursive n(i) as (select 1 union all select i + 1 from n where i < 2500) select i from n");
  tenon_query q = query("select id from t order by id");
  q.max_batch_rows = 1000;
  q.max_rows = 2200;
  Rows r;
  connection_->query(q, nullptr, r.out());
  std::vector<BatchView> kept;
  while (r.next()) kept.push_back(r.takeBatch());
  r.close();
  connection_.reset();
  ASSERT_EQ(kept.size(), 3U);
  EXPECT_EQ(kept[0].rows(), 1000);
  EXPECT_EQ(kept[2].rows(), 200);
  EXPECT_EQ(kept[2][0].i64(199), 2200);
}

TEST_F(ConnectionTest, a_statement_in_use_is_not_handed_out_twice) {
  execute("create table t (id integer primary key)");
  execute("insert into t values (1), (2)");
  Rows first = rows("select id from t order by id"), second = rows("select id from t order by id");
  ASSERT_TRUE(first.next());
  ASSERT_TRUE(second.next());
  EXPECT_EQ(first.batch()[0].i64(1), 2);
  EXPECT_EQ(second.batch()[0].i64(0), 1);
}

TEST_F(ConnectionTest, transactions_and_savepoints) {
  execute("create table t (id integer primary key)");
  const auto step = [&](uint32_t op, uint32_t level = 0) {
    connection_->transact({sizeof(tenon_transaction), op, 0, level}, nullptr);
  };
  step(TENON_TX_BEGIN);
  execute("insert into t values (1)");
  step(TENON_TX_SAVE, 1);
  execute("insert into t values (2)");
  step(TENON_TX_ROLLBACK_TO, 1);
  step(TENON_TX_COMMIT);
  EXPECT_EQ(number("select count(*) from t"), 1);
  step(TENON_TX_BEGIN);
  execute("delete from t");
  step(TENON_TX_ROLLBACK);
  step(TENON_TX_ROLLBACK);
  EXPECT_EQ(number("select count(*) from t"), 1);
}

TEST_F(ConnectionTest, refusals_are_classed_and_name_the_column) {
  execute("create table p (id integer primary key)");
  execute(
      "create table t (id integer primary key, a text not null unique, b int, c int references p (id), constraint "
      "positive check (b > 0), unique (b, c))");
  execute("insert into p values (1)");
  execute("insert into t values (1, 'x', 1, 1)");
  const auto refused = [&](const char* sql) { return failure([&] { execute(sql); }); };
  Failure f = refused("insert into t values (2, 'x', 2, 1)");
  EXPECT_EQ(f.reason(), TENON_REASON_UNIQUE);
  EXPECT_EQ(f.object(), "a");
  EXPECT_EQ(refused("insert into t values (2, 'y', 1, 1)").object(), "b,c");
  EXPECT_EQ(refused("insert into t values (1, 'y', 2, 1)").object(), "id");
  f = refused("insert into t values (2, null, 2, 1)");
  EXPECT_EQ(f.reason(), TENON_REASON_NOT_NULL);
  EXPECT_EQ(f.object(), "a");
  EXPECT_EQ(refused("insert into t values (2, 'y', 2, 9)").reason(), TENON_REASON_FOREIGN_KEY);
  f = refused("insert into t values (2, 'y', -2, 1)");
  EXPECT_EQ(f.reason(), TENON_REASON_CHECK);
  EXPECT_EQ(f.object(), "positive");
  EXPECT_EQ(refused("selec").reason(), TENON_REASON_SYNTAX);
  EXPECT_EQ(refused("select * from nowhere").reason(), TENON_REASON_NO_SUCH_OBJECT);
  EXPECT_EQ(refused("create table t (x)").reason(), TENON_REASON_OBJECT_EXISTS);
  EXPECT_EQ(refused("insert into t values (?, ?, ?, ?)").reason(), TENON_REASON_SYNTAX) << "parameters are missing";
  for (const char* two : {"select 1; select 2", "select 1; drop table t", ""})
    EXPECT_EQ(refused(two).reason(), TENON_REASON_SYNTAX) << two;
  EXPECT_NO_THROW(rows("select 1; -- that was all\n /* really */ ;"));
}

TEST_F(ConnectionTest, other_files_cannot_be_attached_and_readers_cannot_write) {
  EXPECT_THROW(execute("attach database 'y.db' as y"), Failure);
  execute("create table t (id integer primary key)");
  Connection reader(*source_, true);
  EXPECT_EQ(failure([&] { reader.execute(query("insert into t values (1)"), nullptr, nullptr); }).reason(),
            TENON_REASON_READ_ONLY);
}

TEST_F(ConnectionTest, a_running_statement_is_cancelled_and_the_next_one_works) {
  constexpr char kEndless[] = "with recursive n(i) as (select 1 union all select i + 1 from n) select count(*) from n";
  Token token;
  std::thread canceller([&] { token.set = 1; });
  EXPECT_EQ(failure([&] { rows(kEndless, nullptr, nullptr, &token.raw); }).code(), TENON_CANCELLED);
  canceller.join();
  EXPECT_EQ(failure([&] { rows("select 1", nullptr, nullptr, &token.raw); }).code(), TENON_CANCELLED) << "set before";
  EXPECT_EQ(number("select 7"), 7);
}

TEST_F(ConnectionTest, a_lock_is_waited_for_until_the_limit) {
  execute("create table t (id integer primary key)");
  const auto patient = open(R"({"url":"x.db","busy_timeout_ms":20})");
  Connection other(*patient, false);
  connection_->transact({sizeof(tenon_transaction), TENON_TX_BEGIN, 0, 0}, nullptr);
  const Failure f = failure([&] { other.execute(query("insert into t values (1)"), nullptr, nullptr); });
  EXPECT_EQ(f.reason(), TENON_REASON_BUSY);
  EXPECT_EQ(f.code(), TENON_UNAVAILABLE);
  connection_->transact({sizeof(tenon_transaction), TENON_TX_COMMIT, 0, 0}, nullptr);
  EXPECT_NO_THROW(other.execute(query("insert into t values (1)"), nullptr, nullptr));
}

TEST_F(ConnectionTest, a_database_in_memory_is_shared_within_its_source_only) {
  const auto one = open(R"({"url":"jdbc:sqlite::memory:"})"), two = open(R"({"url":":memory:"})");
  {
    Connection writer(*one, false);
    writer.execute(query("create table t (id integer primary key)"), nullptr, nullptr);
  }
  Connection reader(*one, true);
  EXPECT_NO_THROW(reader.query(query("select * from t"), nullptr, Rows().out()));
  Connection stranger(*two, false);
  EXPECT_THROW(stranger.execute(query("insert into t values (1)"), nullptr, nullptr), Failure);
}

TEST_F(ConnectionTest, a_private_file_is_nobody_else_s) {
  const auto owner = open(R"({"url":"own.db","private":true})");
  EXPECT_THROW(open(R"({"url":"own.db"})"), Failure);
  EXPECT_THROW(open(R"({"url":"./own.db"})"), Failure);
  std::filesystem::create_symlink(folder_ + "/own.db", folder_ + "/link.db");
  EXPECT_THROW(Connection(*open(R"({"url":"link.db"})"), true), Failure);
}

TEST_F(ConnectionTest, one_writer_and_four_readers_at_once) {
  execute("create table t (id integer primary key, a int)");
  std::atomic<bool> stop{false};
  std::vector<std::thread> readers;
  std::atomic<int> wrong{0};
  for (int i = 0; i < 4; ++i)
    readers.emplace_back([&] {
      Connection reader(*source_, true);
      while (!stop) {
        Rows r;
        reader.query(query("select count(*), coalesce(sum(a), 0) from t"), nullptr, r.out());
        if (!r.next() || r.batch()[0].i64(0) != r.batch()[1].i64(0)) ++wrong;
      }
    });
  for (int i = 0; i < 200; ++i) execute("insert into t (a) values (1)");
  stop = true;
  for (auto& t : readers) t.join();
  EXPECT_EQ(wrong, 0);
}

}  // namespace
}  // namespace tenon::sqlite
