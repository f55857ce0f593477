// SPDX-License-Identifier: Apache-2.0
#include "values.h"

#include "scratch.h"
#include "tenon/temporal.hpp"

namespace tenon::sqlite {
namespace {

using ValuesTest = Scratch;

TEST_F(ValuesTest, every_format_comes_back_as_it_was_bound) {
  execute("create table t (b, i, l, g, u, z, d, dd, tm, ts)");
  const Schema formats{{"b", "b"}, {"i", "i"},      {"l", "l"},    {"g", "g"},    {"u", "u"},
                       {"z", "z"}, {"d", "d:30,4"}, {"dd", "tdD"}, {"tm", "ttu"}, {"ts", "tsu:"}};
  RowBuilder row(formats);
  row.boolean(0, true);
  row.i32(1, INT32_MIN);
  row.i64(2, INT64_MAX);
  row.f64(3, 0.1);
  row.text(4, std::string("a\"'中\0z", 9));
  row.text(5, std::string("\0\xff", 2));
  row.decimal(6, static_cast<Int128>(1234567890123456789LL) * 10000 + 1);
  row.i32(7, *parseDate("2024-02-29"));
  row.i64(8, *parseTime("23:59:59.000001"));
  row.i64(9, parseDateTime("1969-12-31T23:59:59.5")->micros);
  row.endRow();
  for (size_t i = 0; i < formats.size(); ++i) row.null(i);
  row.endRow();
  execute("insert into t values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", &row);
  Rows r = rows("select * from t", nullptr, &formats);
  ASSERT_TRUE(r.next());
  const BatchView& b = r.batch();
  EXPECT_TRUE(b[0].boolean(0));
  EXPECT_EQ(b[1].i64(0), INT32_MIN);
  EXPECT_EQ(b[2].i64(0), INT64_MAX);
  EXPECT_EQ(b[3].f64(0), 0.1);
  EXPECT_EQ(b[4].text(0), std::string_view("a\"'中\0z", 9));
  EXPECT_EQ(b[5].text(0), std::string_view("\0\xff", 2));
  EXPECT_TRUE(b[6].decimal(0) == static_cast<Int128>(1234567890123456789LL) * 10000 + 1);
  EXPECT_EQ(b[7].i64(0), *parseDate("2024-02-29"));
  EXPECT_EQ(b[8].i64(0), *parseTime("23:59:59.000001"));
  EXPECT_EQ(b[9].i64(0), -500000);
  for (size_t i = 0; i < formats.size(); ++i) EXPECT_TRUE(b[i].isNull(1)) << i;
}

TEST_F(ValuesTest, a_decimal_of_more_digits_than_a_double_keeps_all_of_them) {
  execute("create table t (v numeric(16,0))");
  const Schema format{{"v", "d:16,0"}};
  RowBuilder row(format);
  row.decimal(0, 9007199254740993);
  row.endRow();
  execute("insert into t values (?)", &row);
  Rows r = rows("select v from t", nullptr, &format);
  ASSERT_TRUE(r.next());
  EXPECT_TRUE(r.batch()[0].decimal(0) == 9007199254740993);
}

TEST_F(ValuesTest, stored_forms_are_read_leniently_and_exactly) {
  const auto ask = [&](const char* sql, const char* format) {
    const Schema s{{"v", format}};
    Rows r = rows(sql, nullptr, &s);
    r.next();
    return r.takeBatch();
  };
  EXPECT_EQ(ask("select '42'", "l")[0].i64(0), 42);
  EXPECT_EQ(ask("select 42.0", "l")[0].i64(0), 42);
  EXPECT_EQ(ask("select 1", "u")[0].text(0), "1");
  EXPECT_TRUE(ask("select 'true'", "b")[0].boolean(0));
  EXPECT_EQ(ask("select '2024-01-02 03:04:05'", "tsu:")[0].i64(0), parseDateTime("2024-01-02T03:04:05")->micros);
  EXPECT_EQ(ask("select '2024-01-02T03:04:05+02:00'", "tsu:")[0].i64(0), parseDateTime("2024-01-02T01:04:05")->micros);
  EXPECT_EQ(ask("select 86400", "tsm:")[0].i64(0), 86400000);
  EXPECT_EQ(ask("select julianday('2024-01-02')", "tdD")[0].i64(0), *parseDate("2024-01-02"));
  EXPECT_TRUE(ask("select 0.99", "d:10,2")[0].decimal(0) == 99);
}

TEST_F(ValuesTest, a_value_of_another_type_names_its_column) {
  const auto refused = [&](const char* sql, const char* format) {
    const Schema s{{"v", format}};
    return failure([&] {
      Rows r = rows(sql, nullptr, &s);
      r.next();
    });
  };
  for (const auto& [sql, format] :
       std::initializer_list<std::pair<const char*, const char*>>{{"select 'x' as v", "l"},
                                                                  {"select 1.5 as v", "l"},
                                                                  {"select 3000000000 as v", "i"},
                                                                  {"select 'x' as v", "g"},
                                                                  {"select 2 as v", "b"},
                                                                  {"select 'soon' as v", "tsu:"},
                                                                  {"select '2024-02-30' as v", "tdD"},
                                                                  {"select '25:00' as v", "ttu"},
                                                                  {"select 0.999 as v", "d:10,2"}}) {
    const Failure f = refused(sql, format);
    EXPECT_EQ(f.reason(), TENON_REASON_TYPE) << sql;
    EXPECT_EQ(f.object(), "v") << sql;
  }
}

TEST_F(ValuesTest, without_a_wish_the_declared_type_decides) {
  execute("create table t (a nvarchar(10), b numeric(10,2), c datetime, d boolean, e blob, f)");
  execute("insert into t values ('x', 1.5, '2024-01-01 00:00:00', 1, x'01', 'y')");
  Rows r = rows("select t.*, 1 + 1, 'z' from t");
  std::string formats;
  for (size_t i = 0; i < r.schema().size(); ++i) formats += r.schema().format(i) + " ";
  EXPECT_EQ(formats, "u g tsu: b z u l u ");
}

}  // namespace
}  // namespace tenon::sqlite
