// SPDX-License-Identifier: Apache-2.0
#include "errors.h"

#include <algorithm>

namespace tenon::postgresql {

namespace {

struct Known {
  std::string_view state;  // five characters, or the two of a class
  tenon_status status;
  uint32_t reason;
};
// The first that fits counts.
constexpr Known kKnown[] = {
    {"23001", TENON_CONFLICT, TENON_REASON_FOREIGN_KEY},
    {"23502", TENON_INVALID, TENON_REASON_NOT_NULL},
    {"23503", TENON_CONFLICT, TENON_REASON_FOREIGN_KEY},
    {"23505", TENON_CONFLICT, TENON_REASON_UNIQUE},
    {"23P01", TENON_CONFLICT, TENON_REASON_UNIQUE},  // an exclusion: no two rows may overlap
    {"23", TENON_INVALID, TENON_REASON_CHECK},
    {"44000", TENON_INVALID, TENON_REASON_CHECK},  // the condition of a view
    {"22001", TENON_INVALID, TENON_REASON_LENGTH},
    {"22026", TENON_INVALID, TENON_REASON_LENGTH},
    {"22003", TENON_INVALID, TENON_REASON_RANGE},
    {"22008", TENON_INVALID, TENON_REASON_RANGE},
    {"22015", TENON_INVALID, TENON_REASON_RANGE},
    {"22007", TENON_INVALID, TENON_REASON_TYPE},
    {"22009", TENON_INVALID, TENON_REASON_TYPE},
    {"22018", TENON_INVALID, TENON_REASON_TYPE},
    {"22021", TENON_INVALID, TENON_REASON_TYPE},  // no UTF-8
    {"22023", TENON_INVALID, TENON_REASON_TYPE},
    {"2203", TENON_INVALID, TENON_REASON_TYPE},  // JSON
    {"22P", TENON_INVALID, TENON_REASON_TYPE},
    {"2201B", TENON_INVALID, TENON_REASON_PATTERN},
    {"2200", TENON_INVALID, TENON_REASON_TYPE},  // XML, and what is left of values that are none of a type
    {"22", TENON_INVALID, TENON_REASON_NONE},
    {"42804", TENON_INVALID, TENON_REASON_TYPE},
    {"42846", TENON_INVALID, TENON_REASON_TYPE},
    {"42P18", TENON_INVALID, TENON_REASON_TYPE},
    {"42501", TENON_DENIED, TENON_REASON_PERMISSION},
    {"42P01", TENON_INVALID, TENON_REASON_NO_SUCH_OBJECT},
    {"42703", TENON_INVALID, TENON_REASON_NO_SUCH_OBJECT},
    {"42704", TENON_INVALID, TENON_REASON_NO_SUCH_OBJECT},
    {"42883", TENON_INVALID, TENON_REASON_NO_SUCH_OBJECT},
    {"3F000", TENON_INVALID, TENON_REASON_NO_SUCH_OBJECT},
    {"42P07", TENON_CONFLICT, TENON_REASON_OBJECT_EXISTS},
    {"42P06", TENON_CONFLICT, TENON_REASON_OBJECT_EXISTS},
    {"42701", TENON_CONFLICT, TENON_REASON_OBJECT_EXISTS},
    {"42710", TENON_CONFLICT, TENON_REASON_OBJECT_EXISTS},
    {"42723", TENON_CONFLICT, TENON_REASON_OBJECT_EXISTS},
    {"42", TENON_INVALID, TENON_REASON_SYNTAX},
    {"08P01", TENON_INVALID, TENON_REASON_SYNTAX},  // another number of values than of parameters
    {"07001", TENON_INVALID, TENON_REASON_SYNTAX},
    {"2BP01", TENON_CONFLICT, TENON_REASON_NONE},  // something depends on it
    {"25006", TENON_DENIED, TENON_REASON_READ_ONLY},
    {"25P02", TENON_CONFLICT, TENON_REASON_NONE},  // the transaction has failed already
    {"25P03", TENON_UNAVAILABLE, TENON_REASON_CONNECTION},
    {"25", TENON_INVALID, TENON_REASON_NONE},
    {"3B001", TENON_INVALID, TENON_REASON_NONE},
    {"21", TENON_INVALID, TENON_REASON_NONE},
    {"P0001", TENON_INVALID, TENON_REASON_CHECK},  // what a trigger raises
    {"P0", TENON_INVALID, TENON_REASON_NONE},
    {"0A000", TENON_UNSUPPORTED, TENON_REASON_NONE},
    {"28", TENON_UNAVAILABLE, TENON_REASON_LOGIN},
    {"3D000", TENON_UNAVAILABLE, TENON_REASON_CONNECTION},
    {"08", TENON_UNAVAILABLE, TENON_REASON_CONNECTION},
    {"57014", TENON_DEADLINE, TENON_REASON_TIMEOUT},  // not ours: the server's own statement_timeout
    {"57P", TENON_UNAVAILABLE, TENON_REASON_CONNECTION},
    {"53100", TENON_UNAVAILABLE, TENON_REASON_DISK_FULL},
    {"53300", TENON_UNAVAILABLE, TENON_REASON_BUSY},
    {"53", TENON_UNAVAILABLE, TENON_REASON_NONE},
    {"54", TENON_TOO_LARGE, TENON_REASON_LENGTH},
    {"55P03", TENON_UNAVAILABLE, TENON_REASON_BUSY},
    {"55006", TENON_UNAVAILABLE, TENON_REASON_BUSY},
    {"40001", TENON_UNAVAILABLE, TENON_REASON_SERIALIZATION},
    {"40P01", TENON_UNAVAILABLE, TENON_REASON_SERIALIZATION},
    {"XX001", TENON_INTERNAL, TENON_REASON_CORRUPT},
    {"XX002", TENON_INTERNAL, TENON_REASON_CORRUPT},
};

/// The text between the first two double quotes: every language puts names there.
std::string quotedName(std::string_view message) {
  const size_t open = message.find('"');
  const size_t close = open == std::string_view::npos ? open : message.find('"', open + 1);
  return close == std::string_view::npos ? std::string() : std::string(message.substr(open + 1, close - open - 1));
}

std::string_view firstLine(std::string_view s) {
  return s.substr(0, s.find('\n'));
}

bool isState(std::string_view s) {
  if (s.size() < 5) return false;
  for (size_t i = 0; i < 5; ++i)
    if ((s[i] < '0' || s[i] > '9') && (s[i] < 'A' || s[i] > 'Z')) return false;
  return true;
}

/// Says what the error is about, as far as the server tells.
Failure named(Failure f, const Diagnosis& d) {
  if (d.state == "23505") {
    if (std::string columns = keyColumns(d.detail); !columns.empty())
      return std::move(f).naming(TENON_OBJECT_COLUMNS, std::move(columns));
  }
  if (!d.constraint.empty()) return std::move(f).naming(TENON_OBJECT_CONSTRAINT, d.constraint);
  if (!d.column.empty()) return std::move(f).naming(TENON_OBJECT_COLUMNS, d.column);
  if (d.state == "42703") return std::move(f).naming(TENON_OBJECT_COLUMNS, quotedName(d.message));
  if (d.state == "42P01") return std::move(f).naming(TENON_OBJECT_TABLE, quotedName(d.message));
  if (!d.table.empty()) return std::move(f).naming(TENON_OBJECT_TABLE, d.table);
  return f;
}

}  // namespace

std::string keyColumns(std::string_view detail) {
  const size_t open = detail.find('('), close = detail.find(")=(");
  if (close == std::string_view::npos || open > close) return {};
  std::string_view list = detail.substr(open + 1, close - open - 1);
  std::string out;
  while (!list.empty()) {
    if (!out.empty()) out += ',';
    if (list[0] == '"') {
      size_t i = 1;
      for (; i < list.size(); ++i) {
        if (list[i] == '"' && (i + 1 >= list.size() || list[i + 1] != '"')) break;
        if (list[i] == '"') ++i;
        out += list[i];
      }
      list = list.substr(std::min(i + 1, list.size()));
    } else {
      const std::string_view name = list.substr(0, list.find(", "));
      if (name.find_first_of("( ") != std::string_view::npos) return {};
      out += name;
      list.remove_prefix(name.size());
    }
    if (list.substr(0, 2) == ", ")
      list.remove_prefix(2);
    else if (!list.empty())
      return {};
  }
  return out;
}

std::string withoutValue(std::string_view message) {
  const size_t open = message.find('"'), close = message.rfind('"');
  if (open == close) return std::string(message);
  return std::string(message.substr(0, open + 1)) + "..." + std::string(message.substr(close));
}

Diagnosis diagnosisOf(const PGresult* result) {
  const auto field = [&](int code) {
    const char* s = PQresultErrorField(result, code);
    return std::string(s != nullptr ? s : "");
  };
  return {field(PG_DIAG_SQLSTATE),
          field(PG_DIAG_MESSAGE_PRIMARY),
          field(PG_DIAG_MESSAGE_DETAIL),
          field(PG_DIAG_TABLE_NAME),
          field(PG_DIAG_COLUMN_NAME),
          field(PG_DIAG_CONSTRAINT_NAME),
          field(PG_DIAG_SOURCE_FUNCTION) == "exec_stmt_raise"};
}

bool isStalePlan(const PGresult* result) {
  const char* state = PQresultErrorField(result, PG_DIAG_SQLSTATE);
  const char* function = PQresultErrorField(result, PG_DIAG_SOURCE_FUNCTION);
  return state != nullptr && function != nullptr && std::string_view(state) == "0A000" &&
         std::string_view(function) == "RevalidateCachedQuery";
}

Failure failureOf(const Diagnosis& d) {
  if (d.state.empty()) return lost(firstLine(d.message));
  // Bound texts are told back where they cannot be read as their type.
  const std::string message = d.state.substr(0, 2) == "22" ? withoutValue(d.message) : d.message;
  for (const auto& k : kKnown) {
    if (d.state.compare(0, k.state.size(), k.state) != 0) continue;
    Failure f = Failure(k.status, message).from(TENON_FROM_BACKEND).because(k.reason).state(d.state);
    if (k.status == TENON_UNAVAILABLE) return std::move(f).retryAfter(1000);
    return named(std::move(f), d);
  }
  if (d.isRaised)  // with a state of its own, which may be any
    return Failure(TENON_INVALID, message).from(TENON_FROM_BACKEND).because(TENON_REASON_CHECK).state(d.state);
  return Failure(TENON_INTERNAL, message).from(TENON_FROM_BACKEND).state(d.state);
}

Failure connectFailure(std::string_view message) {
  // '... failed: FATAL:  28P01: password authentication failed for user "x"': two blanks follow the severity, in
  // every language.
  for (size_t at = message.find(":  "); at != std::string_view::npos; at = message.find(":  ", at + 1)) {
    const std::string_view rest = message.substr(at + 3);
    if (isState(rest) && rest.substr(5, 2) == ": ") {
      Diagnosis d;
      d.state = rest.substr(0, 5);
      d.message = firstLine(rest.substr(7));
      return failureOf(d);
    }
  }
  return Failure(TENON_UNAVAILABLE, message.empty() ? "the connection failed" : std::string(firstLine(message)))
      .from(TENON_FROM_BACKEND)
      .because(TENON_REASON_CONNECTION)
      .retryAfter(1000)
      .state("08001");
}

Failure lost(std::string_view why) {
  return Failure(TENON_UNAVAILABLE, why.empty() ? "the connection to the server broke" : std::string(why))
      .from(TENON_FROM_BACKEND)
      .because(TENON_REASON_CONNECTION)
      .retryAfter(1000)
      .state("08006");
}

}  // namespace tenon::postgresql
