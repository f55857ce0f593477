// SPDX-License-Identifier: Apache-2.0
#include "ddl.h"

#include "key_names.h"
#include "model/field_type.h"

namespace tenon::modeling {

namespace {

/// A constant as SQL: the only place where a value stands in a statement's text, because DDL binds nothing.
std::string literal(const Dialect& dialect, const Field& field, const Json& value) {
  if (field.type == FieldType::Boolean) {
    const bool on = value == true || value == "true" || value == 1 || value == "1";
    return on ? dialect.raw()->true_literal : dialect.raw()->false_literal;
  }
  const bool numeric = field.type == FieldType::Int || field.type == FieldType::Long || field.type == FieldType::Float;
  if (numeric && value.is_number()) return dumpJson(value);
  std::string text;
  if (field.type == FieldType::Json)
    text = dumpJson(value);
  else if (value.is_array())
    for (const auto& v : value)
      text += (text.empty() ? "" : ",") + (v.is_string() ? v.get<std::string>() : dumpJson(v));
  else
    text = value.is_string() ? value.get<std::string>() : dumpJson(value);
  std::string out = "'";
  for (const char c : text) {
    out.push_back(c);
    if (c == '\'') out.push_back(c);
  }
  return out + "'";
}

std::string columnType(const Dialect& dialect, const Field& field) {
  const tenon_type_name* type = dialect.type(logicalType(field.type));
  if (type == nullptr)
    throw Failure(TENON_UNSUPPORTED, "the database has no type for " + std::string(nameOf(field.type)));
  if (field.isAutoIncrement() && type->generated != nullptr) return type->generated;
  const bool beyond = type->beyond != nullptr && type->max_length != 0 && field.length > type->max_length;
  return fillTemplate(beyond ? type->beyond : type->column,
                      {{"length", std::to_string(field.type == FieldType::EnumRef ? 255 : field.length)},
                       {"precision", std::to_string(field.precision)},
                       {"scale", std::to_string(field.scale)}});
}

std::string uniqueKey(const Dialect& dialect, const std::string& table, const Field& field) {
  return "create unique index " + dialect.quoted(uniqueKeyName(table, {field.name})) + " on " + dialect.quoted(table) +
         " (" + dialect.quoted(field.name) + ")";
}

}  // namespace

std::string columnDefinition(const Dialect& dialect, const Field& field) {
  std::string out = dialect.quoted(field.name) + " " + columnType(dialect, field);
  if (field.defaultValue.kind == DefaultValue::Kind::Fixed && !field.identity)
    out += " default " + literal(dialect, field, field.defaultValue.value);
  if (!field.nullable || field.identity) out += " not null";
  return out;
}

std::string createIndex(const Dialect& dialect, const std::string& table, const Index& index) {
  std::string columns;
  for (const auto& f : index.fields)
    columns += (columns.empty() ? "" : ", ") + dialect.quoted(f.fieldName) + (f.descending ? " desc" : " asc");
  return std::string("create ") + (index.unique ? "unique " : "") + "index " + dialect.quoted(index.name) + " on " +
         dialect.quoted(table) + " (" + columns + ")";
}

std::vector<std::string> createTable(const Dialect& dialect, const Entity& entity) {
  std::string table = "create table " + dialect.quoted(entity.name) + " (";
  bool first = true;
  for (const auto& f : entity.fields) {
    if (!f.isColumn()) continue;
    table += (first ? "" : ", ") + columnDefinition(dialect, f);
    first = false;
  }
  if (const Field* id = entity.identity()) table += ", primary key (" + dialect.quoted(id->name) + ")";
  table += std::string(")") + dialect.raw()->table_suffix;
  std::vector<std::string> out = {std::move(table)};
  for (const auto& f : entity.fields)
    if (f.isColumn() && f.unique && !f.identity) out.push_back(uniqueKey(dialect, entity.name, f));
  for (const auto& index : entity.indexes) out.push_back(createIndex(dialect, entity.name, index));
  return out;
}

std::vector<std::string> addColumn(const Dialect& dialect, const std::string& table, const Field& field) {
  std::vector<std::string> out = {fillTemplate(
      dialect.raw()->add_column, {{"table", dialect.quoted(table)}, {"definition", columnDefinition(dialect, field)}})};
  if (field.unique && !field.identity) out.push_back(uniqueKey(dialect, table, field));
  return out;
}

}  // namespace tenon::modeling
