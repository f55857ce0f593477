// SPDX-License-Identifier: Apache-2.0
// Every logical type: what is bound comes back as it was, and so does NULL.
#include <cmath>
#include <limits>

#include "session.h"

namespace tenon::compliance {

namespace {

constexpr int64_t kMillisPerDay = 86400000;

/// One column of one type: writes every value and a NULL, reads them back in the same format.
template <class Put, class Same>
void roundTrip(Context& c, int32_t logical, const char* format, size_t values, Put&& put, Same&& same,
               int length = 200) {
  Session s(c);
  s.needs(TENON_DS_SQL, "SQL");
  s.needs(TENON_DS_WRITE, "writing");
  const std::string table =
      s.makeTable("type", "n " + s.columnType(TENON_TYPE_LONG) + ", v " + s.columnType(logical, length));
  RowBuilder b({{"n", "l"}, {"v", format}});
  for (size_t i = 0; i <= values; ++i) {
    b.i64(0, static_cast<int64_t>(i));
    if (i < values)
      put(b, i);
    else
      b.null(1);
    b.endRow();
  }
  s.run(s.insertInto(table, {"n", "v"}), &b);
  const Schema expected{{"v", format}};
  // Once as a statement that does not come again, and twice as one that does: drivers have two ways for them.
  for (const bool reused : {false, true, true}) {
    Rows rows = s.rows("select v from " + table + " order by n", {.expected = &expected, .reused = reused});
    require(rows.schema().size() == 1 && rows.schema().format(0) == format,
            "a column asked for as " + std::string(format) + " comes as " + rows.schema().format(0));
    size_t seen = 0;
    while (rows.next())
      for (int64_t r = 0; r < rows.batch().rows(); ++r, ++seen) {
        const ColumnView& v = rows.batch()[0];
        if (seen == values)
          require(v.isNull(r), "NULL comes back as a value");
        else
          require(!v.isNull(r) && same(v, r, seen), "value " + std::to_string(seen + 1) + " comes back changed");
      }
    require(seen == values + 1, "rows are missing");
  }
}

void texts(Context& c, int32_t logical, const std::vector<std::string>& values, int length) {
  roundTrip(
      c, logical, "u", values.size(), [&](RowBuilder& b, size_t i) { b.text(1, values[i]); },
      [&](const ColumnView& v, int64_t r, size_t i) { return v.text(r) == values[i]; }, length);
}

void wholes(Context& c, int32_t logical, const char* format, const std::vector<int64_t>& values) {
  const bool narrow = Format::parse(format).width == 4;
  roundTrip(
      c, logical, format, values.size(),
      [&](RowBuilder& b, size_t i) {
        if (narrow)
          b.i32(1, static_cast<int32_t>(values[i]));
        else
          b.i64(1, values[i]);
      },
      [&](const ColumnView& v, int64_t r, size_t i) { return v.i64(r) == values[i]; });
}

void strings(Context& c) {
  texts(c, TENON_TYPE_STRING,
        {"", "a", " blanks kept ", "O'Brien \"x\" `y` \\z %_", "line\nand\ttab",
         "\xe4\xb8\xad\xe6\x96\x87 \xf0\x9d\x84\x9e", std::string(200, 'x')},
        200);
}
void longTexts(Context& c) {
  texts(c, TENON_TYPE_TEXT, {"", std::string(70000, 'y'), "\xf0\x9f\x98\x80"}, 0);
}
void ints(Context& c) {
  wholes(c, TENON_TYPE_INT, "i", {0, 1, -1, std::numeric_limits<int32_t>::max(), std::numeric_limits<int32_t>::min()});
}
void longs(Context& c) {
  wholes(c, TENON_TYPE_LONG, "l",
         {0, 1, -1, (int64_t{1} << 53) + 1, std::numeric_limits<int64_t>::max(), std::numeric_limits<int64_t>::min()});
}
void floats(Context& c) {
  static const std::vector<double> values = {0, 0.1, -1.5, 12345678.25, 999999999999.75};
  roundTrip(
      c, TENON_TYPE_FLOAT, "g", values.size(), [](RowBuilder& b, size_t i) { b.f64(1, values[i]); },
      [](const ColumnView& v, int64_t r, size_t i) { return v.f64(r) == values[i]; });
}
void booleans(Context& c) {
  roundTrip(
      c, TENON_TYPE_BOOLEAN, "b", 2, [](RowBuilder& b, size_t i) { b.boolean(1, i == 1); },
      [](const ColumnView& v, int64_t r, size_t i) { return v.boolean(r) == (i == 1); });
}
void dateTimes(Context& c) {
  // 1970, 2022-03-10T12:15:50.125, 1969-12-31T23:59:59, 9999-12-31T23:59:59
  wholes(c, TENON_TYPE_DATETIME, "tsm:", {1000, 1646914550125, -1000, 253402300799000});
}
void dates(Context& c) {
  wholes(c, TENON_TYPE_DATE, "tdD", {0, 19061, -1, 11016 /* 2000-02-29 */, 2932896 /* 9999-12-31 */});
}
void times(Context& c) {
  wholes(c, TENON_TYPE_TIME, "ttm", {0, 44150000, kMillisPerDay - 1000});
}
void jsons(Context& c) {
  static const std::vector<std::string> values = {R"({"a":[1,2.5,null,true],"b":"中 \" \\"})", "[]", "7", R"("text")"};
  roundTrip(
      c, TENON_TYPE_JSON, "u", values.size(), [](RowBuilder& b, size_t i) { b.text(1, values[i]); },
      [](const ColumnView& v, int64_t r, size_t i) {
        return nlohmann::json::parse(v.text(r), nullptr, false) == nlohmann::json::parse(values[i]);
      });
}
void bytes(Context& c) {
  static const std::vector<std::string> values = {"", std::string("\0\x01\xff\0z", 5), std::string(5000, '\xfe')};
  roundTrip(
      c, TENON_TYPE_BYTES, "z", values.size(), [](RowBuilder& b, size_t i) { b.text(1, values[i]); },
      [](const ColumnView& v, int64_t r, size_t i) { return v.text(r) == values[i]; });
}

/// A text where a number was asked for must be told, not guessed.
void tellsWrongTypes(Context& c) {
  Session s(c);
  s.needs(TENON_DS_SQL, "SQL");
  static const Schema expected{{"v", "l"}};
  tenon_query q{};
  q.size = sizeof q;
  q.language = TENON_LANGUAGE_SQL;
  q.text = str("select 'seven' as v");
  q.result_schema = expected.arrow();
  tenon_rows rows{};
  rows.size = sizeof rows;
  Answer answer;
  answer.status = s.table().query(s.conn(), &q, nullptr, &rows, &answer.error);
  if (answer.ok()) {  // the value may be looked at only when it is fetched
    ArrowArray batch{};
    answer.status = rows.next(&rows, &batch, &answer.error);
    if (batch.release != nullptr) batch.release(&batch);
    rows.close(&rows);
  }
  require(!answer.ok(), "a text that is no number is delivered as one");
  require(answer.error.reason == TENON_REASON_TYPE, "it does not fail with REASON_TYPE: " + answer.text());
}

}  // namespace

std::vector<Check> typeChecks() {
  return {
      {"datasource.type_string", "String values come back as they were", strings},
      {"datasource.type_text", "Text values come back as they were", longTexts},
      {"datasource.type_int", "Int values come back as they were, limits included", ints},
      {"datasource.type_long", "Long values come back as they were, limits included", longs},
      {"datasource.type_float", "Float values come back as they were", floats},
      {"datasource.type_boolean", "Boolean values come back as they were", booleans},
      {"datasource.type_datetime", "DateTime values come back as they were, with milliseconds", dateTimes},
      {"datasource.type_date", "Date values come back as they were", dates},
      {"datasource.type_time", "Time values come back as they were", times},
      {"datasource.type_json", "JSON values come back with the same meaning", jsons},
      {"datasource.type_bytes", "bytes come back as they were", bytes},
      {"datasource.type_mismatch", "a value that is not of the asked type fails with REASON_TYPE", tellsWrongTypes},
  };
}

}  // namespace tenon::compliance
