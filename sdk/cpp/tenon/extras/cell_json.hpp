// SPDX-License-Identifier: Apache-2.0
// Cells of Arrow batches as JSON. Optional, as json.hpp is.
#pragma once

#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

#include "../decimal.hpp"
#include "../json_writer.hpp"
#include "../row_reader.hpp"
#include "../temporal.hpp"
#include "json.hpp"

namespace tenon {

/// Appends one cell, which is not null, as JSON.
using CellWriter = void (*)(std::string& out, const ColumnView& cells, int64_t row);

/// What a cell is for its reader, whatever column the database delivers it in.
enum class CellForm : uint8_t {
  Text,
  Number,  ///< also a truth value
  Json,    ///< stored as a text
  List,    ///< "A,B": stored as a text
  Key      ///< always written as a text
};

namespace detail {

/// Length of the valid UTF-8 sequence at the head of `s`, 0 when there is none.
inline size_t sequence(std::string_view s) noexcept {
  const auto byte = [&](size_t i) { return static_cast<unsigned char>(s[i]); };
  const unsigned char c = byte(0);
  const size_t n = c < 0x80 ? 1 : c >= 0xF0 ? 4 : c >= 0xE0 ? 3 : 2;
  if (n == 1) return 1;
  if (c < 0xC2 || c > 0xF4 || s.size() < n) return 0;
  for (size_t k = 1; k < n; ++k)
    if ((byte(k) & 0xC0U) != 0x80U) return 0;
  if ((c == 0xE0 && byte(1) < 0xA0) || (c == 0xED && byte(1) > 0x9F) || (c == 0xF0 && byte(1) < 0x90) ||
      (c == 0xF4 && byte(1) > 0x8F))
    return 0;
  return n;
}

inline std::string repaired(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const size_t n = sequence(text);
    if (n == 0)
      out += "\xEF\xBF\xBD";
    else
      out.append(text.substr(0, n));
    text.remove_prefix(n == 0 ? 1 : n);
  }
  return out;
}

inline bool ascii(std::string_view s) noexcept {
  uint64_t all = 0, word = 0;
  for (; s.size() >= sizeof word; s.remove_prefix(sizeof word)) {
    std::memcpy(&word, s.data(), sizeof word);
    all |= word;
  }
  for (const char c : s) all |= static_cast<unsigned char>(c);
  return (all & kHighBits) == 0;
}

inline bool utf8(std::string_view s) noexcept {
  while (!s.empty()) {
    const size_t n = sequence(s);
    if (n == 0) return false;
    s.remove_prefix(n);
  }
  return true;
}

}  // namespace detail

/// Quoted and escaped; bytes that are not UTF-8 become U+FFFD, so that the reply is valid JSON whatever a database
/// holds.
inline void appendCleanText(std::string& out, std::string_view text) {
  if (detail::ascii(text) || detail::utf8(text))
    appendJsonString(out, text);
  else
    appendJsonString(out, detail::repaired(text));
}

namespace detail {

inline void writeText(std::string& out, const ColumnView& c, int64_t row) {
  appendCleanText(out, c.text(row));
}
inline void writeInteger(std::string& out, const ColumnView& c, int64_t row) {
  if (c.format().isUnsigned && c.i64(row) < 0)
    out += std::to_string(static_cast<uint64_t>(c.i64(row)));
  else
    appendJsonInteger(out, c.i64(row));
}
inline void writeDouble(std::string& out, const ColumnView& c, int64_t row) {
  appendJsonDouble(out, c.f64(row));
}
/// Exact.
inline void writeDecimal(std::string& out, const ColumnView& c, int64_t row) {
  appendDecimal(out, c.decimal(row), c.format().scale);
  if (c.format().scale > 0) dropZeros(out);
}
inline void writeBoolean(std::string& out, const ColumnView& c, int64_t row) {
  out += c.boolean(row) ? "true" : "false";
}
/// Times are shown to the millisecond.
inline int64_t wholeMillis(int64_t micros) noexcept {
  return micros - ((micros % 1000) + 1000) % 1000;
}
inline void writeDate(std::string& out, const ColumnView& c, int64_t row) {
  out += '"';
  appendDate(out, static_cast<int32_t>(c.i64(row)));
  out += '"';
}
inline void writeTime(std::string& out, const ColumnView& c, int64_t row) {
  out += '"';
  appendTime(out, wholeMillis(c.i64(row) * (1000000 / c.format().ticksPerSecond)));
  out += '"';
}
inline void writeDateTime(std::string& out, const ColumnView& c, int64_t row) {
  out += '"';
  appendDateTime(out, wholeMillis(c.i64(row) * (1000000 / c.format().ticksPerSecond)));
  out += '"';
}
/// Stored JSON as it is; what is not JSON as a text.
inline void writeJson(std::string& out, const ColumnView& c, int64_t row) {
  const std::string_view text = c.text(row);
  const bool marked = text.substr(0, 3) == "\xEF\xBB\xBF";  // a byte order mark is no JSON, though parsers skip it
  if (!marked && Json::accept(text))
    out += text;
  else
    appendCleanText(out, text);
}
/// Of a column that holds a value which is not of its type: numbers as numbers, everything else as the text it is.
inline void writeLoose(std::string& out, const ColumnView& c, int64_t row) {
  const std::string_view text = c.text(row);
  const bool number = !text.empty() && (text[0] == '-' || (text[0] >= '0' && text[0] <= '9')) && Json::accept(text);
  if (!number) return appendCleanText(out, text);
  out += text;
  if (text.find('.') != std::string_view::npos && text.find_first_of("eE") == std::string_view::npos) dropZeros(out);
}
inline void writeList(std::string& out, const ColumnView& c, int64_t row) {
  std::string_view rest = c.text(row);
  out += '[';
  while (!rest.empty()) {
    const size_t comma = rest.find(',');
    appendCleanText(out, rest.substr(0, comma));
    if (comma == std::string_view::npos) break;
    out += ',';
    rest.remove_prefix(comma + 1);
  }
  out += ']';
}
template <CellWriter Write>
void writeKey(std::string& out, const ColumnView& c, int64_t row) {
  const size_t before = out.size();
  Write(out, c, row);
  if (out[before] == '"') return;
  out.insert(before, 1, '"');
  out += '"';
}

}  // namespace detail

/// The writer for cells of a form that were delivered as this kind.
inline CellWriter cellWriterFor(CellForm form, ColumnKind delivered) noexcept {
  using namespace detail;
  const bool isKey = form == CellForm::Key;
  switch (delivered) {
    case ColumnKind::Boolean: return isKey ? writeKey<writeBoolean> : writeBoolean;
    case ColumnKind::Integer: return isKey ? writeKey<writeInteger> : writeInteger;
    case ColumnKind::Float: return isKey ? writeKey<writeDouble> : writeDouble;
    case ColumnKind::Decimal: return isKey ? writeKey<writeDecimal> : writeDecimal;
    case ColumnKind::Date: return writeDate;
    case ColumnKind::Time: return writeTime;
    case ColumnKind::Timestamp: return writeDateTime;
    case ColumnKind::Bytes:
    case ColumnKind::Text: break;
  }
  switch (form) {
    case CellForm::Number: return writeLoose;
    case CellForm::Json: return writeJson;
    case CellForm::List: return writeList;
    case CellForm::Key:
    case CellForm::Text: break;
  }
  return writeText;
}

}  // namespace tenon
