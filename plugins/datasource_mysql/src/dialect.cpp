// SPDX-License-Identifier: Apache-2.0
#include "dialect.h"

namespace tenon::mysql {

namespace {

// varchar beyond 16383 characters of utf8mb4 does not fit a row of 65535 bytes.
#define TYPES(json_comparable)                                                                \
  {                                                                                           \
    {TENON_TYPE_STRING, 0, "varchar({length})", nullptr, "longtext", 16000, nullptr},         \
        {TENON_TYPE_TEXT, 0, "longtext", nullptr, nullptr, 0, nullptr},                       \
        {TENON_TYPE_INT, 0, "int", "int auto_increment", nullptr, 0, nullptr},                \
        {TENON_TYPE_LONG, 0, "bigint", "bigint auto_increment", nullptr, 0, nullptr},         \
        {TENON_TYPE_FLOAT, 0, "decimal({precision},{scale})", nullptr, nullptr, 65, nullptr}, \
        {TENON_TYPE_BOOLEAN, 0, "tinyint(1)", nullptr, nullptr, 0, nullptr},                  \
        {TENON_TYPE_DATETIME, 0, "datetime(3)", nullptr, nullptr, 0, nullptr},                \
        {TENON_TYPE_DATE, 0, "date", nullptr, nullptr, 0, nullptr},                           \
        {TENON_TYPE_TIME, 0, "time(3)", nullptr, nullptr, 0, nullptr},                        \
        {TENON_TYPE_JSON, 0, "json", nullptr, nullptr, 0, json_comparable}, {                 \
      TENON_TYPE_BYTES, 0, "longblob", nullptr, nullptr, 0, nullptr                           \
    }                                                                                         \
  }
constexpr tenon_type_name kMySqlTypes[] = TYPES("cast(cast({value} as json) as char)");
constexpr tenon_type_name kMariaDbTypes[] = TYPES(nullptr);  // JSON is a text there
constexpr size_t kTypeCount = sizeof kMySqlTypes / sizeof kMySqlTypes[0];

constexpr tenon_dialect made(uint32_t flags, const tenon_type_name* types) {
  tenon_dialect d{};
  d.size = sizeof d;
  d.flags = flags;
  d.name = "mysql";
  d.quote_open = "`";
  d.quote_close = "`";
  d.parameter = "?";
  d.true_literal = "1";
  d.false_literal = "0";
  d.limit = "limit {limit} offset {offset}";
  d.like_escape = " escape '\\'";  // the session knows no escapes by backslash: see session.cpp
  d.insert_defaults = "() values ()";
  d.table_suffix = " engine=InnoDB default charset=utf8mb4";
  d.add_column = "alter table {table} add column {definition}";
  d.drop_column = "alter table {table} drop column {column}";
  d.rename_column = "alter table {table} rename column {column} to {to}";
  d.modify_column = "alter table {table} modify column {definition}";
  d.rename_table = "alter table {table} rename to {to}";
  d.drop_index = "drop index {index} on {table}";
  d.now = "current_timestamp(3)";
  d.regex = "{value} regexp {pattern}";
  d.list_has = "find_in_set({element}, {value}) > 0";
  d.max_parameters = 65535;
  // max_identifier_bytes: 64 characters, not bytes: the server counts them, and refuses more
  d.types = types;
  d.n_types = kTypeCount;
  d.char_length = "char_length({value})";
  d.for_update = " for update";
  d.exact_suffix = " engine=InnoDB default charset=utf8mb4 collate=utf8mb4_bin";
  return d;
}

constexpr uint32_t kFlags = TENON_SQL_COMMENT_INLINE | TENON_SQL_ON_DUPLICATE_KEY | TENON_SQL_ALTER_LIST |
                            TENON_SQL_TEXT_DEFAULT_EXPRESSION | TENON_SQL_UNSIGNED;
constexpr tenon_dialect kMySql = made(kFlags, kMySqlTypes);
constexpr tenon_dialect kMariaDb = made(kFlags | TENON_SQL_INSERT_RETURNING, kMariaDbTypes);

}  // namespace

const tenon_dialect* dialect(bool mariaDb) noexcept {
  return mariaDb ? &kMariaDb : &kMySql;
}

}  // namespace tenon::mysql
