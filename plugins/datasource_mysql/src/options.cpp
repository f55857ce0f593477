// SPDX-License-Identifier: Apache-2.0
#include "options.h"

#include <algorithm>
#include <array>

#include "tenon/extras/options.hpp"

namespace tenon::mysql {

namespace {

// What applications write into their urls and what changes nothing here: the session is utf8mb4 and strict, shows its
// own clock, and prepares statements as it sees fit.
constexpr std::array<std::string_view, 21> kWithoutEffect = {"useUnicode",
                                                             "characterEncoding",
                                                             "connectionCollation",
                                                             "serverTimezone",
                                                             "connectionTimeZone",
                                                             "useLegacyDatetimeCode",
                                                             "zeroDateTimeBehavior",
                                                             "allowPublicKeyRetrieval",
                                                             "rewriteBatchedStatements",
                                                             "useServerPrepStmts",
                                                             "cachePrepStmts",
                                                             "prepStmtCacheSize",
                                                             "prepStmtCacheSqlLimit",
                                                             "autoReconnect",
                                                             "failOverReadOnly",
                                                             "tinyInt1isBit",
                                                             "nullCatalogMeansCurrent",
                                                             "useInformationSchema",
                                                             "useCursorFetch",
                                                             "jdbcCompliantTruncation",
                                                             "socketTimeout"};  // the pool's statement_ms says it

std::string lowered(std::string s) {
  for (char& c : s) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c == '_' ? '-' : c;
  return s;
}

uint32_t milliseconds(const std::string& key, const std::string& value) {
  if (value.empty() || value.size() > 7 || value.find_first_not_of("0123456789") != std::string::npos)
    badOption("url", "the url's " + key + " must be a number of milliseconds");
  return static_cast<uint32_t>(std::stoul(value));
}

void readParameter(const std::string& key, const std::string& value, Options& o) {
  if (std::find(kWithoutEffect.begin(), kWithoutEffect.end(), key) != kWithoutEffect.end()) return;
  const std::string v = lowered(value);
  if (key == "useSSL" || key == "requireSSL") {
    if (v != "true" && v != "false") badOption("url", "the url's " + key + " must be true or false");
    if (v == "true")
      o.tls = "required";
    else if (key == "useSSL")
      o.tls = "disabled";
  } else if (key == "sslMode") {
    o.tls = v == "disable" || v == "disabled"                                  ? "disabled"
            : v == "preferred"                                                 ? "preferred"
            : v == "required" || v == "trust"                                  ? "required"
            : v == "verify-ca" || v == "verify-full" || v == "verify-identity" ? "verify"
                                                                               : "";
    if (o.tls.empty()) badOption("url", "the url's sslMode is unknown: " + value);
  } else if (key == "connectTimeout") {
    o.connectTimeout_ms = std::clamp(milliseconds(key, value), 1000U, 600000U);
  } else {
    badOption("url", "the url has an unknown parameter: " + key);
  }
}

}  // namespace

Options readOptions(std::string_view configJson) {
  OptionReader json(configJson);
  Options o;
  const ServerUrl url = readServerUrl(json.required("url"), {"jdbc:mysql://", "jdbc:mariadb://", "jdbc:tidb://"}, 3306);
  o.host = url.host;
  o.port = url.port;
  o.database = url.database;
  if (o.database.empty()) badOption("url", "the url names no database");
  for (const auto& [key, value] : url.parameters) readParameter(key, value, o);
  o.username = json.text("username").value_or("");
  o.password = json.text("password").value_or("");
  json.choice("tls", o.tls, {"disabled", "preferred", "required", "verify"});
  json.number("connect_timeout_ms", o.connectTimeout_ms, 1000, 600000);
  json.number("statement_ms", o.statementTimeout_ms, 1, 86400000);
  json.number("statement_cache", o.statementCache, 0, 1000);
  const bool trusted = json.boolean("trusted", false);
  for (auto [key, file] :
       {std::pair("tls_ca", &o.tlsCa), std::pair("tls_cert", &o.tlsCert), std::pair("tls_key", &o.tlsKey)})
    if (const auto name = json.text(key)) {
      if (!trusted) badOption(key, "files are named by the operator only");
      *file = *name;
    }
  // A host name that is a path would be a socket of this machine.
  if (!trusted && o.host.find('/') != std::string::npos) badOption("url", "the url's host is not a name");
  json.finish();
  return o;
}

}  // namespace tenon::mysql
