// SPDX-License-Identifier: Apache-2.0
#include "dialect.h"

namespace tenon::sqlite {

namespace {

// One moment may be stored as text with T or a blank, with or without a fraction or offset, as Unix seconds or as a
// Julian day; what is read alike compares alike. Numbers are moments and shown in the server's zone.
#define COMPARABLE_MOMENT(format)                                            \
  "case typeof({value}) when 'integer' then strftime('" format               \
  "', {value}, 'unixepoch', 'localtime') when 'real' then strftime('" format \
  "', {value}, 'localtime') else strftime('" format "', {value}) end"

constexpr tenon_type_name kTypes[] = {
    {TENON_TYPE_STRING, 0, "varchar({length})", nullptr, nullptr, 0, nullptr},
    {TENON_TYPE_TEXT, 0, "longvarchar", nullptr, nullptr, 0, nullptr},
    {TENON_TYPE_INT, 0, "int", "integer", nullptr, 0, nullptr},
    {TENON_TYPE_LONG, 0, "bigint", "integer", nullptr, 0, nullptr},  // "integer primary key" is the row id itself
    {TENON_TYPE_FLOAT, 0, "numeric({precision},{scale})", nullptr, nullptr, 38, nullptr},
    {TENON_TYPE_BOOLEAN, 0, "boolean", nullptr, nullptr, 0, "lower({value}) in ('1', '1.0', 'true')"},
    {TENON_TYPE_DATETIME, 0, "datetime", nullptr, nullptr, 0, COMPARABLE_MOMENT("%Y-%m-%dT%H:%M:%f")},
    {TENON_TYPE_DATE, 0, "date", nullptr, nullptr, 0, COMPARABLE_MOMENT("%Y-%m-%d")},
    {TENON_TYPE_TIME, 0, "time", nullptr, nullptr, 0, "strftime('%H:%M:%f', {value})"},
    {TENON_TYPE_JSON, 0, "longvarchar", nullptr, nullptr, 0, nullptr},
    {TENON_TYPE_BYTES, 0, "blob", nullptr, nullptr, 0, nullptr},
};

constexpr tenon_dialect made(const char* rebuildEnd) {
  tenon_dialect d{};
  d.size = sizeof d;
  d.flags = TENON_SQL_RETURNING | TENON_SQL_TRANSACTIONAL_DDL | TENON_SQL_FULL_JOIN | TENON_SQL_TABLE_REBUILD |
            TENON_SQL_ON_CONFLICT;
  d.name = "sqlite";
  d.quote_open = "\"";
  d.quote_close = "\"";
  d.parameter = "?#";
  d.true_literal = "1";
  d.false_literal = "0";
  d.limit = "limit {limit} offset {offset}";
  d.like_escape = " escape '\\'";
  d.insert_defaults = "default values";
  d.table_suffix = "";
  d.add_column = "alter table {table} add column {definition}";
  d.drop_column = "alter table {table} drop column {column}";
  d.rename_column = "alter table {table} rename column {column} to {to}";
  d.rename_table = "alter table {table} rename to {to}";
  d.drop_index = "drop index if exists {index}";
  d.now = "current_timestamp";
  d.regex = "{value} regexp {pattern}";
  d.list_has = "instr(',' || {value} || ',', ',' || {element} || ',') > 0";
  d.max_parameters = 32766;
  d.types = kTypes;
  d.n_types = sizeof kTypes / sizeof kTypes[0];
  d.char_length = "length({value})";
  d.table_text = "select sql from sqlite_master where type = 'table' and name = ?1";
  d.dependent_texts =
      "select sql from sqlite_master where tbl_name = ?1 and type in ('index', 'trigger') and sql is not null "
      "order by type, rowid";
  // Else dropping a table deletes its rows first, and with them those that refer to it; and views and triggers that
  // name the table are looked at while it is not there.
  d.rebuild_begin = "pragma foreign_keys=off\npragma legacy_alter_table=on";
  d.rebuild_end = rebuildEnd;
  // for_update: a transaction that writes is alone
  return d;
}

constexpr tenon_dialect kDialect = made("pragma legacy_alter_table=off\npragma foreign_keys=on"),
                        kWithoutReferences = made("pragma legacy_alter_table=off");

}  // namespace

const tenon_dialect* dialect(bool foreignKeys) noexcept {
  return foreignKeys ? &kDialect : &kWithoutReferences;
}

}  // namespace tenon::sqlite
