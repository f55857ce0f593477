// SPDX-License-Identifier: Apache-2.0
#include "record_writer.h"

#include "model/field_type.h"
#include "tenon/json_writer.hpp"
#include "tenon/temporal.hpp"

namespace tenon::modeling {

namespace {

/// Length of the valid UTF-8 sequence at the head of `s`, 0 when there is none.
size_t sequence(std::string_view s) noexcept {
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

std::string repaired(std::string_view text) {
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

bool ascii(std::string_view s) noexcept {
  unsigned char all = 0;
  for (const char c : s) all = static_cast<unsigned char>(all | static_cast<unsigned char>(c));
  return all < 0x80;
}

bool utf8(std::string_view s) noexcept {
  while (!s.empty()) {
    const size_t n = sequence(s);
    if (n == 0) return false;
    s.remove_prefix(n);
  }
  return true;
}

void writeText(std::string& out, const ColumnView& c, int64_t row) {
  appendCleanText(out, c.text(row));
}
void writeInteger(std::string& out, const ColumnView& c, int64_t row) {
  if (c.format().isUnsigned && c.i64(row) < 0)
    out += std::to_string(static_cast<uint64_t>(c.i64(row)));
  else
    appendJsonInteger(out, c.i64(row));
}
void writeDouble(std::string& out, const ColumnView& c, int64_t row) {
  appendJsonDouble(out, c.f64(row));
}
/// Takes the zeros that say nothing off digits with a point: 12.50 -> 12.5, 3.00 -> 3.
void dropZeros(std::string& out) {
  while (out.back() == '0') out.pop_back();
  if (out.back() == '.') out.pop_back();
}
/// Exact.
void writeDecimal(std::string& out, const ColumnView& c, int64_t row) {
  appendDecimal(out, c.decimal(row), c.format().scale);
  if (c.format().scale > 0) dropZeros(out);
}
void writeBoolean(std::string& out, const ColumnView& c, int64_t row) {
  out += c.boolean(row) ? "true" : "false";
}
/// Times are shown to the millisecond.
int64_t wholeMillis(int64_t micros) noexcept {
  return micros - ((micros % 1000) + 1000) % 1000;
}
void writeDate(std::string& out, const ColumnView& c, int64_t row) {
  out += '"';
  appendDate(out, static_cast<int32_t>(c.i64(row)));
  out += '"';
}
void writeTime(std::string& out, const ColumnView& c, int64_t row) {
  out += '"';
  appendTime(out, wholeMillis(c.i64(row) * (1000000 / c.format().ticksPerSecond)));
  out += '"';
}
void writeDateTime(std::string& out, const ColumnView& c, int64_t row) {
  out += '"';
  appendDateTime(out, wholeMillis(c.i64(row) * (1000000 / c.format().ticksPerSecond)));
  out += '"';
}
/// Stored JSON as it is; what is not JSON as a text.
void writeJson(std::string& out, const ColumnView& c, int64_t row) {
  const std::string_view text = c.text(row);
  const bool marked = text.substr(0, 3) == "\xEF\xBB\xBF";  // a byte order mark is no JSON, though parsers skip it
  if (!marked && Json::accept(text))
    out += text;
  else
    appendCleanText(out, text);
}
/// Of a column that holds a value which is not of its type: numbers as numbers, everything else as the text it is.
void writeLoose(std::string& out, const ColumnView& c, int64_t row) {
  const std::string_view text = c.text(row);
  const bool number = !text.empty() && (text[0] == '-' || (text[0] >= '0' && text[0] <= '9')) && Json::accept(text);
  if (!number) return appendCleanText(out, text);
  out += text;
  if (text.find('.') != std::string_view::npos && text.find_first_of("eE") == std::string_view::npos) dropZeros(out);
}
void writeList(std::string& out, const ColumnView& c, int64_t row) {
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

}  // namespace

void appendCleanText(std::string& out, std::string_view text) {
  if (ascii(text) || utf8(text))
    appendJsonString(out, text);
  else
    appendJsonString(out, repaired(text));
}

CellWriter cellWriterFor(const Field& field, ColumnKind delivered) noexcept {
  switch (delivered) {
    case ColumnKind::Boolean: return writeBoolean;
    case ColumnKind::Integer: return writeInteger;
    case ColumnKind::Float: return writeDouble;
    case ColumnKind::Decimal: return writeDecimal;
    case ColumnKind::Date: return writeDate;
    case ColumnKind::Time: return writeTime;
    case ColumnKind::Timestamp: return writeDateTime;
    case ColumnKind::Bytes:
    case ColumnKind::Text: break;
  }
  const bool numeric = field.type == FieldType::Int || field.type == FieldType::Long ||
                       field.type == FieldType::Float || field.type == FieldType::Boolean;
  if (numeric) return writeLoose;
  if (field.type == FieldType::Json) return writeJson;
  return field.type == FieldType::EnumRef && field.multiple ? writeList : writeText;
}

EntityShape::EntityShape(const Entity& entity) : entity_(entity) {
  std::vector<Column> formats;
  for (const auto& f : entity.fields) {
    Step step;
    if (!steps_.empty()) step.prefix = ",";
    appendJsonString(step.prefix, f.name);
    step.prefix += ':';
    step.field = &f;
    if (f.isColumn()) {
      step.column = columns_.size();
      columns_.push_back(&f);
      formats.push_back({f.name, arrowFormat(f)});
    }
    steps_.push_back(std::move(step));
  }
  expected_ = Schema(std::move(formats));
}

size_t EntityShape::columnOf(std::string_view field) const noexcept {
  for (size_t i = 0; i < columns_.size(); ++i)
    if (columns_[i]->name == field) return i;
  return Entity::npos;
}

const std::string& EntityShape::select(const Dialect& dialect) const {
  std::call_once(selectMade_, [&] {
    for (const Field* f : columns_) select_ += (select_.empty() ? "select t." : ", t.") + dialect.quoted(f->name);
    select_ += " from " + dialect.quoted(entity_.name) + " t";
  });
  return select_;
}

std::vector<CellWriter> writersFor(const EntityShape& shape, const Schema& delivered) {
  if (delivered.size() != shape.columns().size())
    throw Failure(TENON_INTERNAL, "the driver delivered another number of columns");
  std::vector<CellWriter> out;
  for (size_t i = 0; i < shape.columns().size(); ++i)
    out.push_back(cellWriterFor(*shape.columns()[i], delivered.kind(i)));
  return out;
}

}  // namespace tenon::modeling
