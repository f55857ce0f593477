// SPDX-License-Identifier: Apache-2.0
// What is read of texts: statements, defaults, cells.
#include <gtest/gtest.h>

#include "column_type.h"
#include "constant_default.h"
#include "sql_text.h"
#include "statement.h"
#include "tenon/row_reader.hpp"
#include "tenon/temporal.hpp"
#include "values.h"

namespace tenon::postgresql {
namespace {

TEST(SqlText, counts_parameters_where_they_are_some) {
  const std::pair<const char*, uint32_t> cases[] = {{"select 1", 0},
                                                    {"select $1, $2", 2},
                                                    {"select $12", 12},
                                                    {"select '$1'", 0},
                                                    {"select 'it''s $1' || $2", 2},
                                                    {"select E'\\'$1'", 0},
                                                    {"select e'\\\\' || $1", 1},
                                                    {"select \"$1\", \"a\"\"$2\"", 0},
                                                    {"select 1 -- $1\n + $2", 2},
                                                    {"select /* $1 /* $2 */ $3 */ 1", 0},
                                                    {"select $$ $1 $$, $a$ $2 $b$ $3 $a$", 0},
                                                    {"select a$1", 0},
                                                    {"select 'open $1", 0},
                                                    {"select /* open $1", 0},
                                                    {"select $$open $1", 0},
                                                    {"select $99999999999", 100000},
                                                    {"select $", 0},
                                                    {"", 0}};
  for (const auto& [sql, count] : cases) EXPECT_EQ(readSql(sql).parameters, count) << sql;
}

TEST(SqlText, tells_what_only_reads) {
  for (const char* sql : {"select 1", " (select 1)", "/* x */ SELECT 'insert'", "with a as (select 1) select * from a",
                          "values (1)", "table t", "show x"})
    EXPECT_TRUE(readSql(sql).onlyReads) << sql;
  for (const char* sql :
       {"insert into t values (1)", "with a as (delete from t returning *) select * from a", "select 1 into x",
        "select * from t for update", "call p()", "", "do $$ $$", "explain select 1"})
    EXPECT_FALSE(readSql(sql).onlyReads) << sql;
}

TEST(SqlText, knows_a_plain_insert) {
  const auto insert = plainInsert("insert into \"S\".\"T\" (\"a\", b) values ($1, $2)");
  ASSERT_TRUE(insert);
  EXPECT_EQ(insert->head, "insert into \"S\".\"T\" (\"a\", b) values");
  EXPECT_EQ(insert->columns, 2U);
  EXPECT_TRUE(plainInsert("INSERT INTO t(a)VALUES($1)"));
  for (const char* sql :
       {"insert into t values ($1)", "insert into t (a) values ($1);", "insert into t (a) values ($2)",
        "insert into t (a, b) values ($1, 1)", "insert into t (a, b) values ($2, $1)",
        "insert into t (a) values ($1) returning a", "insert into t (a) values ($1) on conflict do nothing",
        "insert into t (a, b) values ($1)", "insert into t (a) values ($1), ($2)", "insert into t (a) select $1",
        "insert into t (a) overriding system value values ($1)", "with x as (select 1) insert into t (a) values ($1)",
        "insert", ""})
    EXPECT_FALSE(plainInsert(sql)) << sql;
}

TEST(ConstantDefault, is_unquoted_and_without_its_cast) {
  const std::pair<const char*, const char*> constants[] = {
      {"'NEW'::character varying", "NEW"},
      {"'it''s'::text", "it's"},
      {"E'a\\\\b'::text", "a\\b"},
      {"5", "5"},
      {"'-5'::integer", "-5"},
      {"(-5)", "-5"},
      {"(5)::numeric", "5"},
      {"1.50", "1.50"},
      {"true", "true"},
      {"''::text", ""},
      {"'{}'::jsonb", "{}"},
      {"'{}'::integer[]", "{}"},
      {"'x'::character varying(10)", "x"},
      {"'ok'::\"My Enum\"", "ok"},
      {"'ok'::shop.mood", "ok"},
      {"'2024-01-01'::date", "2024-01-01"},
      {"'2024-01-01 00:00:00'::timestamp without time zone", "2024-01-01 00:00:00"},
      {"('a'::text)::character varying", "a"}};
  for (const auto& [sql, value] : constants) EXPECT_EQ(readDefault(sql).constant, value) << sql;
  for (const char* sql : {"now()", "CURRENT_TIMESTAMP", "('now'::text)::date", "gen_random_uuid()", "(1 + 2)",
                          "'a'::text || 'b'::text", "nextval('s'::regclass)", "B'101'::\"bit\"", "ARRAY[1]", "'open",
                          "", "f('x'::text)", "-", "1 2", "(5", "'a'::"}) {
    EXPECT_FALSE(readDefault(sql).constant) << sql;
    EXPECT_FALSE(readDefault(sql).isNull) << sql;
  }
  EXPECT_TRUE(readDefault("nextval('t_id_seq'::regclass)").counted);
  EXPECT_TRUE(readDefault("NULL::character varying").isNull);
}

TEST(Values, cells_become_what_was_asked_for) {
  const Schema formats{{"z", "z"}, {"t", "tsu:"}, {"d", "d:30,2"}, {"b", "u"}, {"c", "ttu"}};
  RowBuilder b(formats);
  EXPECT_TRUE(putCell(b, 0, kBytea, "\\x00ffa0"));
  EXPECT_TRUE(putCell(b, 1, kTimestampTz, "2024-06-01 10:00:00.5+05:30"));
  EXPECT_TRUE(putCell(b, 2, kFloat8, "1e+20"));
  EXPECT_TRUE(putCell(b, 3, kBool, "t"));
  EXPECT_TRUE(putCell(b, 4, kTimeTz, "10:00:00-03"));
  b.endRow();
  const ArrowArray& row = *b.peek();
  EXPECT_EQ(ColumnView(formats.parsed(0), *row.children[0]).text(0), std::string_view("\0\xff\xa0", 3));
  const int64_t utc = parseDateTime("2024-06-01T04:30:00.5")->micros;
  EXPECT_EQ(ColumnView(formats.parsed(1), *row.children[1]).i64(0), utc + int64_t{serverOffsetMinutes(utc)} * 60000000);
  EXPECT_EQ(ColumnView(formats.parsed(3), *row.children[3]).text(0), "true");
  b.reset();
  for (const char* text : {"", "x", "\\x0", "\\xzz", "00"}) EXPECT_FALSE(putCell(b, 0, kBytea, text)) << text;
  for (const char* text : {"infinity", "-infinity", "2024-06-01 10:00:00+00 BC", "12024-06-01 10:00:00+00", ""})
    EXPECT_FALSE(putCell(b, 1, kTimestampTz, text)) << text;
  for (const char* text : {"NaN", "Infinity", "1e+200", "1e-20"}) EXPECT_FALSE(putCell(b, 2, kFloat8, text)) << text;
}

TEST(ColumnTypes, decimals_fit_or_come_as_text) {
  const auto modifier = [](int precision, int scale) { return (precision << 16) + (scale & 0x7FF) + 4; };
  EXPECT_EQ(formatOf(kNumeric, modifier(10, 2)), "d:10,2");
  EXPECT_EQ(formatOf(kNumeric, modifier(39, 2)), "u");
  EXPECT_EQ(formatOf(kNumeric, modifier(2, 5)), "d:5,5");
  EXPECT_EQ(formatOf(kNumeric, modifier(5, -2)), "u");
  EXPECT_EQ(formatOf(kNumeric, -1), "u");
  EXPECT_EQ(columnTypeOf(kNumeric, modifier(5, -2), 'b', 'N').scale, -2);
}

TEST(StatementCache, keeps_statements_by_text_and_types) {
  StatementCache cache(2);
  const auto add = [&](const char* text, std::vector<Oid> types) {
    auto s = std::make_shared<Statement>();
    s->text = text;
    s->name = cache.freshName();
    cache.add(s, types);
    return s;
  };
  const auto a = add("a", {20}), b = add("a", {23});
  EXPECT_EQ(cache.find("a", {20}), a);
  EXPECT_EQ(cache.find("a", {}), nullptr);
  add("c", {});  // the least recently used goes
  EXPECT_EQ(cache.find("a", {23}), nullptr);
  EXPECT_EQ(cache.deallocations(), "deallocate " + b->name);
  cache.deallocated();
  cache.drop(*a);
  EXPECT_EQ(cache.find("a", {20}), nullptr);
  cache.dropAll();
  EXPECT_EQ(cache.find("c", {}), nullptr);
  EXPECT_EQ(cache.deallocations(), "deallocate all");
  cache.clear();
  EXPECT_EQ(cache.deallocations(), "");
}

}  // namespace
}  // namespace tenon::postgresql
