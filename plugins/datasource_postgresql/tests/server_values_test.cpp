// SPDX-License-Identifier: Apache-2.0
// Values of every type, there and back, in insert, update and where.
#include <cmath>

#include "server_test.h"
#include "tenon/temporal.hpp"
#include "tenon/text_cells.hpp"

namespace tenon::postgresql {
namespace {

class ServerValuesTest : public ServerTest {
 protected:
  /// One parameter of a format, from its text; "-" is NULL.
  static RowBuilder param(const char* format, std::string_view value) {
    RowBuilder b({{"p", format}});
    if (value == "-")
      b.null(0);
    else if (!putTextCell(b, 0, value))
      ADD_FAILURE() << value << " is no " << format;
    b.endRow();
    return b;
  }
};

TEST_F(ServerValuesTest, every_column_takes_its_format_in_insert_update_and_where) {
  execute("create type mood as enum ('sad', 'ok')");
  execute("create domain cents as numeric(12,2) check (value >= 0)");
  struct Case {
    const char* column;
    const char* format;
    const char* value;
    bool comparable = true;
  };
  const Case cases[] = {{"int2", "l", "7"},
                        {"int4", "l", "-2147483648"},
                        {"int4", "i", "12"},
                        {"int8", "l", "9223372036854775807"},
                        {"int8", "i", "12"},
                        {"numeric", "l", "5"},
                        {"numeric(20,2)", "l", "5"},
                        {"numeric(20,4)", "g", "0.1"},
                        {"numeric(38,20)", "g", "123456789012345.67"},
                        {"numeric", "g", "1e-20"},
                        {"numeric(30,10)", "d:30,10", "12345678901234567890.0000000001"},
                        {"float8", "g", "0.1"},
                        {"float8", "g", "123456789.123456789"},
                        {"float8", "g", "-1.7976931348623157e308"},
                        {"float8", "g", "NaN"},
                        {"float8", "g", "Infinity"},
                        {"float8", "l", "3"},
                        {"float8", "d:10,3", "0.125"},
                        {"float4", "g", "0.5"},
                        {"int4", "g", "12"},
                        {"int8", "d:10,0", "12"},
                        {"cents", "g", "12.34"},
                        {"boolean", "b", "true"},
                        {"varchar(10)", "u", "O'x\\\"中"},
                        {"char(4)", "u", "ab"},
                        {"text", "u", ""},
                        {"name", "u", "n"},
                        {"uuid", "u", "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11"},
                        {"jsonb", "u", R"({"a": [1, null]})"},
                        {"json", "u", "[1]", false},
                        {"xml", "u", "<a/>", false},
                        {"mood", "u", "ok"},
                        {"inet", "u", "10.0.0.1"},
                        {"interval", "u", "P1DT2H"},
                        {"bit(3)", "u", "101"},
                        {"money", "u", "$1.50"},
                        {"int4", "u", "17"},
                        {"int4[]", "u", "{1,2}"},
                        {"bytea", "z", "\\ \xff x"},
                        {"date", "tdD", "2024-02-29"},
                        {"date", "tdD", "0001-01-01"},
                        {"date", "tdD", "9999-12-31"},
                        {"time", "ttu", "23:59:59.999999"},
                        {"time", "ttm", "12:15:50.125"},
                        {"timetz", "ttu", "23:59:59.999999"},
                        {"timestamp", "tsu:", "1969-12-31 23:59:59.5"},
                        {"timestamp", "tsm:", "2022-03-10 12:15:50.125"},
                        {"timestamp", "tss:", "9999-12-31 23:59:59"},
                        {"timestamptz", "tsu:", "2024-06-01 10:00:00.000001"},
                        {"timestamptz", "tsu:", "0001-01-02 00:00:00"},
                        {"timestamp", "tdD", "2024-02-29"},
                        {"varchar(30)", "l", "12", false},
                        {"varchar(30)", "b", "true", false},
                        {"text", "tdD", "2024-02-29", false}};
  for (const auto& c : cases) {
    SCOPED_TRACE(std::string(c.column) + " " + c.format + " " + c.value);
    try {
      execute("drop table if exists t");
      execute(std::string("create table t (id int, v ") + c.column + ")");
      RowBuilder value = param(c.format, c.value), null = param(c.format, "-");
      EXPECT_EQ(execute("insert into t (id, v) values (1, $1)", &value), 1);
      EXPECT_EQ(execute("insert into t (id, v) values (2, $1)", &null), 1);
      EXPECT_EQ(cell("select count(*) from t where v is null"), "1");
      EXPECT_EQ(execute("update t set v = $1 where id = 2", &value), 1);
      if (c.comparable) {
        EXPECT_EQ(cell("select count(*) from t where v = $1", &value), "2");
        EXPECT_EQ(cell("select count(*) from t where v in ($1)", &value), "2");
        EXPECT_EQ(cell("select count(*) from t where v = $1", &null), "0");
      }
      const Schema expected{{"v", c.format}};
      Rows r = rows("select v from t", nullptr, &expected);
      ASSERT_TRUE(r.next());
      std::string back, sent;
      appendCellText(back, r.batch()[0], 0);
      appendCellText(sent, ColumnView(expected.parsed(0), *value.peek()->children[0]), 0);
      EXPECT_EQ(back, std::string_view(c.column) == "char(4)" ? "ab  " : sent);
      r.close();
      EXPECT_EQ(execute("update t set v = $1", &null), 2);
      EXPECT_EQ(cell("select v from t"), "-");
      execute("drop table t");
      execute(std::string("create table t (v ") + c.column + ")");
      RowBuilder many({{"p", c.format}});
      for (int i = 0; i < 600; ++i) {
        if (i % 2 == 0)
          many.null(0);
        else
          putTextCell(many, 0, c.value);
        many.endRow();
      }
      EXPECT_EQ(execute("insert into t (v) values ($1)", &many), 600) << "lists of values";
      EXPECT_EQ(cell("select count(v) from t"), "300");
    } catch (const Failure& f) {
      ADD_FAILURE() << f.what();
      connection_ = connect();
    }
  }
}

TEST_F(ServerValuesTest, a_number_meets_columns_as_it_is) {
  execute("create table t (i int4, b int8, n numeric(20,2), x numeric, d float8)");
  execute("insert into t values (1, 1, 0.1, 0.1, 0.1)");
  RowBuilder tenth = param("g", "0.1"), half = param("g", "1.5"), huge = param("l", "9223372036854775807");
  for (const char* column : {"n", "x", "d"})
    EXPECT_EQ(cell(std::string("select count(*) from t where ") + column + " = $1", &tenth), "1") << column;
  for (const char* column : {"i", "b", "n", "x", "d"}) {
    EXPECT_EQ(cell(std::string("select count(*) from t where ") + column + " = $1", &half), "0") << column;
    EXPECT_EQ(cell(std::string("select count(*) from t where ") + column + " < $1", &huge), "1") << column;
  }
  RowBuilder limit = param("l", "1");
  EXPECT_EQ(cell("select i from t limit $1", &limit), "1");
  EXPECT_EQ(cell("select i from t offset $1", &limit), "");
  execute("insert into t (n) values ($1)", &tenth);
  execute("create index on t (n)");
  execute("set enable_seqscan = off");
  EXPECT_NE(cell("explain select * from t where n = $1", &tenth).find("Index"), std::string::npos)
      << "a decimal's index is of use";
}

TEST_F(ServerValuesTest, what_a_column_cannot_take_is_told_without_the_value) {
  execute("create type mood as enum ('sad')");
  execute(
      "create table t (i int4, v varchar(3), n numeric(4,2), d date, u uuid, j jsonb, m mood, b boolean, ts timestamp, "
      "x text)");
  struct Case {
    const char* column;
    const char* format;
    const char* value;
    uint32_t reason;
  };
  const Case cases[] = {{"i", "l", "3000000000", TENON_REASON_RANGE},
                        {"i", "u", "secret", TENON_REASON_TYPE},
                        {"v", "u", "secret", TENON_REASON_LENGTH},
                        {"n", "g", "12345", TENON_REASON_RANGE},
                        {"d", "u", "secret", TENON_REASON_TYPE},
                        {"d", "u", "2023-02-30", TENON_REASON_RANGE},
                        {"u", "u", "secret", TENON_REASON_TYPE},
                        {"j", "u", "{secret", TENON_REASON_TYPE},
                        {"m", "u", "secret", TENON_REASON_TYPE},
                        {"b", "u", "secret", TENON_REASON_TYPE},
                        {"b", "l", "1", TENON_REASON_TYPE},
                        {"ts", "u", "secret", TENON_REASON_TYPE},
                        {"i", "b", "true", TENON_REASON_TYPE},
                        {"j", "l", "1", TENON_REASON_TYPE},
                        {"x", "u",
                         "se\xff"
                         "cret",
                         TENON_REASON_TYPE},
                        {"d", "z", "x", TENON_REASON_TYPE}};
  for (const auto& c : cases) {
    RowBuilder p = param(c.format, c.value);
    const Failure f = failure([&] { execute(std::string("insert into t (") + c.column + ") values ($1)", &p); });
    EXPECT_EQ(f.code(), TENON_INVALID) << c.column << " " << c.value << ": " << f.what();
    EXPECT_EQ(f.reason(), c.reason) << c.column << " " << c.value << ": " << f.what();
    EXPECT_EQ(std::string_view(f.what()).find("secret"), std::string_view::npos) << f.what();
  }
  RowBuilder zero({{"p", "u"}});
  zero.text(0, std::string_view("a\0b", 3));
  zero.endRow();
  const Failure f = failure([&] { execute("insert into t (x) values ($1)", &zero); });
  EXPECT_EQ(f.reason(), TENON_REASON_TYPE);
  EXPECT_EQ(f.code(), TENON_INVALID);
  RowBuilder far({{"p", "tss:"}});
  far.i64(0, INT64_MAX);
  far.endRow();
  EXPECT_EQ(failure([&] { execute("insert into t (ts) values ($1)", &far); }).reason(), TENON_REASON_RANGE);
  EXPECT_EQ(cell("select count(*) from t"), "0");
}

TEST_F(ServerValuesTest, what_rows_cannot_carry_names_its_column) {
  const std::pair<const char*, const char*> cases[] = {{"select 'infinity'::timestamp as v", "tsu:"},
                                                       {"select '-infinity'::date as v", "tdD"},
                                                       {"select '0044-03-15 BC'::date as v", "tdD"},
                                                       {"select '10000-01-01'::date as v", "tdD"},
                                                       {"select '24:00:00'::time as v", "ttu"},
                                                       {"select 'NaN'::numeric(10,2) as v", "d:10,2"},
                                                       {"select 1e30::numeric as v", "l"},
                                                       {"select 3000000000 as v", "i"},
                                                       {"select 0.999 as v", "d:10,2"},
                                                       {"select 'x'::text as v", "b"},
                                                       {"select 'x' as v", "z"}};
  for (const auto& [sql, format] : cases) {
    const Schema expected{{"v", format}};
    if (std::string_view(format) == "z") {
      EXPECT_NO_THROW(rows(sql, nullptr, &expected).next()) << "a text has bytes";
      continue;
    }
    const Failure f = failure([&, sql = sql] { rows(sql, nullptr, &expected).next(); });
    EXPECT_EQ(f.reason(), TENON_REASON_TYPE) << sql;
    EXPECT_EQ(f.object(), "v") << sql;
    EXPECT_EQ(cell("select 1"), "1") << "the session goes on";
  }
}

TEST_F(ServerValuesTest, moments_with_a_zone_are_brought_to_the_servers) {
  const Schema expected{{"v", "tsu:"}};
  const auto micros = [&](const char* sql) {
    Rows r = rows(sql, nullptr, &expected);
    r.next();
    return r.batch()[0].i64(0);
  };
  const int64_t utc = parseDateTime("2024-06-01T10:00:00")->micros;
  const int64_t shown = utc + int64_t{serverOffsetMinutes(utc)} * 60000000;
  for (const char* zone : {"UTC", "Asia/Shanghai", "America/St_Johns", "Asia/Kathmandu"}) {
    execute(std::string("set timezone = '") + zone + "'");
    EXPECT_EQ(micros("select '2024-06-01 10:00:00+00'::timestamptz as v"), shown) << zone;
  }
  EXPECT_EQ(micros("select '2024-06-01 10:00:00'::timestamp as v"), utc);
}

TEST_F(ServerValuesTest, without_a_wish_the_columns_type_decides) {
  Rows r = rows(
      "select 1::int2, 1, 1::int8, 1::oid, 1::float4, 1::float8, 1::numeric, 1::numeric(10,2), 1::numeric(38,0), "
      "1::numeric(40,2), true, 'x'::text, 'x'::varchar(3), '{}'::jsonb, '\\x00ff'::bytea, current_date, localtime, "
      "localtimestamp, now(), '1 day'::interval, array[1], null");
  std::string formats;
  for (size_t i = 0; i < r.schema().size(); ++i) formats += r.schema().format(i) + " ";
  EXPECT_EQ(formats, "l l l l g g u d:10,2 d:38,0 u b u u u z tdD ttu tsu: tsu: u u u ");
  ASSERT_TRUE(r.next());
  EXPECT_EQ(r.batch()[14].text(0), std::string_view("\0\xff", 2));
  EXPECT_EQ(r.batch()[19].text(0), "P1D");
}

}  // namespace
}  // namespace tenon::postgresql
