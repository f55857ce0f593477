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

constexpr tenon_dialect kDialect = {
    sizeof(tenon_dialect),
    TENON_SQL_RETURNING | TENON_SQL_TRANSACTIONAL_DDL | TENON_SQL_FULL_JOIN | TENON_SQL_NULLS_ORDER |
        TENON_SQL_COMMENT_ON | TENON_SQL_ON_CONFLICT,
    "postgresql",
    "\"",
    "\"",
    "$#",
    "true",
    "false",
    "limit {limit} offset {offset}",
    " escape '\\'",  // standard_conforming_strings is on: see connect.cpp
    "default values",
    "",
    "alter table {table} add column {definition}",
    "alter table {table} drop column {column}",
    "alter table {table} rename column {column} to {to}",
    nullptr,
    "alter table {table} rename to {to}",
    "drop index if exists {index}",
    "current_timestamp",
    "{value} ~ {pattern}",
    "{element} = any(string_to_array({value}, ','))",
    65535,
    63,
    kTypes,
    sizeof kTypes / sizeof kTypes[0],
    "char_length({value}::text)",
    "alter table {table} alter column {column} type {type} using {value}",
    "alter table {table} alter column {column} set not null",
    "alter table {table} alter column {column} drop not null",
    "alter table {table} alter column {column} set default {value}",
    "alter table {table} alter column {column} drop default",
    nullptr,
    nullptr,
    nullptr,
    nullptr,
    " for update",
};

}  // namespace

const tenon_dialect* dialect() noexcept {
  return &kDialect;
}

}  // namespace tenon::postgresql
