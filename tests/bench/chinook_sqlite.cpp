// SPDX-License-Identifier: Apache-2.0
#include "replies.h"

namespace bench {

namespace {

class SqliteStatement {
 public:
  SqliteStatement(sqlite3* db, const std::string& sql) {
    sqlite3_stmt* s = nullptr;
    if (sqlite3_prepare_v3(db, sql.c_str(), -1, SQLITE_PREPARE_PERSISTENT, &s, nullptr) != SQLITE_OK)
      throw std::runtime_error(sqlite3_errmsg(db));
    statement_.reset(s);
  }

  void run(std::span<const int64_t> parameters) {
    for (size_t i = 0; i < parameters.size(); ++i)
      sqlite3_bind_int64(statement_.get(), static_cast<int>(i) + 1, parameters[i]);
  }
  bool next() { return sqlite3_step(statement_.get()) == SQLITE_ROW; }
  int64_t integer(int column) { return sqlite3_column_int64(statement_.get(), column); }

  void append(std::string& out, int column) {
    sqlite3_stmt* s = statement_.get();
    switch (sqlite3_column_type(s, column)) {
      case SQLITE_INTEGER: appendNumber(out, sqlite3_column_int64(s, column)); break;
      case SQLITE_FLOAT: appendNumber(out, sqlite3_column_double(s, column)); break;
      case SQLITE_NULL: out.append("null"); break;
      default:
        appendText(out, {reinterpret_cast<const char*>(sqlite3_column_text(s, column)),
                         static_cast<size_t>(sqlite3_column_bytes(s, column))});
    }
  }

  void done() { sqlite3_reset(statement_.get()); }

 private:
  std::unique_ptr<sqlite3_stmt, Freed<sqlite3_finalize>> statement_;
};

class SqliteDatabase {
 public:
  using Statement = SqliteStatement;
  explicit SqliteDatabase(const char* file) : connection_(connectSqlite(file)) {
    sqlite3_exec(connection_.get(), "pragma query_only=1; pragma mmap_size=268435456; pragma cache_size=-8192", nullptr,
                 nullptr, nullptr);
  }
  Statement prepare(const std::string& sql) { return {connection_.get(), sql}; }

 private:
  Sqlite connection_;
};

}  // namespace

std::unique_ptr<Chinook> openSqlite(const char* file) {
  return std::make_unique<Replies<SqliteDatabase>>(SqliteDatabase(file));
}

}  // namespace bench
