// SPDX-License-Identifier: Apache-2.0
#include "connect.h"

#include <poll.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>

#include "errors.h"
#include "tenon/deadline.hpp"

namespace tenon::postgresql {

namespace {

// libpq falls back to its environment, and to files of the process's user, for every parameter that is not given or
// empty: each is given, with the path of no file where there is none.
constexpr const char* kNoFile = "/dev/null/none";
// Where a server asks for a password that the configuration does not give, it is refused and not looked up.
constexpr const char* kNoPassword = "-";
constexpr const char* kSystemRoots = "/etc/ssl/certs/ca-certificates.crt";
constexpr uint64_t kPause_ms = 50;       // between two attempts at a server that is just starting
constexpr uint64_t kComeBack_ms = 1000;  // for one that is not even there

struct Parameters {
  std::vector<const char*> keys, values;
  std::vector<std::string> kept;
  Parameters() { kept.reserve(40); }
  void add(const char* key, std::string value) {
    kept.push_back(std::move(value));
    keys.push_back(key);
    values.push_back(kept.back().c_str());
  }
  void end() {
    keys.push_back(nullptr);
    values.push_back(nullptr);
  }
};

std::string orElse(const std::string& s, const char* other) {
  return s.empty() ? other : s;
}

Parameters parametersOf(const Options& o, bool readOnly, const std::string& zone) {
  std::vector<std::pair<std::string, std::string>> settings = {
      {"standard_conforming_strings", "on"}, {"DateStyle", "ISO"},
      {"IntervalStyle", "iso_8601"},         {"bytea_output", "hex"},
      {"extra_float_digits", "1"},           {"TimeZone", zone}};
  if (!o.searchPath.empty()) settings.emplace_back("search_path", o.searchPath);
  if (readOnly) settings.emplace_back("default_transaction_read_only", "on");
  Parameters p;
  p.add("host", o.host);
  p.add("port", std::to_string(o.port));
  p.add("dbname", o.database);
  p.add("user", o.username);
  p.add("password", orElse(o.password, kNoPassword));
  p.add("passfile", kNoFile);
  p.add("client_encoding", "UTF8");
  p.add("application_name", o.applicationName);
  p.add("options", startupOptions(settings));
  p.add("target_session_attrs", "any");
  p.add("gssencmode", "disable");
  p.add("channel_binding", "prefer");
  p.add("sslmode", o.tls);
  p.add("sslcompression", "0");
  p.add("sslsni", "1");
  p.add("ssl_min_protocol_version", "TLSv1.2");
  p.add("ssl_max_protocol_version", "TLSv1.3");
  p.add("sslrootcert", orElse(o.tlsRootCert, o.tls.substr(0, 6) == "verify" ? kSystemRoots : kNoFile));
  p.add("sslcert", orElse(o.tlsCert, kNoFile));
  p.add("sslkey", orElse(o.tlsKey, kNoFile));
  p.add("sslcrl", kNoFile);
  p.add("sslcrldir", kNoFile);
  // A peer that is gone without a word is noticed within half a minute or so, idle or not.
  p.add("keepalives", "1");
  p.add("keepalives_idle", "30");
  p.add("keepalives_interval", "10");
  p.add("keepalives_count", "3");
  p.add("tcp_user_timeout", "30000");
  p.end();
  return p;
}

[[noreturn]] void timedOut() {
  throw Failure(TENON_UNAVAILABLE, "the server did not answer within connect_timeout_ms")
      .from(TENON_FROM_BACKEND)
      .because(TENON_REASON_CONNECTION)
      .retryAfter(1000)
      .state("08001");
}

/// One attempt.
PGconn* attempt(const Parameters& p, Wait& wait, uint64_t until_ms) {
  PGconn* c = PQconnectStartParams(p.keys.data(), p.values.data(), 0);
  if (c == nullptr) throw Failure(TENON_UNAVAILABLE, "out of memory");
  try {
    PQsetNoticeReceiver(
        c, [](void*, const PGresult*) {}, nullptr);
    PQsetErrorVerbosity(c, PQERRORS_VERBOSE);  // with it, and only so, the SQLSTATE of a refusal is told
    PostgresPollingStatusType state = PGRES_POLLING_WRITING;
    while (PQstatus(c) != CONNECTION_BAD && state != PGRES_POLLING_OK && state != PGRES_POLLING_FAILED) {
      const auto outcome = wait.forSocket(PQsocket(c), state == PGRES_POLLING_READING ? POLLIN : POLLOUT, until_ms);
      if (outcome == Wait::Outcome::Stopped) throw wait.failure();
      if (outcome == Wait::Outcome::TimedOut) timedOut();
      state = PQconnectPoll(c);
    }
    if (PQstatus(c) != CONNECTION_OK) throw connectFailure(PQerrorMessage(c));
    if (PQsetnonblocking(c, 1) != 0) throw lost(PQerrorMessage(c));
  } catch (...) {
    PQfinish(c);
    throw;
  }
  return c;
}

}  // namespace

std::vector<std::string> forgetEnvironment() {
  std::vector<std::string> found;
  for (const char* name :
       {"PGHOSTADDR", "PGSERVICE", "PGSERVICEFILE", "PGREQUIREPEER", "PGREQUIREAUTH", "PGTZ", "PGDATESTYLE", "PGGEQO",
        "PGGSSLIB", "PGKRBSRVNAME", "PGSSLCERTMODE", "PGSSLNEGOTIATION", "PGGSSDELEGATION"})
    if (::getenv(name) != nullptr) {
      found.emplace_back(name);
      ::unsetenv(name);
    }
  return found;
}

std::string startupOptions(const std::vector<std::pair<std::string, std::string>>& settings) {
  std::string out;
  for (const auto& [name, value] : settings) {
    out += (out.empty() ? "-c " : " -c ") + name + '=';
    for (const char c : value) {
      if (c == ' ' || c == '\\' || c == '\t' || c == '\n' || c == '\v' || c == '\f' || c == '\r') out += '\\';
      out += c;
    }
  }
  return out;
}

std::string sessionTimeZone(bool fixed) {
  if (!fixed) {
    const char* set = ::getenv("TZ");
    std::string name = set != nullptr ? set : "";
    if (!name.empty() && name[0] == ':') name.erase(0, 1);
    if (set == nullptr) {
      char target[1024];
      const ssize_t n = ::readlink("/etc/localtime", target, sizeof target);
      if (n > 0) name.assign(target, static_cast<size_t>(n));
    }
    constexpr std::string_view kFolder = "/zoneinfo/";
    if (const size_t at = name.find(kFolder); at != std::string::npos) name.erase(0, at + kFolder.size());
    if (!name.empty() && name[0] != '/') return name;
  }
  const time_t now = ::time(nullptr);
  tm local{};
  ::localtime_r(&now, &local);
  const long minutes = local.tm_gmtoff / 60, size = minutes < 0 ? -minutes : minutes;
  // As POSIX has it: a name, and the offset to the west.
  char text[64];
  std::snprintf(text, sizeof text, "<%c%02ld%02ld>%c%02ld:%02ld", minutes < 0 ? '-' : '+', size / 60, size % 60,
                minutes < 0 ? '+' : '-', size / 60, size % 60);
  return text;
}

PGconn* openConnection(const Options& options, bool readOnly, bool again, Wait& wait) {
  const uint64_t begun = monotonicMs(), until = begun + options.connectTimeout_ms;
  const uint64_t present = again ? std::min(until, begun + kComeBack_ms) : begun;
  for (bool fixed = false;;) {
    try {
      return attempt(parametersOf(options, readOnly, sessionTimeZone(fixed)), wait, until);
    } catch (const Failure& f) {
      tenon_error e{};
      e.size = sizeof e;
      f.fill(&e);
      const std::string_view state = e.sqlstate;
      if (state == "22023" && !fixed) {  // the server's machine has no such time zone
        fixed = true;
        continue;
      }
      // 57P03: it is there and starts, or stops to start again. 08001: nobody listens.
      const uint64_t patience = state == "57P03" ? until : state == "08001" ? present : 0;
      if (monotonicMs() + kPause_ms >= patience) throw;
    }
    if (wait.forSocket(-1, 0, monotonicMs() + kPause_ms) == Wait::Outcome::Stopped) throw wait.failure();
  }
}

}  // namespace tenon::postgresql
