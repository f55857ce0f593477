// SPDX-License-Identifier: Apache-2.0
#include "declared_type.h"

#include <array>
#include <charconv>

namespace tenon::sqlite {

namespace {

struct Known {
  std::string_view name;
  int32_t logical;
};
constexpr std::array<Known, 37> kKnown = {{
    {"bool", TENON_TYPE_BOOLEAN},
    {"boolean", TENON_TYPE_BOOLEAN},
    {"int", TENON_TYPE_INT},
    {"smallint", TENON_TYPE_INT},
    {"tinyint", TENON_TYPE_INT},
    {"mediumint", TENON_TYPE_INT},
    {"int2", TENON_TYPE_INT},
    {"int4", TENON_TYPE_INT},
    {"integer", TENON_TYPE_LONG},
    {"bigint", TENON_TYPE_LONG},
    {"int8", TENON_TYPE_LONG},
    {"numeric", TENON_TYPE_FLOAT},
    {"decimal", TENON_TYPE_FLOAT},
    {"real", TENON_TYPE_FLOAT},
    {"float", TENON_TYPE_FLOAT},
    {"double", TENON_TYPE_FLOAT},
    {"double precision", TENON_TYPE_FLOAT},
    {"varchar", TENON_TYPE_STRING},
    {"nvarchar", TENON_TYPE_STRING},
    {"char", TENON_TYPE_STRING},
    {"nchar", TENON_TYPE_STRING},
    {"character", TENON_TYPE_STRING},
    {"varying character", TENON_TYPE_STRING},
    {"native character", TENON_TYPE_STRING},
    {"uuid", TENON_TYPE_STRING},
    {"text", TENON_TYPE_TEXT},
    {"clob", TENON_TYPE_TEXT},
    {"longvarchar", TENON_TYPE_TEXT},
    {"longtext", TENON_TYPE_TEXT},
    {"json", TENON_TYPE_JSON},
    {"jsonb", TENON_TYPE_JSON},
    {"datetime", TENON_TYPE_DATETIME},
    {"timestamp", TENON_TYPE_DATETIME},
    {"date", TENON_TYPE_DATE},
    {"time", TENON_TYPE_TIME},
    {"blob", TENON_TYPE_BYTES},
    {"", TENON_TYPE_TEXT},
}};

std::optional<int64_t> numberAt(std::string_view s) {
  while (!s.empty() && s.front() == ' ') s.remove_prefix(1);
  while (!s.empty() && s.back() == ' ') s.remove_suffix(1);
  int64_t n = 0;
  const auto r = std::from_chars(s.data(), s.data() + s.size(), n);
  return r.ec == std::errc() && r.ptr == s.data() + s.size() && n >= 0 ? std::optional(n) : std::nullopt;
}

}  // namespace

DeclaredType readDeclaredType(std::string_view declared) {
  DeclaredType out;
  const size_t open = declared.find('(');
  std::string name;
  for (const char c : declared.substr(0, open)) name.push_back(c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c);
  while (!name.empty() && name.back() == ' ') name.pop_back();
  if (open != std::string_view::npos) {
    const size_t close = declared.find(')', open);
    const std::string_view inside =
        declared.substr(open + 1, close == std::string_view::npos ? close : close - open - 1);
    const size_t comma = inside.find(',');
    out.precision = numberAt(inside.substr(0, comma));
    if (comma != std::string_view::npos) out.scale = numberAt(inside.substr(comma + 1));
  }
  bool known = false;
  for (const auto& k : kKnown)
    if (k.name == name) {
      out.logical = k.logical;
      known = true;
      break;
    }
  if (!known) {  // SQLite's own affinity rules for names that nobody standardised
    if (name.find("int") != std::string::npos)
      out.logical = TENON_TYPE_LONG;
    else if (name.find("char") != std::string::npos)
      out.logical = TENON_TYPE_STRING;
    else if (name.find("text") != std::string::npos || name.find("clob") != std::string::npos)
      out.logical = TENON_TYPE_TEXT;
    else if (name.find("blob") != std::string::npos)
      out.logical = TENON_TYPE_BYTES;
    else if (name.find("real") != std::string::npos || name.find("floa") != std::string::npos ||
             name.find("doub") != std::string::npos)
      out.logical = TENON_TYPE_FLOAT;
    else
      out.logical = TENON_TYPE_TEXT;
  }
  if (out.logical == TENON_TYPE_STRING) {
    out.length = out.precision;
    if (!out.length) out.logical = TENON_TYPE_TEXT;  // varchar without a length has no bound
    if (name == "uuid") {
      out.logical = TENON_TYPE_STRING;
      out.length = 36;
    }
    out.precision.reset();
    out.scale.reset();
  } else if (out.logical == TENON_TYPE_FLOAT) {
    if (out.precision && !out.scale) out.scale = 0;
  } else {
    out.precision.reset();
    out.scale.reset();
  }
  return out;
}

std::string formatOf(int32_t logical) {
  switch (logical) {
    case TENON_TYPE_INT:
    case TENON_TYPE_LONG: return "l";
    case TENON_TYPE_FLOAT: return "g";
    case TENON_TYPE_BOOLEAN: return "b";
    case TENON_TYPE_DATETIME: return "tsu:";
    case TENON_TYPE_DATE: return "tdD";
    case TENON_TYPE_TIME: return "ttu";
    case TENON_TYPE_BYTES: return "z";
    default: return "u";
  }
}

std::optional<std::string> constantDefault(std::string_view sql) {
  if (sql.size() >= 2 && sql.front() == '\'' && sql.back() == '\'') {
    std::string out;
    for (size_t i = 1; i + 1 < sql.size(); ++i) {
      out.push_back(sql[i]);
      if (sql[i] == '\'') ++i;  // doubled inside
    }
    return out;
  }
  std::string_view digits = sql;
  if (!digits.empty() && (digits[0] == '-' || digits[0] == '+')) digits.remove_prefix(1);
  if (!digits.empty() && digits.find_first_not_of("0123456789.eE+-") == std::string_view::npos && digits[0] >= '0' &&
      digits[0] <= '9')
    return std::string(sql);
  if (sql == "true" || sql == "TRUE") return "true";
  if (sql == "false" || sql == "FALSE") return "false";
  return std::nullopt;
}

}  // namespace tenon::sqlite
