// SPDX-License-Identifier: Apache-2.0
// libmariadb's prepared statements: parameters and results are bound once, to places of their own types.
#include "replies.h"

namespace bench {

namespace {

bool isInteger(enum_field_types type) {
  return type == MYSQL_TYPE_TINY || type == MYSQL_TYPE_SHORT || type == MYSQL_TYPE_INT24 || type == MYSQL_TYPE_LONG ||
         type == MYSQL_TYPE_LONGLONG;
}

class MariadbStatement {
 public:
  MariadbStatement(MYSQL* connection, const std::string& sql) : statement_(mysql_stmt_init(connection)) {
    MYSQL_STMT* s = statement_.get();
    check(mysql_stmt_prepare(s, sql.data(), sql.size()) != 0);
    parameters_.resize(mysql_stmt_param_count(s));
    std::vector<MYSQL_BIND> given(parameters_.size());
    for (size_t i = 0; i < given.size(); ++i) {
      given[i].buffer_type = MYSQL_TYPE_LONGLONG;
      given[i].buffer = &parameters_[i];
    }
    if (!given.empty()) check(mysql_stmt_bind_param(s, given.data()) != 0);
    const std::unique_ptr<MYSQL_RES, Freed<mysql_free_result>> meta(mysql_stmt_result_metadata(s));
    cells_.resize(mysql_num_fields(meta.get()));
    std::vector<MYSQL_BIND> got(cells_.size());
    for (size_t i = 0; i < got.size(); ++i) {
      const MYSQL_FIELD& field = *mysql_fetch_field_direct(meta.get(), static_cast<unsigned>(i));
      Cell& cell = cells_[i];
      got[i].is_null = &cell.isNull;
      got[i].length = &cell.length;
      if (isInteger(field.type)) {
        got[i].buffer_type = MYSQL_TYPE_LONGLONG;
        got[i].buffer = &cell.number;
        continue;
      }
      cell.kind = field.type == MYSQL_TYPE_NEWDECIMAL ? Cell::Kind::Digits : Cell::Kind::Text;
      cell.text.resize(field.length + 1);
      got[i].buffer_type = MYSQL_TYPE_STRING;
      got[i].buffer = cell.text.data();
      got[i].buffer_length = cell.text.size();
    }
    check(mysql_stmt_bind_result(s, got.data()) != 0);
  }

  /// The result is not stored: its rows go from the connection's buffer to where they are bound.
  void run(std::span<const int64_t> parameters) {
    std::copy(parameters.begin(), parameters.end(), parameters_.begin());
    check(mysql_stmt_execute(statement_.get()) != 0);
  }

  bool next() {
    const int fetched = mysql_stmt_fetch(statement_.get());
    check(fetched != 0 && fetched != MYSQL_NO_DATA);
    return fetched == 0;
  }

  int64_t integer(int column) { return cells_[static_cast<size_t>(column)].number; }

  void append(std::string& out, int column) {
    const Cell& cell = cells_[static_cast<size_t>(column)];
    if (cell.isNull != 0)
      out.append("null");
    else if (cell.kind == Cell::Kind::Integer)
      appendNumber(out, cell.number);
    else if (cell.kind == Cell::Kind::Digits)
      out.append(cell.text.data(), cell.length);
    else
      appendText(out, {cell.text.data(), cell.length});
  }

  void done() { mysql_stmt_free_result(statement_.get()); }

 private:
  struct Cell {
    enum class Kind { Integer, Digits, Text } kind = Kind::Integer;
    my_bool isNull = 0;
    unsigned long length = 0;
    int64_t number = 0;
    std::vector<char> text;
  };

  void check(bool failed) {
    if (failed) throw std::runtime_error(mysql_stmt_error(statement_.get()));
  }

  std::unique_ptr<MYSQL_STMT, Freed<mysql_stmt_close>> statement_;
  std::vector<int64_t> parameters_;  // these and the cells are bound: they stay where they are
  std::vector<Cell> cells_;
};

class MariadbDatabase {
 public:
  using Statement = MariadbStatement;
  explicit MariadbDatabase(const Address& address) : connection_(connectMariadb(address)) {}
  Statement prepare(std::string sql) {
    std::replace(sql.begin(), sql.end(), '"', '`');
    return {connection_.get(), sql};
  }

 private:
  Mariadb connection_;
};

}  // namespace

std::unique_ptr<Chinook> openMariadb(const Address& address) {
  return std::make_unique<Replies<MariadbDatabase>>(MariadbDatabase(address));
}

}  // namespace bench
