// SPDX-License-Identifier: Apache-2.0
#include "errors.h"

#include <string>
#include <string_view>

namespace tenon::sqlite {

namespace {

/// "UNIQUE constraint failed: T.a, T.b" -> "a,b"; "... failed: index 'IX'" -> "".
std::string columnsOf(std::string_view message) {
  const size_t colon = message.rfind(": ");
  if (colon == std::string_view::npos) return {};
  std::string_view list = message.substr(colon + 2);
  if (list.substr(0, 5) == "index") return {};
  std::string out;
  while (!list.empty()) {
    const size_t comma = list.find(", ");
    const std::string_view one = list.substr(0, comma);
    list = comma == std::string_view::npos ? std::string_view() : list.substr(comma + 2);
    const size_t dot = one.find('.');
    if (!out.empty()) out += ',';
    out += dot == std::string_view::npos ? one : one.substr(dot + 1);
  }
  return out;
}

/// The text between quotes, or after the last ": ".
std::string objectOf(std::string_view message) {
  const size_t quote = message.find('\'');
  if (quote != std::string_view::npos) {
    const size_t end = message.find('\'', quote + 1);
    return std::string(message.substr(quote + 1, end == std::string_view::npos ? end : end - quote - 1));
  }
  const size_t colon = message.rfind(": ");
  return colon == std::string_view::npos ? std::string() : std::string(message.substr(colon + 2));
}

Failure make(tenon_status status, uint32_t reason, int code, const char* state, const std::string& message) {
  return Failure(status, message).from(TENON_FROM_BACKEND).because(reason, code).state(state);
}

Failure constraint(int code, const std::string& message) {
  switch (code) {
    case SQLITE_CONSTRAINT_UNIQUE:
    case SQLITE_CONSTRAINT_PRIMARYKEY:
    case SQLITE_CONSTRAINT_ROWID: {
      const std::string columns = columnsOf(message);
      return columns.empty() ? make(TENON_CONFLICT, TENON_REASON_UNIQUE, code, "23505", message)
                                   .naming(TENON_OBJECT_CONSTRAINT, objectOf(message))
                             : make(TENON_CONFLICT, TENON_REASON_UNIQUE, code, "23505", message)
                                   .naming(TENON_OBJECT_COLUMNS, columns);
    }
    case SQLITE_CONSTRAINT_NOTNULL:
      return make(TENON_INVALID, TENON_REASON_NOT_NULL, code, "23502", message)
          .naming(TENON_OBJECT_COLUMNS, columnsOf(message));
    case SQLITE_CONSTRAINT_FOREIGNKEY: return make(TENON_CONFLICT, TENON_REASON_FOREIGN_KEY, code, "23503", message);
    case SQLITE_CONSTRAINT_TRIGGER: return make(TENON_INVALID, TENON_REASON_CHECK, code, "P0001", message);
    case SQLITE_CONSTRAINT_DATATYPE: return make(TENON_INVALID, TENON_REASON_TYPE, code, "22018", message);
    default:
      return make(TENON_INVALID, TENON_REASON_CHECK, code, "23514", message)
          .naming(TENON_OBJECT_CONSTRAINT, objectOf(message));
  }
}

/// SQLITE_ERROR is everything from a typing mistake to a missing table: told apart by what it says.
Failure general(int code, const std::string& message) {
  const auto has = [&](std::string_view s) { return message.find(s) != std::string::npos; };
  // "error in index i after drop column: no such column: c": an index, a view or a trigger that needs it stands.
  if (message.starts_with("error in ")) return make(TENON_INVALID, TENON_REASON_NONE, code, "2BP01", message);
  if (has("no such table") || has("no such column") || has("no such index") || has("no such function") ||
      has("has no column"))
    return make(TENON_INVALID, TENON_REASON_NO_SUCH_OBJECT, code, "42P01", message)
        .naming(TENON_OBJECT_TABLE, objectOf(message));
  if (has("already exists")) return make(TENON_CONFLICT, TENON_REASON_OBJECT_EXISTS, code, "42P07", message);
  if (has("malformed regular expression")) return make(TENON_INVALID, TENON_REASON_PATTERN, code, "2201B", message);
  if (has("parser stack overflow") || has("too many") || has("too large") || has("too complex"))
    return make(TENON_TOO_LARGE, TENON_REASON_LENGTH, code, "54000", message);
  if (has("transaction")) return make(TENON_INVALID, TENON_REASON_NONE, code, "25000", message);
  return make(TENON_INVALID, TENON_REASON_SYNTAX, code, "42601", message);
}

}  // namespace

Failure failureOf(sqlite3* db, int code) {
  const int extended = db != nullptr ? sqlite3_extended_errcode(db) : code;
  const std::string message = db != nullptr ? sqlite3_errmsg(db) : sqlite3_errstr(code);
  switch (code & 0xFF) {
    case SQLITE_CONSTRAINT: return constraint(extended, message);
    case SQLITE_MISMATCH: return make(TENON_INVALID, TENON_REASON_TYPE, extended, "22018", message);
    case SQLITE_TOOBIG: return make(TENON_INVALID, TENON_REASON_LENGTH, extended, "22001", message);
    case SQLITE_RANGE: return make(TENON_INVALID, TENON_REASON_SYNTAX, extended, "07001", message);
    case SQLITE_BUSY:
    case SQLITE_LOCKED: return make(TENON_UNAVAILABLE, TENON_REASON_BUSY, extended, "55P03", message).retryAfter(1000);
    case SQLITE_INTERRUPT:
      return make(TENON_CANCELLED, TENON_REASON_NONE, extended, "57014", "the statement was cancelled");
    case SQLITE_READONLY: return make(TENON_DENIED, TENON_REASON_READ_ONLY, extended, "25006", message);
    case SQLITE_PERM:
    case SQLITE_AUTH: return make(TENON_DENIED, TENON_REASON_PERMISSION, extended, "42501", message);
    case SQLITE_FULL: return make(TENON_UNAVAILABLE, TENON_REASON_DISK_FULL, extended, "53100", message);
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB: return make(TENON_INTERNAL, TENON_REASON_CORRUPT, extended, "XX001", message);
    case SQLITE_CANTOPEN: return make(TENON_UNAVAILABLE, TENON_REASON_CONNECTION, extended, "08001", message);
    case SQLITE_IOERR: return make(TENON_UNAVAILABLE, TENON_REASON_CONNECTION, extended, "58030", message);
    case SQLITE_NOMEM: return make(TENON_UNAVAILABLE, TENON_REASON_NONE, extended, "53200", "out of memory");
    case SQLITE_ERROR: return general(extended, message);
    default: return make(TENON_INTERNAL, TENON_REASON_NONE, extended, "XX000", message);
  }
}

}  // namespace tenon::sqlite
