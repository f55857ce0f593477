// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cppconn/prepared_statement.h>
#include <cppconn/resultset.h>

#include <istream>
#include <memory>
#include <streambuf>
#include <vector>

#include "tenon/row_builder.hpp"
#include "tenon/row_reader.hpp"

namespace tenon::mysql {

/// The bytes of a bound value as the stream that the client library wants. Borrows them.
class BytesStream : private std::streambuf, public std::istream {
 public:
  explicit BytesStream(std::string_view bytes) : std::istream(this) {
    auto* p = const_cast<char*>(bytes.data());  // read only: a get area has no const form
    setg(p, p, p + bytes.size());
  }
};

/// Binds the cells of one row of parameters to a prepared statement, from parameter `first` on. Texts are copied;
/// `streams` holds what must live until the statement has run.
void bindRow(sql::PreparedStatement& statement, const Schema& schema, const ArrowArray& batch, int64_t row,
             unsigned first, std::vector<std::unique_ptr<BytesStream>>& streams);

/// How a column of a result is read.
struct ResultColumn {
  enum class From : uint8_t { Text, Integer, Single, Double };
  From from = From::Text;
};

/// The columns of a result by their types. `prepared`: numbers come in binary and lose digits as texts.
std::vector<ResultColumn> resultColumns(sql::ResultSet& result, bool prepared);
/// The formats in which a result is delivered when nobody asks for others.
std::vector<Column> naturalColumns(sql::ResultSet& result);

/// Appends one cell of the current row. Throws Failure when it is not of the column's kind.
void deliver(sql::ResultSet& result, const ResultColumn& column, size_t at, RowBuilder& out);

}  // namespace tenon::mysql
