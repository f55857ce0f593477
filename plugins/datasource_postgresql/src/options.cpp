// SPDX-License-Identifier: Apache-2.0
#include "options.h"

#include <algorithm>
#include <array>

#include "tenon/extras/options.hpp"

namespace tenon::postgresql {

namespace {

// What JDBC urls say about JDBC's own driver, and what cannot be heeded here without harm to anybody. Closed: a
// parameter that is neither here nor honoured is refused, so that a mistyped one is told.
constexpr std::array<std::string_view, 34> kMeaningless = {"adaptiveFetch",
                                                           "adaptiveFetchMaximum",
                                                           "adaptiveFetchMinimum",
                                                           "allowEncodingChanges",
                                                           "assumeMinServerVersion",
                                                           "autosave",
                                                           "binaryTransfer",
                                                           "binaryTransferDisable",
                                                           "binaryTransferEnable",
                                                           "cancelSignalTimeout",
                                                           "charSet",
                                                           "characterEncoding",
                                                           "cleanupSavepoints",
                                                           "databaseMetadataCacheFields",
                                                           "databaseMetadataCacheFieldsMiB",
                                                           "defaultRowFetchSize",
                                                           "disableColumnSanitiser",
                                                           "escapeSyntaxCallMode",
                                                           "hideUnprivilegedObjects",
                                                           "loggerFile",
                                                           "loggerLevel",
                                                           "logUnclosedConnections",
                                                           "maxResultBuffer",
                                                           "preferQueryMode",
                                                           "prepareThreshold",
                                                           "preparedStatementCacheQueries",
                                                           "preparedStatementCacheSizeMiB",
                                                           "reWriteBatchedInserts",
                                                           "receiveBufferSize",
                                                           "sendBufferSize",
                                                           "socketTimeout",
                                                           "stringtype",
                                                           "tcpKeepAlive",
                                                           "useUnicode"};

/// Appends a name as the server reads it in search_path.
void addToPath(std::string& path, std::string_view name) {
  if (!path.empty()) path += ',';
  path += '"';
  for (const char c : name) {
    path += c;
    if (c == '"') path += c;
  }
  path += '"';
}

/// "a, b" and "\"My Schema\"": each name as it is spelled, without the quotes around it.
std::string pathOf(std::string_view list) {
  std::string path;
  while (!list.empty()) {
    const size_t comma = list.find(',');
    std::string_view name = list.substr(0, comma);
    list = comma == std::string_view::npos ? std::string_view() : list.substr(comma + 1);
    while (!name.empty() && name.front() == ' ') name.remove_prefix(1);
    while (!name.empty() && name.back() == ' ') name.remove_suffix(1);
    if (name.size() >= 2 && name.front() == '"' && name.back() == '"') name = name.substr(1, name.size() - 2);
    if (name.empty()) badOption("url", "the url's currentSchema has an empty name");
    addToPath(path, name);
  }
  return path;
}

void readParameter(const std::string& key, const std::string& value, Options& o) {
  if (value.find('\0') != std::string::npos) badOption("url", "the url has a zero byte");
  if (key == "currentSchema") {
    o.searchPath = pathOf(value);
  } else if (key == "ApplicationName") {
    if (!value.empty()) o.applicationName = value;
  } else if (key == "sslmode") {
    for (const std::string_view mode : {"disable", "allow", "prefer", "require", "verify-ca", "verify-full"})
      if (value == mode) {
        o.tls = value;
        return;
      }
    badOption("url", "the url's sslmode is unknown");
  } else if (key == "connectTimeout") {
    uint32_t seconds = 0;
    for (const char c : value)
      seconds = c >= '0' && c <= '9' && seconds < 1000 ? seconds * 10 + static_cast<uint32_t>(c - '0') : 1000;
    if (value.empty() || seconds == 0 || seconds > 600)
      badOption("url", "the url's connectTimeout must be from 1 to 600 seconds");
    o.connectTimeout_ms = seconds * 1000;
  } else if (key == "user" || key == "password") {
    badOption("url", "say username and password in their own members, not in the url");
  } else if (std::find(kMeaningless.begin(), kMeaningless.end(), key) == kMeaningless.end()) {
    badOption("url", "the url has an unknown parameter: " + key);
  }
}

void readUrl(std::string_view text, bool trusted, Options& o) {
  ServerUrl url = readServerUrl(text, {"jdbc:postgresql://", "postgresql://"}, 5432);
  o.host = decodedUrl(url.host);
  // libpq takes a host that begins so for the folder of a socket, and a comma for several hosts.
  if (o.host.find_first_of(std::string_view(",\0", 2)) != std::string::npos)
    badOption("url", "the url's host is not a name");
  if ((o.host[0] == '/' || o.host[0] == '@') && !trusted) badOption("url", "the url's host is not a name");
  o.port = url.port;
  o.database = std::move(url.database);
  for (const auto& [key, value] : url.parameters) readParameter(key, value, o);
}

/// C strings: a zero byte would cut them.
void refuseZero(const char* key, const std::string& value) {
  if (value.find('\0') != std::string::npos) badOption(key, std::string(key) + " holds a zero byte");
}

}  // namespace

Options readOptions(std::string_view configJson) {
  OptionReader json(configJson);
  Options o;
  const std::string url = json.required("url");
  const bool trusted = json.boolean("trusted", false);
  json.boolean("private", false);
  readUrl(url, trusted, o);
  o.username = json.required("username");
  o.password = json.text("password").value_or("");
  if (o.database.empty()) o.database = o.username;
  if (const auto schema = json.text("schema"); schema && !schema->empty()) {
    refuseZero("schema", *schema);
    o.searchPath.clear();
    addToPath(o.searchPath, *schema);
  }
  json.number("connect_timeout_ms", o.connectTimeout_ms, 1, 600000);
  json.number("statement_cache", o.statementCache, 0, 10000);
  json.choice("tls", o.tls, {"disable", "prefer", "require", "verify-full"});
  const std::pair<const char*, std::string*> files[] = {
      {"tls_root_cert", &o.tlsRootCert}, {"tls_cert", &o.tlsCert}, {"tls_key", &o.tlsKey}};
  for (const auto& [key, file] : files) {
    *file = json.text(key).value_or("");
    refuseZero(key, *file);
    if (!file->empty() && !trusted) badOption(key, std::string(key) + " names a file: only the operator may");
  }
  refuseZero("username", o.username);
  refuseZero("password", o.password);
  json.finish();
  return o;
}

}  // namespace tenon::postgresql
