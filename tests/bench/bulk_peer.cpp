// SPDX-License-Identifier: Apache-2.0
// What somebody would write by hand to insert many rows into one table in one transaction. Usage:
//   bench_bulk_peer sqlite ROWS FILE                    one prepared insert, row by row: nothing is faster there
//   bench_bulk_peer mariadb ROWS PORT USER DATABASE     prepared inserts of 1000 rows
//   bench_bulk_peer postgresql ROWS PORT USER DATABASE  the same
//   bench_bulk_peer copy ROWS PORT USER DATABASE        PostgreSQL's copy
// ROWS is a file of lines as copy reads them: id, name, quantity, price, made, note (\N for none). It prints the
// seconds from "begin" to the answer of "commit"; what comes before is not the database's.
#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <cstdio>
#include <fstream>
#include <vector>

#include "connect.h"

namespace {

using bench::Freed;

constexpr size_t kColumns = 6, kRowsAtOnce = 1000;
constexpr const char* kColumnNames[kColumns] = {"id", "name", "quantity", "price", "made", "note"};

struct Row {
  std::array<std::string, kColumns> text;
  int64_t id = 0, quantity = 0;
  double price = 0;
  bool hasNote = true;
};

template <class Number>
Number read(const std::string& s) {
  Number n{};
  std::from_chars(s.data(), s.data() + s.size(), n);
  return n;
}

std::vector<Row> readRows(const char* file) {
  std::vector<Row> rows;
  std::ifstream in(file);
  for (std::string line; std::getline(in, line);) {
    Row& row = rows.emplace_back();
    size_t from = 0;
    for (auto& cell : row.text) {
      const size_t tab = line.find('\t', from);
      cell = line.substr(from, tab - from);
      from = tab + 1;
    }
    row.id = read<int64_t>(row.text[0]);
    row.quantity = read<int64_t>(row.text[2]);
    row.price = read<double>(row.text[3]);
    row.hasNote = row.text[5] != "\\N";
  }
  return rows;
}

/// insert into Item (...) values (...), (...) with names in a database's quotes.
std::string insertText(char quote, size_t rows, bool numbered) {
  std::string out = std::string("insert into ") + quote + "Item" + quote;
  for (size_t c = 0; c < kColumns; ++c) out += std::string(c == 0 ? " (" : ", ") + quote + kColumnNames[c] + quote;
  out += ") values ";
  size_t n = 0;
  for (size_t r = 0; r < rows; ++r)
    for (size_t c = 0; c < kColumns; ++c) {
      out += c > 0 ? ", " : r > 0 ? ", (" : "(";
      out += numbered ? "$" + std::to_string(++n) : "?";
      if (c + 1 == kColumns) out += ')';
    }
  return out;
}

template <class Work>
double timed(Work&& work) {
  const auto begun = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begun).count();
}

void check(bool ok, const char* message) {
  if (!ok) throw std::runtime_error(message);
}

double insertSqlite(const std::vector<Row>& rows, const char* file) {
  const bench::Sqlite db = bench::connectSqlite(file);
  const auto run = [&](const char* sql) {
    check(sqlite3_exec(db.get(), sql, nullptr, nullptr, nullptr) == SQLITE_OK, sqlite3_errmsg(db.get()));
  };
  run("pragma synchronous=normal; pragma cache_size=-8192");
  return timed([&] {
    run("begin immediate");
    sqlite3_stmt* made = nullptr;
    sqlite3_prepare_v2(db.get(), insertText('"', 1, false).c_str(), -1, &made, nullptr);
    const std::unique_ptr<sqlite3_stmt, Freed<sqlite3_finalize>> statement(made);
    const auto text = [&](int at, const std::string& s) {
      sqlite3_bind_text(made, at, s.data(), static_cast<int>(s.size()), SQLITE_STATIC);
    };
    for (const Row& row : rows) {
      sqlite3_bind_int64(made, 1, row.id);
      text(2, row.text[1]);
      sqlite3_bind_int64(made, 3, row.quantity);
      sqlite3_bind_double(made, 4, row.price);
      text(5, row.text[4]);
      row.hasNote ? text(6, row.text[5]) : static_cast<void>(sqlite3_bind_null(made, 6));
      check(sqlite3_step(made) == SQLITE_DONE, sqlite3_errmsg(db.get()));
      sqlite3_reset(made);
    }
    run("commit");
  });
}

double insertMariadb(const std::vector<Row>& rows, const bench::Address& address) {
  const bench::Mariadb db = bench::connectMariadb(address);
  const auto run = [&](const char* sql) { check(mysql_query(db.get(), sql) == 0, mysql_error(db.get())); };
  return timed([&] {
    run("begin");
    const std::unique_ptr<MYSQL_STMT, Freed<mysql_stmt_close>> statement(mysql_stmt_init(db.get()));
    const auto done = [&](bool failed) { check(!failed, mysql_stmt_error(statement.get())); };
    std::vector<MYSQL_BIND> binds;
    size_t prepared = 0;
    for (size_t at = 0; at < rows.size();) {
      const size_t n = std::min(kRowsAtOnce, rows.size() - at);
      if (n != prepared) {
        const std::string sql = insertText('`', n, false);
        done(mysql_stmt_prepare(statement.get(), sql.data(), sql.size()) != 0);
        prepared = n;
      }
      binds.assign(n * kColumns, MYSQL_BIND{});
      MYSQL_BIND* bind = binds.data();
      const auto number = [&](const int64_t& v) {
        bind->buffer_type = MYSQL_TYPE_LONGLONG;
        bind++->buffer = const_cast<int64_t*>(&v);
      };
      const auto text = [&](const std::string& s) {
        bind->buffer_type = MYSQL_TYPE_STRING;
        bind->buffer_length = s.size();
        bind++->buffer = const_cast<char*>(s.data());
      };
      for (const size_t end = at + n; at < end; ++at) {
        const Row& row = rows[at];
        number(row.id);
        text(row.text[1]);
        number(row.quantity);
        text(row.text[3]);
        text(row.text[4]);
        row.hasNote ? text(row.text[5]) : static_cast<void>(bind++->buffer_type = MYSQL_TYPE_NULL);
      }
      done(mysql_stmt_bind_param(statement.get(), binds.data()) != 0);
      done(mysql_stmt_execute(statement.get()) != 0);
    }
    run("commit");
  });
}

void runPostgresql(PGconn* db, PGresult* result) {
  const std::unique_ptr<PGresult, Freed<PQclear>> answer(result);
  const ExecStatusType status = PQresultStatus(answer.get());
  check(status == PGRES_COMMAND_OK || status == PGRES_COPY_IN, PQerrorMessage(db));
}

double insertPostgresql(const std::vector<Row>& rows, const bench::Address& address) {
  const bench::Postgresql db = bench::connectPostgresql(address);
  return timed([&] {
    runPostgresql(db.get(), PQexec(db.get(), "begin"));
    std::vector<const char*> values;
    size_t prepared = 0;
    for (size_t at = 0; at < rows.size();) {
      const size_t n = std::min(kRowsAtOnce, rows.size() - at);
      if (n != prepared) runPostgresql(db.get(), PQprepare(db.get(), "", insertText('"', n, true).c_str(), 0, nullptr));
      prepared = n;
      values.clear();
      for (const size_t end = at + n; at < end; ++at)
        for (size_t c = 0; c < kColumns; ++c)
          values.push_back(c + 1 < kColumns || rows[at].hasNote ? rows[at].text[c].c_str() : nullptr);
      runPostgresql(db.get(),
                    PQexecPrepared(db.get(), "", static_cast<int>(values.size()), values.data(), nullptr, nullptr, 0));
    }
    runPostgresql(db.get(), PQexec(db.get(), "commit"));
  });
}

double copyPostgresql(const std::vector<Row>& rows, const bench::Address& address) {
  const bench::Postgresql db = bench::connectPostgresql(address);
  return timed([&] {
    runPostgresql(db.get(), PQexec(db.get(), "begin"));
    runPostgresql(db.get(), PQexec(db.get(), R"(copy "Item" (id, name, quantity, price, made, note) from stdin)"));
    std::string line;
    for (const Row& row : rows) {
      line.clear();
      for (size_t c = 0; c < kColumns; ++c) line.append(row.text[c]).push_back(c + 1 < kColumns ? '\t' : '\n');
      check(PQputCopyData(db.get(), line.data(), static_cast<int>(line.size())) == 1, PQerrorMessage(db.get()));
    }
    check(PQputCopyEnd(db.get(), nullptr) == 1, PQerrorMessage(db.get()));
    while (PGresult* result = PQgetResult(db.get())) runPostgresql(db.get(), result);
    runPostgresql(db.get(), PQexec(db.get(), "commit"));
  });
}

}  // namespace

int main(int, char** arguments) {
  const std::string_view kind = arguments[1];
  const std::vector<Row> rows = readRows(arguments[2]);
  try {
    double seconds = 0;
    if (kind == "sqlite")
      seconds = insertSqlite(rows, arguments[3]);
    else if (kind == "mariadb")
      seconds = insertMariadb(rows, bench::Address::of(arguments + 3));
    else if (kind == "postgresql")
      seconds = insertPostgresql(rows, bench::Address::of(arguments + 3));
    else
      seconds = copyPostgresql(rows, bench::Address::of(arguments + 3));
    std::printf("%.6f\n", seconds);
    return 0;
  } catch (const std::exception& e) {
    std::fprintf(stderr, "%s\n", e.what());
    return 1;
  }
}
