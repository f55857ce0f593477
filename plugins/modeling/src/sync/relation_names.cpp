// SPDX-License-Identifier: Apache-2.0
#include "relation_names.h"

#include <algorithm>
#include <map>
#include <set>

namespace tenon::modeling {

namespace {

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
}
char upper(char c) {
  return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c;
}

/// InvoiceLine -> invoiceLine, invoice_line -> invoiceLine, URLMap -> urlMap.
std::string lowerCamel(const std::string& name) {
  std::string out;
  bool raise = false;
  for (const char c : name) {
    if (c == '_' || c == ' ' || c == '-') {
      raise = !out.empty();
      continue;
    }
    out.push_back(raise ? upper(c) : c);
    raise = false;
  }
  for (size_t i = 0; i < out.size() && out[i] >= 'A' && out[i] <= 'Z'; ++i) {
    const bool nextIsLower = i + 1 < out.size() && out[i + 1] >= 'a' && out[i + 1] <= 'z';
    if (i > 0 && nextIsLower) break;  // the capital that begins the next word
    out[i] = lower(out[i]);
  }
  return out;
}

std::string upperCamel(const std::string& name) {
  std::string out = lowerCamel(name);
  if (!out.empty()) out[0] = upper(out[0]);
  return out;
}

std::string plural(const std::string& s) {
  const auto ends = [&](std::string_view tail) {
    return s.size() >= tail.size() && s.compare(s.size() - tail.size(), tail.size(), tail) == 0;
  };
  if (ends("y") && s.size() > 1 && std::string_view("aeiou").find(s[s.size() - 2]) == std::string_view::npos)
    return s.substr(0, s.size() - 1) + "ies";
  if (ends("s") || ends("x") || ends("z") || ends("ch") || ends("sh")) return s + "es";
  return s + "s";
}

/// Without a closing Id, ID or _id; empty when there is none.
std::string stem(const std::string& column) {
  for (const std::string_view tail : {"_id", "_ID", "Id", "ID"})
    if (column.size() > tail.size() && column.compare(column.size() - tail.size(), tail.size(), tail) == 0)
      return column.substr(0, column.size() - tail.size());
  return {};
}

std::string folded(std::string s) {
  std::transform(s.begin(), s.end(), s.begin(), lower);
  return s;
}

Field relation(std::string name, const std::string& from, const std::string& local, const std::string& foreign,
               bool multiple) {
  Field f;
  f.name = std::move(name);
  f.type = FieldType::Relation;
  f.from = from;
  f.localField = local;
  f.foreignField = foreign;
  f.multiple = multiple;
  return f;
}

}  // namespace

std::vector<NamedRelation> nameRelations(const PhysicalSchema& schema) {
  std::map<std::string, std::set<std::string>> taken;  // folded names by table: columns, then relations
  for (const auto& [name, table] : schema.tables)
    for (const auto& c : table.columns) taken[name].insert(folded(c.name));
  std::map<std::pair<std::string, std::string>, int> keys;  // how many from one table to another
  for (const auto& r : schema.references) ++keys[{r.table, r.targetTable}];
  const auto free = [&](const std::string& table, const std::string& wanted) {
    std::string name = wanted;
    for (int n = 1; !taken[table].insert(folded(name)).second; ++n)
      name = wanted + "Relation" + (n > 1 ? std::to_string(n) : "");
    return name;
  };
  std::vector<NamedRelation> out;
  for (const auto& r : schema.references) {  // all to-one names first: they are the ones people read most
    const auto child = schema.tables.find(r.table);
    if (child == schema.tables.end() || schema.tables.count(r.targetTable) == 0) continue;
    const std::string s = stem(r.column);
    const std::string wanted = s.empty() ? lowerCamel(r.column) + upperCamel(r.targetTable) : lowerCamel(s);
    out.push_back({r.table, relation(free(r.table, wanted), r.targetTable, r.column, r.targetColumn, false)});
  }
  for (const auto& r : schema.references) {
    const auto child = schema.tables.find(r.table);
    if (child == schema.tables.end() || schema.tables.count(r.targetTable) == 0) continue;
    const bool one = child->second.isUnique(r.column);
    std::string wanted = one ? lowerCamel(r.table) : plural(lowerCamel(r.table));
    if (keys[{r.table, r.targetTable}] > 1) {
      const std::string s = stem(r.column);
      wanted += "By" + upperCamel(s.empty() ? r.column : s);
    }
    out.push_back({r.targetTable, relation(free(r.targetTable, wanted), r.table, r.targetColumn, r.column, !one)});
  }
  return out;
}

}  // namespace tenon::modeling
