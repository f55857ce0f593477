// SPDX-License-Identifier: Apache-2.0
#include "values.h"

#include <cppconn/datatype.h>
#include <cppconn/resultset_metadata.h>

#include <charconv>

#include "tenon/datasource.hpp"
#include "tenon/text_cells.hpp"

namespace tenon::mysql {

namespace {

sql::SQLString sqlString(std::string_view s) {
  return {s.data() != nullptr ? s.data() : "", s.size()};
}

bool isInteger(int type) {
  return type == sql::DataType::TINYINT || type == sql::DataType::SMALLINT || type == sql::DataType::MEDIUMINT ||
         type == sql::DataType::INTEGER || type == sql::DataType::BIGINT || type == sql::DataType::YEAR;
}
bool isFloating(int type) {
  return type == sql::DataType::REAL || type == sql::DataType::DOUBLE;
}
bool isDecimal(int type) {
  return type == sql::DataType::DECIMAL || type == sql::DataType::NUMERIC;
}
bool isBinary(int type) {
  return type == sql::DataType::BINARY || type == sql::DataType::VARBINARY || type == sql::DataType::LONGVARBINARY ||
         type == sql::DataType::GEOMETRY;
}

std::string decimalFormat(sql::ResultSetMetaData& meta, unsigned i) {
  // getPrecision() miscounts; the width of the text is the digits with a sign and a point.
  const unsigned scale = meta.getScale(i), around = (scale > 0 ? 1U : 0U) + (meta.isSigned(i) ? 1U : 0U);
  const unsigned width = meta.getColumnDisplaySize(i), precision = width > around ? width - around : 0;
  return precision >= 1 && precision <= 38 && scale <= precision
             ? "d:" + std::to_string(precision) + "," + std::to_string(scale)
             : "u";
}

std::string naturalFormat(sql::ResultSetMetaData& meta, unsigned i) {
  const int type = meta.getColumnType(i);
  if (type == sql::DataType::BIGINT && !meta.isSigned(i)) return "d:20,0";  // the upper half fits no signed number
  // What the database calls boolean is tinyint(1), and bit(1).
  if ((type == sql::DataType::TINYINT || type == sql::DataType::BIT) && meta.getColumnDisplaySize(i) == 1) return "b";
  if (isInteger(type) || type == sql::DataType::BIT) return "l";
  if (isFloating(type)) return "g";
  if (isDecimal(type)) return decimalFormat(meta, i);
  if (isBinary(type)) return "z";
  if (type == sql::DataType::DATE) return "tdD";
  if (type == sql::DataType::TIME) return "ttu";
  return type == sql::DataType::TIMESTAMP ? "tsu:" : "u";
}

}  // namespace

void bindRow(sql::PreparedStatement& s, const Schema& schema, const ArrowArray& batch, int64_t row, unsigned first,
             std::vector<std::unique_ptr<BytesStream>>& streams) {
  std::string text;
  const int64_t r = row + batch.offset;
  for (size_t i = 0; i < schema.size(); ++i) {
    const unsigned at = first + static_cast<unsigned>(i);
    const ColumnView cell(schema.parsed(i), *batch.children[i]);
    if (cell.isNull(r)) {
      s.setNull(at, 0);
      continue;
    }
    switch (schema.kind(i)) {
      case ColumnKind::Boolean: s.setInt(at, cell.boolean(r) ? 1 : 0); break;
      case ColumnKind::Integer:
        if (cell.format().isUnsigned)
          s.setUInt64(at, static_cast<uint64_t>(cell.i64(r)));
        else
          s.setInt64(at, cell.i64(r));
        break;
      case ColumnKind::Float: s.setDouble(at, cell.f64(r)); break;
      case ColumnKind::Text: s.setString(at, sqlString(cell.text(r))); break;
      case ColumnKind::Bytes:
        streams.push_back(std::make_unique<BytesStream>(cell.text(r)));
        s.setBlob(at, streams.back().get());
        break;
      default:
        text.clear();
        appendCellText(text, cell, r);
        s.setString(at, sqlString(text));
    }
  }
}

std::vector<ResultColumn> resultColumns(sql::ResultSet& result, bool prepared) {
  sql::ResultSetMetaData& meta = *result.getMetaData();
  std::vector<ResultColumn> out(meta.getColumnCount());
  for (unsigned i = 1; i <= out.size(); ++i) {
    const int type = meta.getColumnType(i);
    if (type == sql::DataType::BIT || (prepared && isInteger(type) && meta.isSigned(i)))
      out[i - 1].from = ResultColumn::From::Integer;
    else if (prepared && isFloating(type))
      out[i - 1].from = type == sql::DataType::REAL ? ResultColumn::From::Single : ResultColumn::From::Double;
  }
  return out;
}

std::vector<Column> naturalColumns(sql::ResultSet& result) {
  sql::ResultSetMetaData& meta = *result.getMetaData();
  std::vector<Column> out;
  for (unsigned i = 1; i <= meta.getColumnCount(); ++i) {
    const std::string format = naturalFormat(meta, i);
    out.push_back({meta.getColumnLabel(i).asStdString(), format, isDecimal(meta.getColumnType(i)) && format == "u"});
  }
  return out;
}

void deliver(sql::ResultSet& result, const ResultColumn& column, size_t at, RowBuilder& out) {
  const auto i = static_cast<uint32_t>(at + 1);
  if (result.isNull(i)) {
    out.null(at);
    return;
  }
  const Format& format = out.schema().parsed(at);
  bool fits = false;
  const auto putNumber = [&](auto v) {
    char digits[40];
    const char* end = std::to_chars(digits, digits + sizeof digits, v).ptr;
    return putTextCell(out, at, {digits, static_cast<size_t>(end - digits)});
  };
  if (column.from == ResultColumn::From::Integer) {
    const int64_t v = result.getInt64(i);
    if (format.kind == ColumnKind::Integer && format.width == 8) {
      out.i64(at, v);
      return;
    }
    fits = putNumber(v);
  } else if (column.from == ResultColumn::From::Single) {
    // As the server writes it, not with the digits that a float has as a double.
    fits = putNumber(static_cast<float>(result.getDouble(i)));
  } else if (column.from == ResultColumn::From::Double) {
    const auto v = static_cast<double>(result.getDouble(i));
    if (format.kind == ColumnKind::Float) {
      out.f64(at, v);
      return;
    }
    fits = putNumber(v);
  } else {
    const sql::SQLString text = result.getString(i);
    const std::string_view stored(text.c_str(), text.length());
    const bool dated = format.kind == ColumnKind::Date || format.kind == ColumnKind::Timestamp;
    // The client library writes the years of prepared results before 1000 short.
    const size_t year = dated ? stored.find('-') : 4;
    fits = year < 4 ? putTextCell(out, at, std::string(4 - year, '0').append(stored)) : putTextCell(out, at, stored);
  }
  if (!fits) throw wrongTypeOf(out.schema().name(at));
}

}  // namespace tenon::mysql
