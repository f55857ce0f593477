// SPDX-License-Identifier: Apache-2.0
#include "parameters.h"

#include <cmath>

#include "column_type.h"
#include "tenon/text_cells.hpp"

namespace tenon::postgresql {

namespace {

constexpr size_t kNull = SIZE_MAX;

Oid typeOf(const Format& f) {
  switch (f.kind) {
    case ColumnKind::Boolean: return kBool;
    case ColumnKind::Integer:
      if (f.width == 8) return f.isUnsigned ? kNumeric : kInt8;
      return f.width == 4 && f.isUnsigned ? kInt8 : kInt4;
    case ColumnKind::Float:
    case ColumnKind::Decimal: return kNumeric;
    case ColumnKind::Text: return 0;
    case ColumnKind::Bytes: return kBytea;
    case ColumnKind::Date: return kDate;
    case ColumnKind::Time: return kTime;
    case ColumnKind::Timestamp: return kTimestamp;
  }
  return 0;
}

Failure outOfRange(const char* what) {
  return Failure(TENON_INVALID, std::string("a ") + what + " is out of the range of dates")
      .from(TENON_FROM_CALLER)
      .because(TENON_REASON_RANGE)
      .state("22008");
}

}  // namespace

void Parameters::describe(const ArrowSchema* schema) {
  clear();
  columns_.clear();
  types_.clear();
  for (int64_t i = 0; schema != nullptr && i < schema->n_children; ++i) {
    const ArrowSchema* c = schema->children[i];
    if (c == nullptr || c->format == nullptr) throw Failure(TENON_INVALID, "the parameters' schema has a hole");
    columns_.push_back(Format::parse(c->format));
    types_.push_back(typeOf(columns_.back()));
  }
}

void Parameters::clear() noexcept {
  text_.clear();
  cells_.clear();
  lengths_.clear();
  formats_.clear();
}

/// Years of four digits, as rows carry them: what is outside has no text that the server reads.
void Parameters::addTemporal(const ColumnView& cell, int64_t row) {
  const Format& f = cell.format();
  const int64_t v = cell.i64(row);
  if (f.kind == ColumnKind::Date) {
    if (v < kFirstMicros / kMicrosPerDay || v > kLastMicros / kMicrosPerDay) throw outOfRange("date");
  } else {
    const int64_t unit = 1000000 / f.ticksPerSecond;
    const bool isTime = f.kind == ColumnKind::Time;
    const int64_t first = isTime ? 0 : kFirstMicros, last = isTime ? kMicrosPerDay - 1 : kLastMicros;
    if (v < first / unit || v > last / unit) throw outOfRange(isTime ? "time" : "date and time");
  }
  appendCellText(text_, cell, row);
}

void Parameters::add(const ArrowArray& batch, int64_t row) {
  const int64_t r = row + batch.offset;
  for (size_t i = 0; i < columns_.size(); ++i) {
    const Format& f = columns_[i];
    const ColumnView cell(f, *batch.children[i]);
    formats_.push_back(0);
    lengths_.push_back(0);
    if (cell.isNull(r)) {
      cells_.push_back({nullptr, kNull});
      continue;
    }
    const size_t at = text_.size();
    switch (f.kind) {
      case ColumnKind::Bytes: {
        const std::string_view v = cell.text(r);
        formats_.back() = 1;
        lengths_.back() = static_cast<int>(v.size());
        cells_.push_back({v.data() != nullptr ? v.data() : "", 0});
        continue;
      }
      case ColumnKind::Text: {
        const std::string_view v = cell.text(r);
        if (v.find('\0') != std::string_view::npos)
          throw Failure(TENON_INVALID, "PostgreSQL keeps no text with a zero byte")
              .from(TENON_FROM_CALLER)
              .because(TENON_REASON_TYPE)
              .state("22021");
        text_.append(v);
        break;
      }
      case ColumnKind::Float:
        if (std::isnan(cell.f64(r)))
          text_.append("NaN");  // without a sign
        else
          appendCellText(text_, cell, r);
        break;
      case ColumnKind::Date:
      case ColumnKind::Time:
      case ColumnKind::Timestamp: addTemporal(cell, r); break;
      default: appendCellText(text_, cell, r);
    }
    text_.push_back('\0');
    cells_.push_back({nullptr, at});
  }
}

const char* const* Parameters::values() {
  pointers_.clear();
  for (const auto& c : cells_)
    pointers_.push_back(c.bytes != nullptr ? c.bytes : c.at == kNull ? nullptr : text_.data() + c.at);
  return pointers_.data();
}

}  // namespace tenon::postgresql
