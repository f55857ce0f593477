// SPDX-License-Identifier: Apache-2.0
#include "dialect.h"

namespace tenon::postgresql {

namespace {

constexpr tenon_type_name kTypes[] = {
    {TENON_TYPE_STRING, 0, "varchar({length})", nullptr, "text", 10485760, nullptr},
    {TENON_TYPE_TEXT, 0, "text", nullptr, nullptr, 0, nullptr},
    {TENON_TYPE_INT, 0, "int4", "serial", nullptr, 0, nullptr},
    {TENON_TYPE_LONG, 0, "int8", "bigserial", nullptr, 0, nullptr},
    {TENON_TYPE_FLOAT, 0, "numeric({precision},{scale})", nullptr, nullptr, 38, nullptr},
    {TENON_TYPE_BOOLEAN, 0, "boolean", nullptr, nullptr, 0, nullptr},
    {TENON_TYPE_DATETIME, 0, "timestamp", nullptr, nullptr, 0, nullptr},
    {TENON_TYPE_DATE, 0, "date", nullptr, nullptr, 0, nullptr},
    {TENON_TYPE_TIME, 0, "time", nullptr, nullptr, 0, nullptr},
    {TENON_TYPE_JSON, 0, "jsonb", nullptr, nullptr, 0, "cast({value} as jsonb)::text"},
    {TENON_TYPE_BYTES, 0, "bytea", nullptr, nullptr, 0, nullptr},
};

constexpr tenon_dialect kDialect = [] {
  tenon_dialect d{};
  d.size = sizeof d;
  d.flags = TENON_SQL_RETURNING | TENON_SQL_TRANSACTIONAL_DDL | TENON_SQL_FULL_JOIN | TENON_SQL_NULLS_ORDER |
            TENON_SQL_COMMENT_ON | TENON_SQL_ON_CONFLICT;
  d.name = "postgresql";
  d.quote_open = "\"";
  d.quote_close = "\"";
  d.parameter = "$#";
  d.true_literal = "true";
  d.false_literal = "false";
  d.limit = "limit {limit} offset {offset}";
  d.like_escape = " escape '\\'";  // standard_conforming_strings is on: see connect.cpp
  d.insert_defaults = "default values";
  d.table_suffix = "";
  d.add_column = "alter table {table} add column {definition}";
  d.drop_column = "alter table {table} drop column {column}";
  d.rename_column = "alter table {table} rename column {column} to {to}";
  d.rename_table = "alter table {table} rename to {to}";
  d.drop_index = "alter table {table} drop constraint if exists {index}\ndrop index if exists {index}";
  d.now = "current_timestamp";
  d.regex = "{value} ~ {pattern}";
  d.list_has = "{element} = any(string_to_array({value}, ','))";
  d.max_parameters = 65535;
  d.max_identifier_bytes = 63;
  d.types = kTypes;
  d.n_types = sizeof kTypes / sizeof kTypes[0];
  d.advance_counter =
      "select pg_catalog.setval(q, greatest({value}, pg_catalog.pg_sequence_last_value(q))) from (select "
      "pg_catalog.pg_get_serial_sequence({table}, {column})::pg_catalog.regclass as q) s where q is not null and "
      "{value} > "
      "coalesce(pg_catalog.pg_sequence_last_value(q), 0) and pg_catalog.has_sequence_privilege(q, 'UPDATE')";
  d.lock_table = "lock table {table} in access exclusive mode";
  d.char_length = "char_length({value}::text)";
  d.alter_type = "alter table {table} alter column {column} type {type} using {value}";
  d.set_not_null = "alter table {table} alter column {column} set not null";
  d.drop_not_null = "alter table {table} alter column {column} drop not null";
  d.set_default = "alter table {table} alter column {column} set default {value}";
  d.drop_default = "alter table {table} alter column {column} drop default";
  d.for_update = " for update";
  return d;
}();

}  // namespace

const tenon_dialect* dialect() noexcept {
  return &kDialect;
}

}  // namespace tenon::postgresql
