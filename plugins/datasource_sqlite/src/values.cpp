// SPDX-License-Identifier: Apache-2.0
#include "values.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>

#include "errors.h"
#include "tenon/json_writer.hpp"
#include "tenon/temporal.hpp"

namespace tenon::sqlite {

namespace {

[[noreturn]] void wrongType(sqlite3_stmt* statement, int column, const char* wanted) {
  const char* name = sqlite3_column_name(statement, column);
  throw Failure(TENON_INTERNAL,
                std::string("column ") + (name != nullptr ? name : "?") + " holds a value that is no " + wanted)
      .from(TENON_FROM_BACKEND)
      .because(TENON_REASON_TYPE)
      .state("22018")
      .naming(TENON_OBJECT_COLUMNS, name != nullptr ? name : "");
}

std::string_view textAt(sqlite3_stmt* s, int column) {
  const auto* p = reinterpret_cast<const char*>(sqlite3_column_text(s, column));
  if (p == nullptr) throw Failure(TENON_UNAVAILABLE, "out of memory");
  return {p, static_cast<size_t>(sqlite3_column_bytes(s, column))};
}

std::string_view bytesAt(sqlite3_stmt* s, int column) {
  const void* p = sqlite3_column_blob(s, column);
  return {static_cast<const char*>(p), static_cast<size_t>(sqlite3_column_bytes(s, column))};
}

template <class T>
std::optional<T> parsed(std::string_view s) {
  T v{};
  const auto r = std::from_chars(s.data(), s.data() + s.size(), v);
  return r.ec == std::errc() && r.ptr == s.data() + s.size() ? std::optional(v) : std::nullopt;
}

std::optional<int64_t> integerAt(sqlite3_stmt* s, int column, int type) {
  if (type == SQLITE_INTEGER) return sqlite3_column_int64(s, column);
  if (type == SQLITE_FLOAT) {
    const double d = sqlite3_column_double(s, column);
    if (d >= -9.2e18 && d <= 9.2e18 && std::nearbyint(d) == d) return static_cast<int64_t>(d);
    return std::nullopt;
  }
  return type == SQLITE_TEXT ? parsed<int64_t>(textAt(s, column)) : std::nullopt;
}

std::optional<double> doubleAt(sqlite3_stmt* s, int column, int type) {
  if (type == SQLITE_INTEGER || type == SQLITE_FLOAT) return sqlite3_column_double(s, column);
  return type == SQLITE_TEXT ? parsed<double>(textAt(s, column)) : std::nullopt;
}

std::optional<Int128> decimalAt(sqlite3_stmt* s, int column, int type, int scale) {
  if (type == SQLITE_TEXT) return parseDecimal(textAt(s, column), scale);
  std::string text;
  if (type == SQLITE_INTEGER)
    appendJsonInteger(text, sqlite3_column_int64(s, column));
  else if (type == SQLITE_FLOAT) {
    char buf[400];
    const auto r = std::to_chars(buf, buf + sizeof buf, sqlite3_column_double(s, column), std::chars_format::fixed);
    text.assign(buf, r.ptr);
  }
  return parseDecimal(text, scale);
}

std::optional<bool> booleanAt(sqlite3_stmt* s, int column, int type) {
  if (type == SQLITE_INTEGER || type == SQLITE_FLOAT) {
    const double d = sqlite3_column_double(s, column);
    return d == 0 || d == 1 ? std::optional(d == 1) : std::nullopt;
  }
  if (type != SQLITE_TEXT) return std::nullopt;
  std::string t(textAt(s, column));
  for (char& c : t) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  if (t == "true" || t == "1") return true;
  if (t == "false" || t == "0") return false;
  return std::nullopt;
}

/// A moment as the server's clock shows it.
int64_t shown(int64_t utcMicros) {
  return utcMicros + int64_t{serverOffsetMinutes(utcMicros)} * 60000000;
}

/// Numbers as SQLite's own date functions read them: integers are Unix seconds, reals are Julian days.
std::optional<int64_t> microsAt(sqlite3_stmt* s, int column, int type) {
  if (type == SQLITE_INTEGER) {
    const int64_t seconds = sqlite3_column_int64(s, column);
    if (seconds > 253402300799 || seconds < -62167219200) return std::nullopt;
    return shown(seconds * 1000000);
  }
  if (type == SQLITE_FLOAT) {
    const double days = sqlite3_column_double(s, column) - 2440587.5;
    if (!(days > -719529 && days < 2932897)) return std::nullopt;
    return shown(static_cast<int64_t>(std::llround(days * 86400000.0)) * 1000);
  }
  if (type != SQLITE_TEXT) return std::nullopt;
  const auto t = parseDateTime(textAt(s, column));
  if (!t) return std::nullopt;
  return t->offsetMinutes ? shown(t->micros - int64_t{*t->offsetMinutes} * 60000000) : t->micros;
}

void deliverTemporal(sqlite3_stmt* s, int column, int type, const Format& format, RowBuilder& out) {
  const auto i = static_cast<size_t>(column);
  if (format.kind == ColumnKind::Time) {
    std::optional<int64_t> micros;
    if (type == SQLITE_TEXT) micros = parseTime(textAt(s, column));
    if (!micros) wrongType(s, column, "time");
    if (format.width == 4)
      out.i32(i, static_cast<int32_t>(*micros / 1000));
    else
      out.i64(i, *micros);
    return;
  }
  const auto micros = microsAt(s, column, type);
  if (!micros) wrongType(s, column, format.kind == ColumnKind::Date ? "date" : "date and time");
  const auto floorDiv = [](int64_t a, int64_t b) { return a / b - (a % b < 0 ? 1 : 0); };
  if (format.kind == ColumnKind::Date)
    out.i32(i, static_cast<int32_t>(floorDiv(*micros, kMicrosPerDay)));
  else
    out.i64(i, floorDiv(*micros, 1000000 / format.ticksPerSecond));
}

void bindText(sqlite3* db, sqlite3_stmt* s, int at, std::string_view v, bool keep) {
  checked(db, sqlite3_bind_text64(s, at, v.data() != nullptr ? v.data() : "", v.size(),
                                  keep ? SQLITE_TRANSIENT : SQLITE_STATIC, SQLITE_UTF8));
}

}  // namespace

void deliver(sqlite3_stmt* s, int column, RowBuilder& out) {
  const auto i = static_cast<size_t>(column);
  const int type = sqlite3_column_type(s, column);
  if (type == SQLITE_NULL) {
    out.null(i);
    return;
  }
  const Format& format = out.schema().parsed(i);
  switch (format.kind) {
    case ColumnKind::Text: out.text(i, type == SQLITE_BLOB ? bytesAt(s, column) : textAt(s, column)); return;
    case ColumnKind::Integer: {
      const auto v = integerAt(s, column, type);
      if (!v) wrongType(s, column, "whole number");
      if (format.width == 8) {
        out.i64(i, *v);
      } else {
        if (*v < std::numeric_limits<int32_t>::min() || *v > std::numeric_limits<int32_t>::max())
          wrongType(s, column, "32-bit whole number");
        out.i32(i, static_cast<int32_t>(*v));
      }
      return;
    }
    case ColumnKind::Float: {
      const auto v = doubleAt(s, column, type);
      if (!v) wrongType(s, column, "number");
      out.f64(i, *v);
      return;
    }
    case ColumnKind::Decimal: {
      const auto v = decimalAt(s, column, type, format.scale);
      if (!v) wrongType(s, column, "decimal number of its scale");
      out.decimal(i, *v);
      return;
    }
    case ColumnKind::Boolean: {
      const auto v = booleanAt(s, column, type);
      if (!v) wrongType(s, column, "truth value");
      out.boolean(i, *v);
      return;
    }
    case ColumnKind::Bytes: {
      out.text(i, bytesAt(s, column));
      return;
    }
    case ColumnKind::Date:
    case ColumnKind::Time:
    case ColumnKind::Timestamp: deliverTemporal(s, column, type, format, out); return;
  }
}

void bind(sqlite3* db, sqlite3_stmt* s, const Schema& schema, const ArrowArray& batch, int64_t row, bool keep) {
  std::string text;
  for (size_t i = 0; i < schema.size(); ++i) {
    const int at = static_cast<int>(i) + 1;
    const Format& format = schema.parsed(i);
    const ColumnView cell(format, *batch.children[i]);
    if (cell.isNull(row + batch.offset)) {
      checked(db, sqlite3_bind_null(s, at));
      continue;
    }
    const int64_t r = row + batch.offset;
    text.clear();
    switch (format.kind) {
      case ColumnKind::Boolean: checked(db, sqlite3_bind_int(s, at, cell.boolean(r) ? 1 : 0)); break;
      case ColumnKind::Integer: {
        const int64_t v = cell.i64(r);
        if (format.isUnsigned && v < 0)
          throw Failure(TENON_INVALID, "a number is larger than SQLite can hold").because(TENON_REASON_RANGE);
        checked(db, sqlite3_bind_int64(s, at, v));
        break;
      }
      case ColumnKind::Float: checked(db, sqlite3_bind_double(s, at, cell.f64(r))); break;
      case ColumnKind::Decimal: {
        appendDecimal(text, cell.decimal(r), format.scale);
        const auto digits = std::count_if(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
        const auto number = digits <= 15 ? parsed<double>(text) : std::nullopt;
        if (number)
          checked(db, sqlite3_bind_double(s, at, *number));
        else
          bindText(db, s, at, text, true);  // more digits than a double keeps
        break;
      }
      case ColumnKind::Text: bindText(db, s, at, cell.text(r), keep); break;
      case ColumnKind::Bytes: {
        const std::string_view v = cell.text(r);
        checked(db, sqlite3_bind_blob64(s, at, v.data() != nullptr ? v.data() : "", v.size(),
                                        keep ? SQLITE_TRANSIENT : SQLITE_STATIC));
        break;
      }
      case ColumnKind::Date:
        appendDate(text, static_cast<int32_t>(cell.i64(r)));
        bindText(db, s, at, text, true);
        break;
      case ColumnKind::Time:
        appendTime(text, cell.i64(r) * (1000000 / format.ticksPerSecond));
        bindText(db, s, at, text, true);
        break;
      case ColumnKind::Timestamp:
        appendDateTime(text, cell.i64(r) * (1000000 / format.ticksPerSecond));
        bindText(db, s, at, text, true);
        break;
    }
  }
}

}  // namespace tenon::sqlite
