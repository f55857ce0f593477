// SPDX-License-Identifier: Apache-2.0
#include "values.h"

#include <charconv>
#include <string>

#include "column_type.h"
#include "tenon/text_cells.hpp"

namespace tenon::postgresql {

namespace {

int hexDigit(char c) {
  return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/// "\x00ff"
bool putBytes(RowBuilder& out, size_t column, std::string_view s) {
  if (s.size() % 2 != 0 || s.substr(0, 2) != "\\x") return false;
  std::string bytes;
  bytes.reserve(s.size() / 2 - 1);
  for (size_t i = 2; i < s.size(); i += 2) {
    const int high = hexDigit(s[i]), low = hexDigit(s[i + 1]);
    if (high < 0 || low < 0) return false;
    bytes.push_back(static_cast<char>(high * 16 + low));
  }
  out.text(column, bytes);
  return true;
}

/// Where the offset of "2024-01-01 10:00:00+08" begins, or the text's end.
size_t offsetAt(std::string_view s) {
  const size_t colon = s.find(':');
  return colon == std::string_view::npos ? s.size() : std::min(s.find_first_of("+-", colon), s.size());
}

/// The server writes offsets as short as they are: +08, +05:30, and +08:05:43 of times before there were zones. The
/// last is cut off, since the session's zone is this process's.
bool putMoment(RowBuilder& out, size_t column, std::string_view s) {
  const size_t offset = s.size() - offsetAt(s);
  return putTextCell(out, column, offset > 6 ? s.substr(0, s.size() - offset) : s);
}

/// "1e+20" with all its digits, as decimals are read.
bool putDecimal(RowBuilder& out, size_t column, std::string_view s) {
  double d = 0;
  const auto read = std::from_chars(s.data(), s.data() + s.size(), d);
  char digits[400];
  if (read.ec != std::errc()) return false;
  const auto written = std::to_chars(digits, digits + sizeof digits, d, std::chars_format::fixed);
  return written.ec == std::errc() &&
         putTextCell(out, column, std::string_view(digits, static_cast<size_t>(written.ptr - digits)));
}

}  // namespace

bool putCell(RowBuilder& out, size_t column, Oid type, std::string_view s) {
  const ColumnKind kind = out.schema().kind(column);
  if (kind == ColumnKind::Text) {
    out.text(column, type != kBool ? s : s == "t" ? "true" : "false");
    return true;
  }
  switch (type) {
    case kBytea:
      if (kind == ColumnKind::Bytes) return putBytes(out, column, s);
      break;
    case kTimestampTz: return putMoment(out, column, s);
    case kTimeTz: return putTextCell(out, column, s.substr(0, offsetAt(s)));
    case kFloat4:
    case kFloat8:
      if (kind == ColumnKind::Decimal && s.find('e') != std::string_view::npos) return putDecimal(out, column, s);
      break;
    default: break;
  }
  return putTextCell(out, column, s);
}

}  // namespace tenon::postgresql
