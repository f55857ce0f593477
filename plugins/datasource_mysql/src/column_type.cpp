// SPDX-License-Identifier: Apache-2.0
#include "column_type.h"

#include <tenon/datasource.h>

namespace tenon::mysql {

namespace {

struct Known {
  std::string_view name;
  int32_t logical;
};
constexpr Known kKnown[] = {
    {"smallint", TENON_TYPE_INT},      {"mediumint", TENON_TYPE_INT},      {"year", TENON_TYPE_INT},
    {"bigint", TENON_TYPE_LONG},       {"decimal", TENON_TYPE_FLOAT},      {"float", TENON_TYPE_FLOAT},
    {"double", TENON_TYPE_FLOAT},      {"char", TENON_TYPE_STRING},        {"varchar", TENON_TYPE_STRING},
    {"enum", TENON_TYPE_STRING},       {"set", TENON_TYPE_STRING},         {"uuid", TENON_TYPE_STRING},
    {"inet4", TENON_TYPE_STRING},      {"inet6", TENON_TYPE_STRING},       {"tinytext", TENON_TYPE_TEXT},
    {"text", TENON_TYPE_TEXT},         {"mediumtext", TENON_TYPE_TEXT},    {"longtext", TENON_TYPE_TEXT},
    {"json", TENON_TYPE_JSON},         {"date", TENON_TYPE_DATE},          {"time", TENON_TYPE_TIME},
    {"datetime", TENON_TYPE_DATETIME}, {"timestamp", TENON_TYPE_DATETIME}, {"binary", TENON_TYPE_BYTES},
    {"varbinary", TENON_TYPE_BYTES},   {"tinyblob", TENON_TYPE_BYTES},     {"blob", TENON_TYPE_BYTES},
    {"mediumblob", TENON_TYPE_BYTES},  {"longblob", TENON_TYPE_BYTES},
};

bool isNumber(std::string_view s) {
  if (!s.empty() && (s[0] == '-' || s[0] == '+')) s.remove_prefix(1);
  return !s.empty() && s[0] >= '0' && s[0] <= '9' && s.find_first_not_of("0123456789.eE+-") == std::string_view::npos;
}

char escaped(char letter) {
  switch (letter) {
    case 'n': return '\n';
    case 'r': return '\r';
    case 'Z': return '\x1a';
    case '0': return '\0';
    default: return letter;
  }
}

/// 'it''s' and 'it\'s' -> it's, with the escapes that the server writes.
std::string unquoted(std::string_view s) {
  std::string out;
  for (size_t i = 1; i + 1 < s.size(); ++i) {
    const char mark = s[i];
    if ((mark == '\'' || mark == '\\') && i + 2 < s.size()) ++i;
    out.push_back(mark == '\\' ? escaped(s[i]) : s[i]);
  }
  return out;
}

}  // namespace

int32_t logicalType(std::string_view dataType, std::string_view columnType, bool checkedJson) {
  if (checkedJson && dataType == "longtext") return TENON_TYPE_JSON;
  if (dataType == "tinyint") return columnType.substr(0, 10) == "tinyint(1)" ? TENON_TYPE_BOOLEAN : TENON_TYPE_INT;
  if (dataType == "bit") return columnType == "bit(1)" ? TENON_TYPE_BOOLEAN : TENON_TYPE_LONG;
  if (dataType == "int")
    return columnType.find("unsigned") != std::string_view::npos ? TENON_TYPE_LONG : TENON_TYPE_INT;
  for (const auto& k : kKnown)
    if (k.name == dataType) return k.logical;
  return TENON_TYPE_NONE;
}

DefaultText readDefault(std::string_view text, std::string_view extra, bool mariaDb) {
  if (mariaDb && (text == "NULL" || text.empty())) return {};
  if (!mariaDb)
    return extra.find("DEFAULT_GENERATED") != std::string_view::npos ? DefaultText{std::nullopt, std::string(text)}
                                                                     : DefaultText{std::string(text), std::nullopt};
  if (text.size() >= 2 && text.front() == '\'' && text.back() == '\'') {
    // The catalogue writes ? for what is beyond the basic plane: such a constant is not known.
    if (text.find('?') != std::string_view::npos) return {std::nullopt, std::string(text)};
    return {unquoted(text), std::nullopt};
  }
  if (isNumber(text)) return {std::string(text), std::nullopt};
  if (text == "b'0'" || text == "b'1'") return {std::string(text.substr(2, 1)), std::nullopt};
  return {std::nullopt, std::string(text)};
}

}  // namespace tenon::mysql
