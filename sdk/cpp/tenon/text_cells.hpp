// SPDX-License-Identifier: Apache-2.0
// Cells as text, for databases whose protocol is text.
#pragma once

#include <charconv>
#include <cmath>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>

#include "decimal.hpp"
#include "row_builder.hpp"
#include "row_reader.hpp"
#include "temporal.hpp"

namespace tenon {

namespace detail {

template <class T>
std::optional<T> numberIn(std::string_view s) noexcept {
  T v{};
  const auto r = std::from_chars(s.data(), s.data() + s.size(), v);
  return r.ec == std::errc() && r.ptr == s.data() + s.size() && !s.empty() ? std::optional(v) : std::nullopt;
}

/// "7", and "7.000" as a decimal column shows it.
inline std::optional<int64_t> wholeIn(std::string_view s) noexcept {
  if (const auto whole = numberIn<int64_t>(s)) return whole;
  const size_t point = s.find('.');
  if (point == std::string_view::npos || s.find_first_not_of('0', point + 1) != std::string_view::npos)
    return std::nullopt;
  return numberIn<int64_t>(s.substr(0, point));
}

inline std::optional<double> doubleIn(std::string_view s) noexcept {
  if (s == "NaN") return std::numeric_limits<double>::quiet_NaN();
  if (s == "Infinity") return std::numeric_limits<double>::infinity();
  if (s == "-Infinity") return -std::numeric_limits<double>::infinity();
  return numberIn<double>(s);
}

inline std::optional<bool> booleanIn(std::string_view s) noexcept {
  if (s == "t" || s == "1" || s == "true") return true;
  if (s == "f" || s == "0" || s == "false") return false;
  return std::nullopt;
}

inline int64_t floorDivided(int64_t a, int64_t b) noexcept {
  return a / b - (a % b < 0 ? 1 : 0);
}

}  // namespace detail

/// Appends a cell that a database gave as text to a column of any format that RowBuilder builds. A moment with an
/// offset is brought to the server's zone. False when the text is not of the column's kind, or out of its range.
inline bool putTextCell(RowBuilder& out, size_t column, std::string_view s) {
  const Format& format = out.schema().parsed(column);
  switch (format.kind) {
    case ColumnKind::Text:
    case ColumnKind::Bytes: out.text(column, s); return true;
    case ColumnKind::Integer: {
      const auto v = detail::wholeIn(s);
      if (!v || (format.width == 4 && (*v < INT32_MIN || *v > INT32_MAX))) return false;
      if (format.width == 8)
        out.i64(column, *v);
      else
        out.i32(column, static_cast<int32_t>(*v));
      return true;
    }
    case ColumnKind::Float: {
      const auto v = detail::doubleIn(s);
      if (v) out.f64(column, *v);
      return v.has_value();
    }
    case ColumnKind::Decimal: {
      const auto v = parseDecimal(s, format.scale);
      if (v) out.decimal(column, *v);
      return v.has_value();
    }
    case ColumnKind::Boolean: {
      const auto v = detail::booleanIn(s);
      if (v) out.boolean(column, *v);
      return v.has_value();
    }
    case ColumnKind::Time: {
      const auto micros = parseTime(s);
      if (!micros) return false;
      if (format.width == 4)
        out.i32(column, static_cast<int32_t>(*micros / 1000));
      else
        out.i64(column, *micros);
      return true;
    }
    case ColumnKind::Date:
    case ColumnKind::Timestamp: {
      const auto t = parseDateTime(s);
      if (!t) return false;
      int64_t micros = t->micros;
      if (t->offsetMinutes) {
        micros -= int64_t{*t->offsetMinutes} * 60000000;
        micros += int64_t{serverOffsetMinutes(micros)} * 60000000;
      }
      if (format.kind == ColumnKind::Date)
        out.i32(column, static_cast<int32_t>(detail::floorDivided(micros, kMicrosPerDay)));
      else
        out.i64(column, detail::floorDivided(micros, 1000000 / format.ticksPerSecond));
      return true;
    }
  }
  return false;
}

/// Appends a cell as the text that databases read: digits, true | false, ISO dates and times, the bytes of a text.
/// The cell is not null. Moments have a blank between date and time. Throws Failure(INVALID) for one that four digits
/// of a year cannot say.
inline void appendCellText(std::string& out, const ColumnView& cell, int64_t row) {
  const Format& format = cell.format();
  char buf[40];
  const auto number = [&](auto v) { out.append(buf, std::to_chars(buf, buf + sizeof buf, v).ptr); };
  switch (format.kind) {
    case ColumnKind::Text:
    case ColumnKind::Bytes: out.append(cell.text(row)); return;
    case ColumnKind::Integer:
      if (format.isUnsigned)
        number(static_cast<uint64_t>(cell.i64(row)));
      else
        number(cell.i64(row));
      return;
    case ColumnKind::Float: number(cell.f64(row)); return;
    case ColumnKind::Decimal: appendDecimal(out, cell.decimal(row), format.scale); return;
    case ColumnKind::Boolean: out.append(cell.boolean(row) ? "true" : "false"); return;
    case ColumnKind::Date: appendDate(out, static_cast<int32_t>(cell.i64(row))); return;
    case ColumnKind::Time: appendTime(out, cell.i64(row) * (1000000 / format.ticksPerSecond)); return;
    case ColumnKind::Timestamp: {
      const size_t from = out.size();
      const int64_t ticks = cell.i64(row), micros = 1000000 / format.ticksPerSecond;
      if (ticks < kFirstMicros / micros || ticks > kLastMicros / micros)
        throw Failure(TENON_INVALID, "a moment outside of the years 1 to 9999").because(TENON_REASON_RANGE);
      appendDateTime(out, ticks * micros);
      out[out.find('T', from)] = ' ';
      return;
    }
  }
}

}  // namespace tenon
