// SPDX-License-Identifier: Apache-2.0
// Connections of the databases' own C APIs, as the benchmark's programs open them.
#pragma once

#include <libpq-fe.h>
#include <mysql.h>
#include <sqlite3.h>

#include <cstdlib>
#include <memory>
#include <stdexcept>
#include <string>

namespace bench {

/// Where a server listens on this machine, and whose database it is there.
struct Address {
  const char *port, *user, *database;
  const char* password = std::getenv("TENON_BENCH_PASSWORD");

  /// Of the arguments PORT USER DATABASE.
  static Address of(char** arguments) { return {arguments[0], arguments[1], arguments[2]}; }
};

/// Deletes with a function of a C API.
template <auto kFree>
struct Freed {
  template <class T>
  void operator()(T* t) const noexcept {
    kFree(t);
  }
};
using Sqlite = std::unique_ptr<sqlite3, Freed<sqlite3_close>>;
using Mariadb = std::unique_ptr<MYSQL, Freed<mysql_close>>;
using Postgresql = std::unique_ptr<PGconn, Freed<PQfinish>>;

inline Sqlite connectSqlite(const char* file) {
  sqlite3* db = nullptr;
  const int opened = sqlite3_open_v2(file, &db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, nullptr);
  Sqlite out(db);
  if (opened != SQLITE_OK) throw std::runtime_error("cannot open the database");
  return out;
}

inline Mariadb connectMariadb(const Address& a) {
  Mariadb out(mysql_init(nullptr));
  mysql_options(out.get(), MYSQL_SET_CHARSET_NAME, "utf8mb4");
  if (mysql_real_connect(out.get(), "127.0.0.1", a.user, a.password, a.database,
                         static_cast<unsigned>(std::atoi(a.port)), nullptr, 0) == nullptr)
    throw std::runtime_error(mysql_error(out.get()));
  return out;
}

inline Postgresql connectPostgresql(const Address& a) {
  const char* const keys[] = {"host", "port", "user", "password", "dbname", "client_encoding", nullptr};
  const char* const values[] = {"127.0.0.1", a.port, a.user, a.password, a.database, "UTF8", nullptr};
  Postgresql out(PQconnectdbParams(keys, values, 0));
  if (PQstatus(out.get()) != CONNECTION_OK) throw std::runtime_error(PQerrorMessage(out.get()));
  return out;
}

}  // namespace bench
