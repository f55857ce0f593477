// SPDX-License-Identifier: Apache-2.0
#include "errors.h"

#include <string_view>

namespace tenon::mysql {

namespace {

/// The text between the n-th pair of single quotes, n from 0.
std::string quotedText(std::string_view message, int n) {
  for (;;) {
    const size_t open = message.find('\'');
    if (open == std::string_view::npos) return {};
    const size_t close = message.find('\'', open + 1);
    if (close == std::string_view::npos) return {};
    if (n-- == 0) return std::string(message.substr(open + 1, close - open - 1));
    message.remove_prefix(close + 1);
  }
}

/// "Duplicate entry 'a' for key 'T.UK_x'": the key stands last, since the value may hold quotes. Older servers leave
/// the table out.
std::string keyOf(std::string_view message) {
  const size_t at = message.rfind(" for key '");
  if (at == std::string_view::npos) return {};
  std::string_view key = message.substr(at + 10);
  if (!key.empty() && key.back() == '\'') key.remove_suffix(1);
  const size_t dot = key.find('.');
  return std::string(dot == std::string_view::npos ? key : key.substr(dot + 1));
}

/// "... CONSTRAINT `fk` FOREIGN KEY ..."
std::string constraintOf(std::string_view message) {
  const size_t at = message.find("CONSTRAINT `");
  if (at == std::string_view::npos) return quotedText(message, 0);
  message.remove_prefix(at + 12);
  return std::string(message.substr(0, message.find('`')));
}

struct Known {
  int code;
  tenon_status status;
  uint32_t reason;
};
// By the server's own number: its SQLSTATEs put too much under HY000.
constexpr Known kKnown[] = {
    {1044, TENON_DENIED, TENON_REASON_PERMISSION},       // no access to the database
    {1045, TENON_UNAVAILABLE, TENON_REASON_LOGIN},       // wrong user or password
    {1040, TENON_UNAVAILABLE, TENON_REASON_BUSY},        // too many connections
    {1203, TENON_UNAVAILABLE, TENON_REASON_BUSY},        // too many connections of the user
    {1049, TENON_UNAVAILABLE, TENON_REASON_CONNECTION},  // unknown database
    {1698, TENON_UNAVAILABLE, TENON_REASON_LOGIN},
    {1129, TENON_UNAVAILABLE, TENON_REASON_CONNECTION},  // the host is blocked after many errors
    {1130, TENON_UNAVAILABLE, TENON_REASON_CONNECTION},  // the host may not connect
    {1047, TENON_UNAVAILABLE, TENON_REASON_CONNECTION},  // a node of a cluster that is not ready
    {1142, TENON_DENIED, TENON_REASON_PERMISSION},
    {1143, TENON_DENIED, TENON_REASON_PERMISSION},
    {1227, TENON_DENIED, TENON_REASON_PERMISSION},
    {1064, TENON_INVALID, TENON_REASON_SYNTAX},
    {1065, TENON_INVALID, TENON_REASON_SYNTAX},
    {1300, TENON_INVALID, TENON_REASON_SYNTAX},  // names have no characters beyond the basic plane
    {1210, TENON_INVALID, TENON_REASON_SYNTAX},
    {1058, TENON_INVALID, TENON_REASON_SYNTAX},
    {1136, TENON_INVALID, TENON_REASON_SYNTAX},
    {1146, TENON_INVALID, TENON_REASON_NO_SUCH_OBJECT},
    {1051, TENON_INVALID, TENON_REASON_NO_SUCH_OBJECT},
    {1054, TENON_INVALID, TENON_REASON_NO_SUCH_OBJECT},
    {1072, TENON_INVALID, TENON_REASON_NO_SUCH_OBJECT},
    {1091, TENON_INVALID, TENON_REASON_NO_SUCH_OBJECT},
    {1176, TENON_INVALID, TENON_REASON_NO_SUCH_OBJECT},
    {1305, TENON_INVALID, TENON_REASON_NO_SUCH_OBJECT},
    {1050, TENON_CONFLICT, TENON_REASON_OBJECT_EXISTS},
    {1060, TENON_CONFLICT, TENON_REASON_OBJECT_EXISTS},
    {1061, TENON_CONFLICT, TENON_REASON_OBJECT_EXISTS},
    {1826, TENON_CONFLICT, TENON_REASON_OBJECT_EXISTS},
    {1205, TENON_UNAVAILABLE, TENON_REASON_BUSY},           // lock wait time-out
    {1213, TENON_UNAVAILABLE, TENON_REASON_SERIALIZATION},  // deadlock
    {1020, TENON_UNAVAILABLE, TENON_REASON_SERIALIZATION},
    {1644, TENON_INVALID, TENON_REASON_CHECK},              // what a trigger signals
    {1412, TENON_UNAVAILABLE, TENON_REASON_SERIALIZATION},  // the table is another one than when the transaction began
    {1005, TENON_INVALID, TENON_REASON_NONE},               // it cannot be created: the message says why
    {1832, TENON_INVALID, TENON_REASON_NONE},               // a column of a foreign key cannot be changed so
    {1833, TENON_INVALID, TENON_REASON_NONE},
    {1834, TENON_INVALID, TENON_REASON_NONE},
    {1792, TENON_DENIED, TENON_REASON_READ_ONLY},
    {1290, TENON_DENIED, TENON_REASON_READ_ONLY},
    {1836, TENON_DENIED, TENON_REASON_READ_ONLY},
    {1406, TENON_INVALID, TENON_REASON_LENGTH},
    {1264, TENON_INVALID, TENON_REASON_RANGE},
    {1690, TENON_INVALID, TENON_REASON_RANGE},
    {1467, TENON_INVALID, TENON_REASON_RANGE},  // the counter of an identity has come to its end
    {1292, TENON_INVALID, TENON_REASON_TYPE},
    {1366, TENON_INVALID, TENON_REASON_TYPE},
    {1367, TENON_INVALID, TENON_REASON_TYPE},
    {1265, TENON_INVALID, TENON_REASON_TYPE},  // data truncated: no member of an enum, no number
    {1411, TENON_INVALID, TENON_REASON_TYPE},
    {3140, TENON_INVALID, TENON_REASON_TYPE},
    {3144, TENON_INVALID, TENON_REASON_TYPE},  // MySQL takes no JSON that the client library sends as bytes: 256 KiB
    {1139, TENON_INVALID, TENON_REASON_PATTERN},
    {3685, TENON_INVALID, TENON_REASON_PATTERN},
    {3696, TENON_INVALID, TENON_REASON_PATTERN},
    {1114, TENON_UNAVAILABLE, TENON_REASON_DISK_FULL},
    {1021, TENON_UNAVAILABLE, TENON_REASON_DISK_FULL},
    {1034, TENON_INTERNAL, TENON_REASON_CORRUPT},
    {1712, TENON_INTERNAL, TENON_REASON_CORRUPT},
    {1390, TENON_TOO_LARGE, TENON_REASON_LENGTH},  // too many parameters
    {1153, TENON_TOO_LARGE, TENON_REASON_LENGTH},  // packet too large
    {1118, TENON_TOO_LARGE, TENON_REASON_LENGTH},  // row too large
    {1628, TENON_TOO_LARGE, TENON_REASON_LENGTH},  // comment of a table
    {1629, TENON_TOO_LARGE, TENON_REASON_LENGTH},  // comment of a column
    {1071, TENON_TOO_LARGE, TENON_REASON_LENGTH},  // key too long
    {1117, TENON_TOO_LARGE, TENON_REASON_LENGTH},  // too many columns
    {1059, TENON_TOO_LARGE, TENON_REASON_LENGTH},  // identifier too long
    {1436, TENON_TOO_LARGE, TENON_REASON_LENGTH},  // thread stack overrun by the statement's depth
};

Failure make(tenon_status status, uint32_t reason, int code, const std::string& state, const std::string& message) {
  auto f = Failure(status, message).from(TENON_FROM_BACKEND).because(reason, code).state(state);
  if (status == TENON_UNAVAILABLE) return std::move(f).retryAfter(1000);
  return f;
}

}  // namespace

bool isLost(int code) noexcept {
  return (code >= 2000 && code < 2100 && code != 2014 && code != 2027 && code != 2030 && code != 2031) ||
         code == 1053 /* shutdown in progress */ || code == 1184 /* aborted */ ||
         code == 1927 /* the connection was killed */ || code == 4031 /* of MySQL: idle too long */ || code == 1152 ||
         code == 1158 || code == 1159 || code == 1160 || code == 1161;
}

Failure failureOf(int code, const std::string& state, const std::string& message) {
  switch (code) {
    case 1062:
    case 1169:
    case 1586:
      // The message holds the value; the key says enough.
      return make(TENON_CONFLICT, TENON_REASON_UNIQUE, code, "23505", "the key " + keyOf(message) + " exists already")
          .naming(TENON_OBJECT_CONSTRAINT, keyOf(message));
    case 1048:
    case 1364:
      return make(TENON_INVALID, TENON_REASON_NOT_NULL, code, "23502", message)
          .naming(TENON_OBJECT_COLUMNS, quotedText(message, 0));
    case 1216:
    case 1217:
    case 1451:
    case 1452:
      return make(TENON_CONFLICT, TENON_REASON_FOREIGN_KEY, code, "23503", "a foreign key forbids it")
          .naming(TENON_OBJECT_CONSTRAINT, constraintOf(message));
    case 3819:
    case 4025: {
      const bool inBackticks = message.find("CONSTRAINT `") != std::string::npos;
      const std::string name = inBackticks ? constraintOf(message) : quotedText(message, 0);
      return make(TENON_INVALID, TENON_REASON_CHECK, code, "23514", "the check constraint " + name + " forbids it")
          .naming(TENON_OBJECT_CONSTRAINT, name);
    }
    case 1054:  // "Unknown column 'c' in 'CHECK'", also '... GENERATED ALWAYS AS': what is to go is needed there
      if (message.ends_with(" in 'CHECK'") || message.find(" in 'GENERATED") != std::string::npos)
        return make(TENON_INVALID, TENON_REASON_NONE, code, "2BP01", message);
      break;
    case 1969:
    case 3024: return make(TENON_DEADLINE, TENON_REASON_TIMEOUT, code, "57014", "the server's own time limit");
    case 1317: return make(TENON_CANCELLED, TENON_REASON_NONE, code, "57014", "the statement was cancelled");
    default: break;
  }
  for (const auto& k : kKnown) {
    if (k.code != code) continue;
    const bool holdsValue = k.reason == TENON_REASON_TYPE;
    Failure f = make(k.status, k.reason, code, state, holdsValue ? "a value is not of its column's type" : message);
    if (k.reason == TENON_REASON_LENGTH || k.reason == TENON_REASON_RANGE || holdsValue) {
      // "... for column `db`.`T`.`c` at row 1" and "... for column 'c' at row 1"
      const size_t at = message.rfind(" for column ");
      std::string_view rest = at == std::string::npos ? std::string_view() : std::string_view(message).substr(at + 12);
      rest = rest.substr(0, rest.find(" at row "));
      if (rest.size() > 2) {
        const size_t last = rest.rfind(rest.back(), rest.size() - 2);
        if (last != std::string_view::npos)
          return std::move(f).naming(TENON_OBJECT_COLUMNS, std::string(rest.substr(last + 1, rest.size() - last - 2)));
      }
    }
    if (k.reason == TENON_REASON_NO_SUCH_OBJECT) return std::move(f).naming(TENON_OBJECT_TABLE, quotedText(message, 0));
    return f;
  }
  if (isLost(code)) return make(TENON_UNAVAILABLE, TENON_REASON_CONNECTION, code, "08006", message);
  const std::string_view kind = std::string_view(state).substr(0, 2);
  if (kind == "42") return make(TENON_INVALID, TENON_REASON_SYNTAX, code, state, message);
  if (kind == "08") return make(TENON_UNAVAILABLE, TENON_REASON_CONNECTION, code, state, message);
  if (kind == "28") return make(TENON_UNAVAILABLE, TENON_REASON_LOGIN, code, state, message);
  if (kind == "40") return make(TENON_UNAVAILABLE, TENON_REASON_SERIALIZATION, code, state, message);
  if (kind == "45") return make(TENON_INVALID, TENON_REASON_CHECK, code, state, message);  // signalled, with a number
  // The message may hold the value.
  if (kind == "22") return make(TENON_INVALID, TENON_REASON_TYPE, code, state, "a value is not of its column's type");
  if (kind == "23") return make(TENON_INVALID, TENON_REASON_CHECK, code, state, "a constraint forbids it");
  return make(TENON_INTERNAL, TENON_REASON_NONE, code, state, message);
}

}  // namespace tenon::mysql
