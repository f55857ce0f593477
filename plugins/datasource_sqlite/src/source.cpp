// SPDX-License-Identifier: Apache-2.0
#include "source.h"

#include <sqlite3.h>

#include <algorithm>
#include <atomic>
#include <filesystem>
#include <map>
#include <mutex>
#include <vector>

#include "errors.h"
#include "exact_sum.h"
#include "regexp.h"

namespace tenon::sqlite {

namespace {

std::atomic<uint64_t> memoryDatabases{0};

/// The files that are open in this process, and whose they are.
struct Claim {
  std::vector<std::string> tenants;  // one for each source
  bool isPrivate = false;
};
struct Claims {
  std::mutex mutex;
  std::map<std::string, Claim> byPath;
};
Claims& claims() {
  static Claims c;
  return c;
}

/// May a source of these options open the file beside those that have it? The operator's word stands above tenants,
/// not above privacy. Under the claims' mutex.
bool admitted(const Claim& claim, const Options& o) {
  if (claim.isPrivate || o.isPrivate) return false;
  return o.trusted ||
         std::all_of(claim.tenants.begin(), claim.tenants.end(), [&](const auto& t) { return t == o.tenant; });
}

Failure denied() {
  return Failure(TENON_DENIED, "the file belongs to another datasource")
      .from(TENON_FROM_CALLER)
      .naming(TENON_OBJECT_FIELD, "url");
}

std::string canonical(const std::string& path) {
  std::error_code ignored;
  return std::filesystem::weakly_canonical(path, ignored).string();
}

}  // namespace

Source::Source(Options options) : options_(std::move(options)) {
  if (options_.path.empty()) {
    memoryName_ = "file:/tenon-" + std::to_string(memoryDatabases.fetch_add(1)) + "?vfs=memdb";
    anchor_ = openHandle(false);
    return;
  }
  const std::string path = canonical(options_.path);
  const std::lock_guard lock(claims().mutex);
  const auto at = claims().byPath.find(path);
  if (at != claims().byPath.end() && !admitted(at->second, options_)) throw denied();
  Claim& claim = claims().byPath[path];
  claim.tenants.push_back(options_.tenant);
  claim.isPrivate = options_.isPrivate;
  claimed_ = path;
}

Source::~Source() {
  sqlite3_close_v2(anchor_);
  if (claimed_.empty()) return;
  const std::lock_guard lock(claims().mutex);
  const auto at = claims().byPath.find(claimed_);
  auto& tenants = at->second.tenants;
  tenants.erase(std::find(tenants.begin(), tenants.end(), options_.tenant));
  if (tenants.empty()) claims().byPath.erase(at);
}

sqlite3* Source::openHandle(bool readOnly) const {
  const bool memory = !memoryName_.empty();
  // Checked again here: a link may have been put in place since.
  if (!memory && canonical(options_.path) != claimed_) throw denied();
  readOnly = readOnly || options_.readOnly;
  int flags = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
  // A reader of a WAL file that nobody has open yet needs to create the WAL index: it opens for writing and is
  // held back by query_only.
  flags |= options_.readOnly ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE;
  if (memory)
    flags |= SQLITE_OPEN_URI | SQLITE_OPEN_CREATE;
  else if (options_.create && !readOnly) {
    flags |= SQLITE_OPEN_CREATE;
    std::error_code ignored;  // what cannot be made is told by the open below
    std::filesystem::create_directories(std::filesystem::path(options_.path).parent_path(), ignored);
  }
  sqlite3* db = nullptr;
  const int opened = sqlite3_open_v2(memory ? memoryName_.c_str() : options_.path.c_str(), &db, flags, nullptr);
  try {
    if (opened != SQLITE_OK)
      throw Failure(TENON_UNAVAILABLE, std::string("the database cannot be opened: ") + sqlite3_errstr(opened))
          .from(TENON_FROM_BACKEND)
          .because(TENON_REASON_CONNECTION, opened)
          .state("08001");
    sqlite3_db_config(db, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
    sqlite3_db_config(db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr);
    sqlite3_db_config(db, SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0, nullptr);
    sqlite3_db_config(db, SQLITE_DBCONFIG_ENABLE_FKEY, options_.foreignKeys ? 1 : 0, nullptr);
    addRegexp(db);
    addExactSum(db);
    sqlite3_limit(db, SQLITE_LIMIT_ATTACHED, 0);
    sqlite3_limit(db, SQLITE_LIMIT_WORKER_THREADS, 0);
    sqlite3_busy_timeout(db, 1000);  // for the pragmas below; statements have a handler of their own
    std::string setup = "pragma secure_delete=fast; pragma cache_size=-" + std::to_string(options_.cache_kib) + ";";
    if (!memory) {
      setup += "pragma mmap_size=" + std::to_string(options_.mmap_bytes) +
               "; pragma synchronous=" + options_.synchronous + ";";
      if (!options_.readOnly && !readOnly) setup += "pragma journal_mode=wal;";
    }
    if (readOnly) setup += "pragma query_only=1;";
    checked(db, sqlite3_exec(db, setup.c_str(), nullptr, nullptr, nullptr));
    // The file is only looked at now; what is not a database is told at once.
    checked(db, sqlite3_exec(db, "select 1 from sqlite_master limit 1", nullptr, nullptr, nullptr));
  } catch (...) {
    sqlite3_close_v2(db);
    throw;
  }
  return db;
}

}  // namespace tenon::sqlite
