// SPDX-License-Identifier: Apache-2.0
// Whatever the filter: the SQL that comes of it is one expression that SQLite understands, and no value stands in it.
#include <sqlite3.h>

#include <string>

#include "fuzz.h"
#include "records/filter.h"
#include "routes/answer.h"
#include "school.h"

using namespace tenon::modeling;

namespace {

sqlite3* database() {
  static sqlite3* db = [] {
    sqlite3* made = nullptr;
    MUST(sqlite3_open(":memory:", &made) == SQLITE_OK);
    MUST(sqlite3_exec(
             made,
             "create table Classes (id, className);"
             "create table Student (id, name, age, score, active, born, seen, rises, notes, gender, hobbies, classId)",
             nullptr, nullptr, nullptr) == SQLITE_OK);
    // Functions that the dialect of the tests names.
    const auto nothing = [](sqlite3_context*, int, sqlite3_value**) {};
    for (const auto& [name, arguments] : {std::pair("clock", 1), std::pair("regexp", 2)})
      sqlite3_create_function_v2(made, name, arguments, SQLITE_UTF8, nullptr, nothing, nullptr, nullptr, nullptr);
    sqlite3_limit(made, SQLITE_LIMIT_EXPR_DEPTH, 100000);
    return made;
  }();
  return db;
}

/// Names, operators and parameters; anything else would be a value or an escape from the quotes.
bool onlyWhatWeWrite(std::string_view sql) {
  for (const char c : sql) {
    const bool word = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    if (!word && std::string_view(" ().,\"$=<>'\\").find(c) == std::string_view::npos) return false;
  }
  return true;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static const ModelSet models = schoolModels();
  SqlText sql;
  try {
    appendWhere(sql, tenon::Dialect(testDialect()), models, *models.entity("Student"), "t",
                readFilter(textOf(data, size)), {});
  } catch (const Invalid& invalid) {
    MUST(!invalid.problems().empty() && invalid.problems().front().field.substr(0, 6) == "filter");
    return 0;
  }
  MUST(onlyWhatWeWrite(sql.text));
  const std::string statement = "select 1 from Student t" + sql.text;
  sqlite3_stmt* prepared = nullptr;
  const char* tail = nullptr;
  const int code = sqlite3_prepare_v2(database(), statement.c_str(), -1, &prepared, &tail);
  const bool tooBig =
      code == SQLITE_ERROR && std::string_view(sqlite3_errmsg(database())).find("too") != std::string_view::npos;
  if (!tooBig) {
    MUST(code == SQLITE_OK && *tail == '\0');
    MUST(sqlite3_bind_parameter_count(prepared) == static_cast<int>(sql.values.size()));
  }
  sqlite3_finalize(prepared);
  return 0;
}
