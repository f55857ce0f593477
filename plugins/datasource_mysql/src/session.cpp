// SPDX-License-Identifier: Apache-2.0
#include "session.h"

#include <cppconn/resultset.h>
#include <cppconn/statement.h>
#include <mysql_driver.h>

#include <mutex>

#include "errors.h"

namespace tenon::mysql {

namespace {

// Bound values need no escapes, and constants in DDL double their quotes as the standard says: a backslash is a
// character like any other. Strict, so that a value that does not fit is refused and not cut.
constexpr char kSetup[] =
    "set session sql_mode='STRICT_ALL_TABLES,NO_ZERO_DATE,NO_ZERO_IN_DATE,ERROR_FOR_DIVISION_BY_ZERO,"
    "NO_ENGINE_SUBSTITUTION,NO_BACKSLASH_ESCAPES,NO_AUTO_VALUE_ON_ZERO', autocommit=1";

sql::Driver& driver() {
  static sql::Driver* const instance = [] {
    static std::mutex once;
    const std::lock_guard lock(once);
    return sql::mysql::get_driver_instance();
  }();
  return *instance;
}

int seconds(uint32_t ms) {
  return static_cast<int>((ms + 999) / 1000);
}

sql::ConnectOptionsMap properties(const Options& o, uint32_t silence_ms) {
  sql::ConnectOptionsMap p;
  const std::string host = o.host.find(':') != std::string::npos ? "[" + o.host + "]" : o.host;
  p["hostName"] = sql::SQLString("tcp://" + host + ":" + std::to_string(o.port));
  p["userName"] = sql::SQLString(o.username);
  p["password"] = sql::SQLString(o.password);
  p["schema"] = sql::SQLString(o.database);
  p["OPT_CHARSET_NAME"] = sql::SQLString("utf8mb4");
  p["OPT_CONNECT_TIMEOUT"] = seconds(o.connectTimeout_ms);
  p["OPT_READ_TIMEOUT"] = seconds(silence_ms);
  p["OPT_WRITE_TIMEOUT"] = seconds(silence_ms);
  p["OPT_RECONNECT"] = false;
  // A server may ask the client for any file that the client can read; ours has none to give.
  p["OPT_LOCAL_INFILE"] = 0;
  p["CLIENT_FOUND_ROWS"] = true;  // an update counts the rows it found, changed or not
  p["OPT_REPORT_DATA_TRUNCATION"] = true;
  p["sslEnforce"] = o.tls == "required" || o.tls == "verify";
  p["sslVerify"] = o.tls == "verify";
  if (!o.tlsCa.empty()) p["sslCA"] = sql::SQLString(o.tlsCa);
  if (!o.tlsCert.empty()) p["sslCert"] = sql::SQLString(o.tlsCert);
  if (!o.tlsKey.empty()) p["sslKey"] = sql::SQLString(o.tlsKey);
  return p;
}

struct ThreadEntry {
  ThreadEntry() { driver().threadInit(); }
  ~ThreadEntry() { driver().threadEnd(); }
  ThreadEntry(const ThreadEntry&) = delete;
  ThreadEntry& operator=(const ThreadEntry&) = delete;
};

/// Connects; where TLS is required, only to a server that speaks it: the client library goes on without when it does
/// not.
std::unique_ptr<sql::Connection> connected(const Options& options, uint32_t silence_ms) {
  sql::ConnectOptionsMap p = properties(options, silence_ms);
  std::unique_ptr<sql::Connection> connection(driver().connect(p));
  if (options.tls != "required" && options.tls != "verify") return connection;
  const std::unique_ptr<sql::Statement> statement(connection->createStatement());
  const std::unique_ptr<sql::ResultSet> row(statement->executeQuery("show session status like 'Ssl_cipher'"));
  if (!row->next() || row->getString(2).length() == 0)
    throw Failure(TENON_UNAVAILABLE, "TLS is required, and the server does not offer it")
        .from(TENON_FROM_BACKEND)
        .because(TENON_REASON_CONNECTION)
        .state("08001");
  return connection;
}

}  // namespace

void enterThread() {
  thread_local const ThreadEntry entry;
  (void)entry;
}

Session openSession(const Options& options, bool readOnly, uint32_t silence_ms) {
  enterThread();
  return translated([&] {
    Session s;
    s.connection = connected(options, silence_ms);
    const std::unique_ptr<sql::Statement> statement(s.connection->createStatement());
    statement->execute(kSetup);
    const std::unique_ptr<sql::ResultSet> row(statement->executeQuery("select connection_id(), version()"));
    if (!row->next()) throw Failure(TENON_INTERNAL, "the server does not tell its version").from(TENON_FROM_BACKEND);
    s.id = row->getUInt64(1);
    s.mariaDb = row->getString(2).asStdString().find("MariaDB") != std::string::npos;
    if (readOnly) statement->execute("set session transaction read only");
    return s;
  });
}

void killQuery(const Options& options, uint64_t id) {
  enterThread();
  translated([&] {
    Options brief = options;
    brief.connectTimeout_ms = 2000;
    const std::unique_ptr<sql::Connection> side = connected(brief, 2000);
    const std::unique_ptr<sql::Statement> statement(side->createStatement());
    statement->execute("kill query " + std::to_string(id));
  });
}

}  // namespace tenon::mysql
