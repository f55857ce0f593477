// SPDX-License-Identifier: Apache-2.0
#include "options.h"

#include <algorithm>
#include <array>
#include <filesystem>

#include "tenon/extras/json.hpp"

namespace tenon::sqlite {

namespace {

constexpr std::array<std::string_view, 16> kKeys = {
    "dbKind",    "url",        "username",        "password",        "name",         "trusted",
    "private",   "create",     "busy_timeout_ms", "statement_cache", "foreign_keys", "synchronous",
    "cache_kib", "mmap_bytes", "read_only",       "tenant"};

[[noreturn]] void bad(const std::string& key, const std::string& what) {
  throw Failure(TENON_INVALID, what).from(TENON_FROM_CALLER).naming(TENON_OBJECT_FIELD, key);
}

std::string decodedUri(std::string_view s) {
  std::string out;
  for (size_t i = 0; i < s.size(); ++i) {
    if (s[i] != '%') {
      out.push_back(s[i]);
      continue;
    }
    if (i + 2 >= s.size() || std::string_view("0123456789abcdefABCDEF").find(s[i + 1]) == std::string_view::npos ||
        std::string_view("0123456789abcdefABCDEF").find(s[i + 2]) == std::string_view::npos)
      bad("url", "the url has a bad escape");
    out.push_back(static_cast<char>(std::stoi(std::string(s.substr(i + 1, 2)), nullptr, 16)));
    i += 2;
  }
  return out;
}

/// What follows "?" of a file: URI. Only the mode means anything here.
void readUriQuery(std::string_view query, Options& o, bool& memory) {
  while (!query.empty()) {
    const size_t end = query.find('&');
    const std::string_view part = query.substr(0, end);
    query = end == std::string_view::npos ? std::string_view() : query.substr(end + 1);
    if (part == "mode=ro")
      o.readOnly = true;
    else if (part == "mode=rw")
      o.create = false;
    else if (part == "mode=memory")
      memory = true;
    else if (part != "mode=rwc" && part != "cache=shared" && part != "cache=private" && !part.empty())
      bad("url", "the url has an unknown parameter: " + std::string(part.substr(0, part.find('='))));
  }
}

void readUrl(std::string_view url, const std::string& folder, bool trusted, Options& o) {
  namespace fs = std::filesystem;
  if (url.find('\0') != std::string_view::npos || url.size() > 4096) bad("url", "the url is not a file name");
  constexpr std::string_view kJdbc = "jdbc:sqlite:";
  if (url.substr(0, kJdbc.size()) == kJdbc)
    url.remove_prefix(kJdbc.size());
  else if (url.substr(0, 5) == "jdbc:")
    bad("url", "the url is for another kind of database");
  bool memory = false;
  std::string path(url);
  if (url.substr(0, 5) == "file:") {
    url.remove_prefix(5);
    if (url.substr(0, 3) == "///")
      url.remove_prefix(2);
    else if (url.substr(0, 2) == "//")
      bad("url", "the url names another machine");
    const size_t question = url.find('?');
    if (question != std::string_view::npos) readUriQuery(url.substr(question + 1), o, memory);
    path = decodedUri(url.substr(0, question));
    if (path.find('\0') != std::string::npos) bad("url", "the url is not a file name");
  }
  if (memory || path == ":memory:") return;
  if (path.empty()) bad("url", "the url names no file");
  fs::path p(path);
  const bool leaves = p.is_absolute() || std::find(p.begin(), p.end(), fs::path("..")) != p.end();
  if (leaves && !trusted) bad("url", "the file must lie in the databases folder: no absolute path and no \"..\"");
  if (p.is_relative()) {
    p = fs::path(folder) / p;
    std::error_code ignored;
    // A link inside the folder must not lead out of it either.
    const fs::path real = fs::weakly_canonical(p, ignored), base = fs::weakly_canonical(folder, ignored);
    if (!trusted && std::mismatch(base.begin(), base.end(), real.begin(), real.end()).first != base.end())
      bad("url", "the file must lie in the databases folder");
  }
  o.path = p.lexically_normal().string();
  // Beside a database, SQLite keeps files of these names: as a database, one would lock the other out.
  for (const std::string_view suffix : {"-journal", "-wal", "-shm"})
    if (o.path.size() >= suffix.size() && o.path.compare(o.path.size() - suffix.size(), suffix.size(), suffix) == 0)
      bad("url", "the file's name is one that SQLite uses beside a database");
}

/// The folder of one tenant's files; no tenant reaches another's.
std::string folderOf(const std::string& folder, const Options& o) {
  if (o.tenant.empty() || o.trusted) return folder;
  if (o.tenant[0] == '.' || o.tenant.find_first_of(std::string_view("/\0", 2)) != std::string::npos)
    bad("tenant", "the tenant's name cannot be that of a folder");
  return (std::filesystem::path(folder).parent_path() / "tenants" / o.tenant / "databases").string();
}

template <class T>
void number(const Json& json, const char* key, T& out, uint64_t least, uint64_t most) {
  const auto it = json.find(key);
  if (it == json.end()) return;
  if (!it->is_number_unsigned() || it->get<uint64_t>() < least || it->get<uint64_t>() > most)
    bad(key,
        std::string(key) + " must be a whole number from " + std::to_string(least) + " to " + std::to_string(most));
  out = static_cast<T>(it->get<uint64_t>());
}

bool boolean(const Json& json, const char* key, bool standard) {
  const auto it = json.find(key);
  if (it == json.end()) return standard;
  if (!it->is_boolean()) bad(key, std::string(key) + " must be true or false");
  return it->get<bool>();
}

}  // namespace

Options readOptions(std::string_view configJson, const std::string& folder) {
  const Json json = parseJson(configJson);
  if (!json.is_object()) bad("config", "the configuration must be an object");
  for (auto it = json.begin(); it != json.end(); ++it)
    if (std::find(kKeys.begin(), kKeys.end(), it.key()) == kKeys.end()) bad(it.key(), "unknown option " + it.key());
  Options o;
  const auto url = json.find("url");
  if (url == json.end() || !url->is_string()) bad("url", "the url is required");
  o.create = boolean(json, "create", o.create);
  o.readOnly = boolean(json, "read_only", o.readOnly);
  o.isPrivate = boolean(json, "private", false);
  o.foreignKeys = boolean(json, "foreign_keys", o.foreignKeys);
  number(json, "busy_timeout_ms", o.busyTimeout_ms, 0, 600000);
  number(json, "statement_cache", o.statementCache, 0, 10000);
  number(json, "cache_kib", o.cache_kib, 64, 16777216);
  number(json, "mmap_bytes", o.mmap_bytes, 0, uint64_t{1} << 40U);
  if (const auto it = json.find("synchronous"); it != json.end()) {
    if (!it->is_string() || (*it != "off" && *it != "normal" && *it != "full" && *it != "extra"))
      bad("synchronous", "synchronous must be off, normal, full or extra");
    o.synchronous = it->get<std::string>();
  }
  o.trusted = boolean(json, "trusted", false);
  if (const auto it = json.find("tenant"); it != json.end() && it->is_string()) o.tenant = it->get<std::string>();
  readUrl(url->get_ref<const std::string&>(), folderOf(folder, o), o.trusted, o);
  return o;
}

}  // namespace tenon::sqlite
