// SPDX-License-Identifier: Apache-2.0
#include "ddl.h"

#include "model/field_type.h"
#include "schema/difference.h"

namespace tenon::modeling {

namespace {

const tenon_type_name& typeName(const Dialect& dialect, const Field& field) {
  const tenon_type_name* type = dialect.type(logicalType(field.type));
  if (type == nullptr)
    throw Failure(TENON_UNSUPPORTED, "the database has no type for " + std::string(nameOf(field.type)));
  return *type;
}

bool isBeyond(const tenon_type_name& type, const Field& field) {
  return type.beyond != nullptr && type.max_length != 0 && field.type == FieldType::String &&
         field.length > type.max_length;
}

std::string columnList(const Dialect& dialect, const Entity& entity, const Index& index) {
  std::string columns;
  for (const auto& f : index.fields) {
    columns += (columns.empty() ? "" : ", ") + dialect.quoted(f.fieldName) + (f.descending ? " desc" : " asc");
    const Field* field = entity.field(f.fieldName);
    if (field != nullptr && field->nullable && !field->identity && dialect.has(TENON_SQL_NULLS_ORDER))
      columns += f.descending ? " nulls last" : " nulls first";
  }
  return " (" + columns + ")";
}

}  // namespace

std::string constantText(const Field& field) {
  const Json& value = field.defaultValue.value;
  if (field.type == FieldType::Json) return dumpJson(value);
  std::string text;
  if (!value.is_array()) return value.is_string() ? value.get<std::string>() : dumpJson(value);
  for (const auto& v : value) text += (text.empty() ? "" : ",") + (v.is_string() ? v.get<std::string>() : dumpJson(v));
  return text;
}

std::string textLiteral(std::string_view text) {
  std::string out = "'";
  for (const char c : text) {
    out.push_back(c);
    if (c == '\'') out.push_back(c);
  }
  return out + "'";
}

std::string columnType(const Dialect& dialect, const Field& field) {
  const tenon_type_name& type = typeName(dialect, field);
  return fillTemplate(isBeyond(type, field) ? type.beyond : type.column,
                      {{"length", std::to_string(field.type == FieldType::EnumRef ? 255 : field.length)},
                       {"precision", std::to_string(field.precision)},
                       {"scale", std::to_string(field.scale)}});
}

std::optional<std::string> defaultLiteral(const Dialect& dialect, const Field& field) {
  if (field.defaultValue.kind != DefaultValue::Kind::Fixed || field.identity) return std::nullopt;
  const Json& value = field.defaultValue.value;
  if (field.type == FieldType::Boolean)
    return value == true ? dialect.raw()->true_literal : dialect.raw()->false_literal;
  const bool numeric = field.type == FieldType::Int || field.type == FieldType::Long || field.type == FieldType::Float;
  if (numeric && value.is_number()) return dumpJson(value);
  std::string literal = textLiteral(constantText(field));
  const bool unbounded =
      field.type == FieldType::Text || field.type == FieldType::Json || isBeyond(typeName(dialect, field), field);
  return unbounded && dialect.has(TENON_SQL_TEXT_DEFAULT_EXPRESSION) ? "(" + literal + ")" : literal;
}

std::string columnDefinition(const Dialect& dialect, const Field& field, std::string_view declared,
                             std::string_view expression) {
  const tenon_type_name& type = typeName(dialect, field);
  const bool counted = field.isAutoIncrement() && type.generated != nullptr;
  std::string out = dialect.quoted(field.name) + " ";
  out += counted ? type.generated : declared.empty() ? columnType(dialect, field) : std::string(declared);
  if (const auto standard = defaultLiteral(dialect, field))
    out += " default " + *standard;
  else if (!expression.empty())
    out.append(" default (").append(expression).append(")");
  if (!field.nullable || field.identity) out += " not null";
  if (field.comment && dialect.has(TENON_SQL_COMMENT_INLINE)) out += " comment " + textLiteral(*field.comment);
  return out;
}

std::string indexClause(const Dialect& dialect, const Entity& entity, const Index& index) {
  return std::string(index.unique ? "unique " : "") + "index " + dialect.quoted(index.name) +
         columnList(dialect, entity, index);
}

std::string createIndex(const Dialect& dialect, const Entity& entity, const Index& index) {
  return std::string("create ") + (index.unique ? "unique " : "") + "index " + dialect.quoted(index.name) + " on " +
         dialect.quoted(entity.name) + columnList(dialect, entity, index);
}

std::string dropIndex(const Dialect& dialect, const std::string& table, const std::string& name) {
  return fillTemplate(dialect.raw()->drop_index, {{"index", dialect.quoted(name)}, {"table", dialect.quoted(table)}});
}

std::string commentOnTable(const Dialect& dialect, const Entity& entity) {
  return "comment on table " + dialect.quoted(entity.name) + " is " +
         (entity.comment ? textLiteral(*entity.comment) : "null");
}

std::string commentOnColumn(const Dialect& dialect, const std::string& table, const Field& field) {
  return "comment on column " + dialect.quoted(table) + "." + dialect.quoted(field.name) + " is " +
         (field.comment ? textLiteral(*field.comment) : "null");
}

std::vector<std::string> createTable(const Dialect& dialect, const Entity& entity, bool exact) {
  std::string table = "create table " + dialect.quoted(entity.name) + " (";
  std::vector<Index> indexes;
  bool first = true;
  for (const auto& f : entity.fields) {
    if (!f.isColumn()) continue;
    table += (first ? "" : ", ") + columnDefinition(dialect, f);
    first = false;
    if (f.unique && !f.identity) indexes.push_back(uniqueKeyOf(entity.name, f));
  }
  indexes.insert(indexes.end(), entity.indexes.begin(), entity.indexes.end());
  if (const Field* id = entity.identity()) table += ", primary key (" + dialect.quoted(id->name) + ")";
  const bool inOne = dialect.has(TENON_SQL_ALTER_LIST);
  if (inOne)
    for (const auto& index : indexes) table += ", " + indexClause(dialect, entity, index);
  const char* suffix = exact ? dialect.text(&tenon_dialect::exact_suffix) : nullptr;
  table += std::string(")") + (suffix != nullptr ? suffix : dialect.raw()->table_suffix);
  if (entity.comment && dialect.has(TENON_SQL_COMMENT_INLINE)) table += " comment=" + textLiteral(*entity.comment);
  std::vector<std::string> out = {std::move(table)};
  if (!inOne)
    for (const auto& index : indexes) out.push_back(createIndex(dialect, entity, index));
  if (!dialect.has(TENON_SQL_COMMENT_ON)) return out;
  if (entity.comment) out.push_back(commentOnTable(dialect, entity));
  for (const auto& f : entity.fields)
    if (f.isColumn() && f.comment) out.push_back(commentOnColumn(dialect, entity.name, f));
  return out;
}

std::vector<std::string> addColumn(const Dialect& dialect, const Entity& entity, const Field& field) {
  const std::string& table = entity.name;
  std::vector<std::string> out = {fillTemplate(
      dialect.raw()->add_column, {{"table", dialect.quoted(table)}, {"definition", columnDefinition(dialect, field)}})};
  if (field.unique && !field.identity) out.push_back(createIndex(dialect, entity, uniqueKeyOf(table, field)));
  if (field.comment && dialect.has(TENON_SQL_COMMENT_ON)) out.push_back(commentOnColumn(dialect, table, field));
  return out;
}

}  // namespace tenon::modeling
