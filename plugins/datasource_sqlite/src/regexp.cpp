// SPDX-License-Identifier: Apache-2.0
#include "regexp.h"

#include <re2/re2.h>
#include <sqlite3.h>

#include <memory>

#include "errors.h"

namespace tenon::sqlite {

namespace {

constexpr int64_t kMostMemory = 1 << 20;  // of one compiled pattern
constexpr int kPattern = 0, kText = 1;

re2::StringPiece textOf(sqlite3_value* v) {
  const auto* text = reinterpret_cast<const char*>(sqlite3_value_text(v));
  return {text != nullptr ? text : "", static_cast<size_t>(sqlite3_value_bytes(v))};
}

/// `text regexp pattern` calls regexp(pattern, text). The compiled pattern stays with the statement.
void regexp(sqlite3_context* context, int, sqlite3_value** arguments) {
  if (sqlite3_value_type(arguments[kPattern]) == SQLITE_NULL || sqlite3_value_type(arguments[kText]) == SQLITE_NULL)
    return;  // NULL, as with every comparison
  auto* pattern = static_cast<RE2*>(sqlite3_get_auxdata(context, kPattern));
  if (pattern == nullptr) {
    RE2::Options options;
    options.set_log_errors(false);
    options.set_max_mem(kMostMemory);
    auto made = std::make_unique<RE2>(textOf(arguments[kPattern]), options);
    if (!made->ok()) {
      sqlite3_result_error(context, ("malformed regular expression: " + made->error()).c_str(), -1);
      return;
    }
    sqlite3_result_int(context, RE2::PartialMatch(textOf(arguments[kText]), *made) ? 1 : 0);
    sqlite3_set_auxdata(context, kPattern, made.release(), [](void* p) { delete static_cast<RE2*>(p); });
    return;
  }
  sqlite3_result_int(context, RE2::PartialMatch(textOf(arguments[kText]), *pattern) ? 1 : 0);
}

}  // namespace

void addRegexp(sqlite3* db) {
  checked(db, sqlite3_create_function_v2(db, "regexp", 2, SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_INNOCUOUS,
                                         nullptr, regexp, nullptr, nullptr, nullptr));
}

}  // namespace tenon::sqlite
