// SPDX-License-Identifier: Apache-2.0
#include "options.h"

#include <algorithm>
#include <filesystem>

#include "tenon/extras/options.hpp"

namespace tenon::sqlite {

namespace {

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
      badOption("url", "the url has an unknown parameter: " + std::string(part.substr(0, part.find('='))));
  }
}

void readUrl(std::string_view url, const std::string& folder, bool trusted, Options& o) {
  namespace fs = std::filesystem;
  if (url.find('\0') != std::string_view::npos || url.size() > 4096) badOption("url", "the url is not a file name");
  constexpr std::string_view kJdbc = "jdbc:sqlite:";
  if (url.substr(0, kJdbc.size()) == kJdbc)
    url.remove_prefix(kJdbc.size());
  else if (url.substr(0, 5) == "jdbc:")
    badOption("url", "the url is for another kind of database");
  bool memory = false;
  std::string path(url);
  if (url.substr(0, 5) == "file:") {
    url.remove_prefix(5);
    if (url.substr(0, 3) == "///")
      url.remove_prefix(2);
    else if (url.substr(0, 2) == "//")
      badOption("url", "the url names another machine");
    const size_t question = url.find('?');
    if (question != std::string_view::npos) readUriQuery(url.substr(question + 1), o, memory);
    path = decodedUrl(url.substr(0, question));
    if (path.find('\0') != std::string::npos) badOption("url", "the url is not a file name");
  }
  if (memory || path == ":memory:") return;
  if (path.empty()) badOption("url", "the url names no file");
  fs::path p(path);
  const bool leaves = p.is_absolute() || std::find(p.begin(), p.end(), fs::path("..")) != p.end();
  if (leaves && !trusted) badOption("url", "the file must lie in the databases folder: no absolute path and no \"..\"");
  if (p.is_relative()) {
    p = fs::path(folder) / p;
    std::error_code ignored;
    // A link inside the folder must not lead out of it either.
    const fs::path real = fs::weakly_canonical(p, ignored), base = fs::weakly_canonical(folder, ignored);
    if (!trusted && std::mismatch(base.begin(), base.end(), real.begin(), real.end()).first != base.end())
      badOption("url", "the file must lie in the databases folder");
  }
  o.path = p.lexically_normal().string();
  // Beside a database, SQLite keeps files of these names: as a database, one would lock the other out.
  for (const std::string_view suffix : {"-journal", "-wal", "-shm"})
    if (o.path.size() >= suffix.size() && o.path.compare(o.path.size() - suffix.size(), suffix.size(), suffix) == 0)
      badOption("url", "the file's name is one that SQLite uses beside a database");
}

/// The folder of one tenant's files; no tenant reaches another's.
std::string folderOf(const std::string& folder, const Options& o) {
  if (o.tenant.empty() || o.trusted) return folder;
  if (o.tenant[0] == '.' || o.tenant.find_first_of(std::string_view("/\0", 2)) != std::string::npos)
    badOption("tenant", "the tenant's name cannot be that of a folder");
  return (std::filesystem::path(folder).parent_path() / "tenants" / o.tenant / "databases").string();
}

}  // namespace

Options readOptions(std::string_view configJson, const std::string& folder) {
  OptionReader json(configJson);
  Options o;
  const std::string url = json.required("url");
  o.create = json.boolean("create", o.create);
  o.readOnly = json.boolean("read_only", o.readOnly);
  o.isPrivate = json.boolean("private", false);
  o.foreignKeys = json.boolean("foreign_keys", o.foreignKeys);
  json.number("busy_timeout_ms", o.busyTimeout_ms, 0, 600000);
  json.number("statement_cache", o.statementCache, 0, 10000);
  json.number("cache_kib", o.cache_kib, 64, 16777216);
  json.number("mmap_bytes", o.mmap_bytes, 0, uint64_t{1} << 40U);
  json.choice("synchronous", o.synchronous, {"off", "normal", "full", "extra"});
  o.trusted = json.boolean("trusted", false);
  o.tenant = json.text("tenant").value_or("");
  json.finish();
  readUrl(url, folderOf(folder, o), o.trusted, o);
  return o;
}

}  // namespace tenon::sqlite
