// SPDX-License-Identifier: Apache-2.0
// libpq's prepared statements with results as text: a number's text is its JSON already.
#include "replies.h"

namespace bench {

namespace {

constexpr Oid kBigint = 20, kSmallint = 21, kInteger = 23, kNumeric = 1700;  // which no header of the client tells

bool isNumber(Oid type) {
  return type == kBigint || type == kSmallint || type == kInteger || type == kNumeric;
}

class PostgresqlStatement {
 public:
  PostgresqlStatement(PGconn* connection, std::string name, const std::string& sql)
      : connection_(connection), name_(std::move(name)) {
    // As ours: with bigints the server settles on one plan for the lists of keys, else it plans them each time.
    const std::vector<Oid> types(static_cast<size_t>(std::count(sql.begin(), sql.end(), '$')), kBigint);
    result_.reset(PQprepare(connection_, name_.c_str(), sql.c_str(), static_cast<int>(types.size()), types.data()));
    check(PGRES_COMMAND_OK);
    result_.reset(PQdescribePrepared(connection_, name_.c_str()));
    check(PGRES_COMMAND_OK);
    for (int i = 0; i < PQnfields(result_.get()); ++i) isNumber_.push_back(isNumber(PQftype(result_.get(), i)));
  }

  void run(std::span<const int64_t> parameters) {
    char digits[32][24];  // no statement has more
    const char* values[32] = {};
    for (size_t i = 0; i < parameters.size(); ++i) {
      *std::to_chars(digits[i], digits[i] + sizeof digits[i], parameters[i]).ptr = '\0';
      values[i] = digits[i];
    }
    result_.reset(
        PQexecPrepared(connection_, name_.c_str(), static_cast<int>(parameters.size()), values, nullptr, nullptr, 0));
    check(PGRES_TUPLES_OK);
    row_ = -1;
  }

  bool next() { return ++row_ < PQntuples(result_.get()); }
  int64_t integer(int column) { return readInteger(text(column)); }

  void append(std::string& out, int column) {
    if (PQgetisnull(result_.get(), row_, column) != 0)
      out.append("null");
    else if (isNumber_[static_cast<size_t>(column)])
      out.append(text(column));
    else
      appendText(out, text(column));
  }

  void done() { result_.reset(); }

 private:
  std::string_view text(int column) {
    return {PQgetvalue(result_.get(), row_, column), static_cast<size_t>(PQgetlength(result_.get(), row_, column))};
  }

  void check(ExecStatusType expected) {
    if (PQresultStatus(result_.get()) != expected) throw std::runtime_error(PQerrorMessage(connection_));
  }

  PGconn* connection_;
  std::string name_;
  std::unique_ptr<PGresult, Freed<PQclear>> result_;
  int row_ = -1;
  std::vector<bool> isNumber_;
};

class PostgresqlDatabase {
 public:
  using Statement = PostgresqlStatement;
  explicit PostgresqlDatabase(const Address& address) : connection_(connectPostgresql(address)) {}

  /// "?" is written $1, $2 here; no name or constant of these statements holds one.
  Statement prepare(const std::string& sql) {
    std::string numbered;
    int n = 0;
    for (const char c : sql)
      if (c == '?')
        numbered += '$' + std::to_string(++n);
      else
        numbered += c;
    return {connection_.get(), "s" + std::to_string(++statements_), numbered};
  }

 private:
  Postgresql connection_;
  int statements_ = 0;
};

}  // namespace

std::unique_ptr<Chinook> openPostgresql(const Address& address) {
  return std::make_unique<Replies<PostgresqlDatabase>>(PostgresqlDatabase(address));
}

}  // namespace bench
