// SPDX-License-Identifier: Apache-2.0
// Introspection: information_schema as rows of datasource.h's shapes. A constant number of statements for any number
// of tables.
#include <map>
#include <set>
#include <utility>

#include "column_type.h"
#include "connection.h"
#include "tenon/datasource.hpp"
#include "tenon/row_reader.hpp"

namespace tenon::mysql {

namespace {

// Names are compared without case by the server and exactly by the caller of these.
constexpr std::string_view kTables =
    "select table_name, table_type, table_comment, table_rows, data_length + index_length from "
    "information_schema.tables "
    "where table_schema = database() and table_type in ('BASE TABLE', 'VIEW')";
constexpr std::string_view kColumns =
    "select table_name, column_name, data_type, column_type, character_maximum_length, numeric_precision, "
    "numeric_scale, is_nullable = 'YES', column_default, extra, column_comment, collation_name from "
    "information_schema.columns "
    "where table_schema = database()";
constexpr std::string_view kStatistics =
    "select table_name, index_name, seq_in_index, column_name, coalesce(collation, 'A') = 'D', non_unique = 0, "
    "(sub_part is null or non_unique = 1) and index_type in ('BTREE', 'HASH') from information_schema.statistics where "
    "table_schema = "
    "database()";
// Of a column of MariaDB, whose name is the constraint's.
constexpr std::string_view kColumnChecks =
    "select table_name, constraint_name, check_clause, check_clause = concat('json_valid(`', replace(constraint_name, "
    "'`', '``'), '`)') from information_schema.check_constraints where constraint_schema = database() and level = "
    "'Column'";
constexpr std::string_view kForeignKeys =
    "select table_name, constraint_name, ordinal_position, column_name, referenced_table_name, referenced_column_name "
    "from information_schema.key_column_usage where table_schema = database() and referenced_table_schema = database()";
constexpr std::string_view kDeleteRules =
    "select table_name, constraint_name, delete_rule from information_schema.referential_constraints where "
    "constraint_schema = database()";

void maybeText(RowBuilder& out, size_t column, std::string_view v) {
  if (v.empty())
    out.null(column);
  else
    out.text(column, v);
}

void maybeText(RowBuilder& out, size_t column, const std::optional<std::string>& v) {
  if (v)
    out.text(column, *v);
  else
    out.null(column);
}

void copyNumber(RowBuilder& out, size_t column, const ColumnView& from, int64_t row) {
  if (from.isNull(row))
    out.null(column);
  else
    out.i64(column, from.i64(row));
}

std::string textAt(const BatchView& b, size_t column, int64_t row) {
  return b[column].isNull(row) ? std::string() : std::string(b[column].text(row));
}

/// Calls fn(batch, row) for the rows whose first column is the table asked for, or for all.
template <class Fn>
void eachRow(const std::vector<BatchView>& batches, tenon_str table, Fn&& fn) {
  for (const auto& b : batches)
    for (int64_t r = 0; r < b.rows(); ++r)
      if (absent(table) || b[0].text(r) == view(table)) fn(b, r);
}

using Pair = std::pair<std::string, std::string>;

struct ColumnCheck {
  std::string clause;
  bool isJson = false;
};

/// What a definition of the column says beside its type, nullability, default and comment.
std::string attributesOf(const BatchView& b, int64_t r, const std::string& extra, bool generated,
                         const ColumnCheck* check) {
  std::string out;
  const auto add = [&](const std::string& text) { out += (out.empty() ? "" : " ") + text; };
  if (!b[11].isNull(r)) add("collate " + textAt(b, 11, r));
  if (generated) add("auto_increment");
  if (const size_t at = extra.find("on update "); at != std::string::npos) add(extra.substr(at));
  if (check != nullptr) add("check (" + check->clause + ")");
  return out;
}

void describeColumn(const BatchView& b, int64_t r, int64_t ordinal, int64_t keyOrdinal, const ColumnCheck* check,
                    bool mariaDb, RowBuilder& out) {
  const std::string type = textAt(b, 2, r), declared = textAt(b, 3, r), extra = textAt(b, 9, r);
  const int32_t logical = logicalType(type, declared, check != nullptr && check->isJson);
  const bool generated = extra.find("auto_increment") != std::string::npos;
  const bool computed = extra.find(" GENERATED") != std::string::npos || extra == "PERSISTENT" || extra == "VIRTUAL";
  DefaultText standard;
  if (!b[8].isNull(r) && !generated && !computed) standard = readDefault(b[8].text(r), extra, mariaDb);
  out.text(0, b[0].text(r));
  out.i64(1, ordinal);
  out.text(2, b[1].text(r));
  out.i64(3, logical);
  out.text(4, declared);
  if (logical == TENON_TYPE_STRING && type == "uuid")
    out.i64(5, 36);
  else if (logical == TENON_TYPE_STRING)
    copyNumber(out, 5, b[4], r);
  else
    out.null(5);
  for (const size_t i : {size_t{5}, size_t{6}})  // precision and scale
    if (type == "decimal")
      copyNumber(out, i + 1, b[i], r);
    else
      out.null(i + 1);
  out.boolean(8, b[7].i64(r) != 0);
  maybeText(out, 9, standard.constant);
  out.boolean(10, generated);
  out.i64(11, keyOrdinal);
  maybeText(out, 12, std::string_view(textAt(b, 10, r)));
  maybeText(out, 13, standard.expression);
  out.boolean(14, computed);
  maybeText(out, 15, std::string_view(computed ? "" : attributesOf(b, r, extra, generated, check)));
  out.endRow();
}

}  // namespace

std::vector<BatchView> Connection::catalogue(std::string_view sql, const Schema& shape, tenon_str table,
                                             const tenon_cancel* cancel) {
  std::string text(sql);
  RowBuilder params({{"table", "u"}});
  tenon_query q{};
  q.size = sizeof q;
  q.flags = TENON_QUERY_REUSED;
  q.language = TENON_LANGUAGE_SQL;
  if (!absent(table)) {
    text += " and table_name = convert(? using utf8mb3)";  // what names are made of
    params.text(0, view(table));
    params.endRow();
    q.param_schema = params.schema().arrow();
    q.params = params.peek();
  }
  text += " order by binary table_name";  // two tables may differ by case only
  if (sql == kColumns || sql == kForeignKeys) text += sql == kColumns ? ", ordinal_position" : ", constraint_name, 3";
  q.text = str(text);
  q.result_schema = shape.arrow();
  std::vector<BatchView> out;
  Rows rows;
  query(q, cancel, rows.out());
  rows.asked(shape);
  while (rows.next()) out.push_back(rows.takeBatch());
  return out;
}

void Connection::describe(const tenon_describe& d, const tenon_cancel* cancel, tenon_rows* out) {
  static const Schema tables{{"t", "u"}, {"type", "u"}, {"comment", "u"}, {"rows", "l"}, {"bytes", "l"}};
  static const Schema columns{{"t", "u"},        {"c", "u"},     {"type", "u"},    {"declared", "u"},
                              {"length", "l"},   {"p", "l"},     {"s", "l"},       {"nullable", "l"},
                              {"standard", "u"}, {"extra", "u"}, {"comment", "u"}, {"collation", "u"}};
  static const Schema statistics{{"t", "u"},    {"i", "u"},      {"seq", "l"},  {"c", "u"},
                                 {"desc", "l"}, {"unique", "l"}, {"whole", "l"}};
  static const Schema checks{{"t", "u"}, {"c", "u"}, {"clause", "u"}, {"json", "l"}};
  static const Schema keys{{"t", "u"}, {"k", "u"}, {"seq", "l"}, {"c", "u"}, {"rt", "u"}, {"rc", "u"}};
  static const Schema rules{{"t", "u"}, {"k", "u"}, {"rule", "u"}};

  const Schema* schema = descriptionSchema(d.kind);
  if (schema == nullptr) throw Failure(TENON_UNSUPPORTED, "unknown kind of description").from(TENON_FROM_CALLER);
  auto rows = std::make_unique<RowBuilder>(*schema);
  RowBuilder& b = *rows;
  const auto read = [&](std::string_view sql, const Schema& shape) { return catalogue(sql, shape, d.table, cancel); };
  if (d.kind == TENON_DESCRIBE_TABLES) {
    eachRow(read(kTables, tables), d.table, [&](const BatchView& in, int64_t r) {
      const bool isView = in[1].text(r) == "VIEW";
      b.text(0, in[0].text(r));
      b.text(1, isView ? "view" : "table");
      maybeText(b, 2, isView ? std::string_view() : std::string_view(textAt(in, 2, r)));
      copyNumber(b, 3, in[3], r);
      copyNumber(b, 4, in[4], r);
      b.endRow();
    });
  } else if (d.kind == TENON_DESCRIBE_COLUMNS) {
    std::map<Pair, int64_t> primary;
    eachRow(read(kStatistics, statistics), d.table, [&](const BatchView& in, int64_t r) {
      if (in[1].text(r) == "PRIMARY") primary[{textAt(in, 0, r), textAt(in, 3, r)}] = in[2].i64(r);
    });
    std::map<Pair, ColumnCheck> columnChecks;
    if (session_.mariaDb)
      eachRow(read(kColumnChecks, checks), d.table, [&](const BatchView& in, int64_t r) {
        columnChecks[{textAt(in, 0, r), textAt(in, 1, r)}] = {textAt(in, 2, r), in[3].i64(r) != 0};
      });
    std::string last;
    int64_t ordinal = 0;
    eachRow(read(kColumns, columns), d.table, [&](const BatchView& in, int64_t r) {
      const Pair name{textAt(in, 0, r), textAt(in, 1, r)};
      ordinal = name.first == last ? ordinal + 1 : 1;
      last = name.first;
      const auto key = primary.find(name);
      const auto check = columnChecks.find(name);
      describeColumn(in, r, ordinal, key == primary.end() ? 0 : key->second,
                     check == columnChecks.end() ? nullptr : &check->second, session_.mariaDb, b);
    });
  } else if (d.kind == TENON_DESCRIBE_INDEXES) {
    const auto all = read(kStatistics, statistics);
    std::set<Pair> partial;  // of a part of a text, or of an expression: they say nothing about whole columns
    eachRow(all, d.table, [&](const BatchView& in, int64_t r) {
      if (in[6].i64(r) == 0 || in[3].isNull(r)) partial.insert({textAt(in, 0, r), textAt(in, 1, r)});
    });
    std::map<std::pair<Pair, int64_t>, std::pair<const BatchView*, int64_t>> ordered;
    eachRow(all, d.table, [&](const BatchView& in, int64_t r) {
      const Pair name{textAt(in, 0, r), textAt(in, 1, r)};
      if (name.second != "PRIMARY" && partial.count(name) == 0) ordered[{name, in[2].i64(r)}] = {&in, r};
    });
    for (const auto& [name, at] : ordered) {
      const BatchView& in = *at.first;
      const int64_t r = at.second;
      b.text(0, in[0].text(r));
      b.text(1, in[1].text(r));
      b.i64(2, in[2].i64(r));
      b.text(3, in[3].text(r));
      b.boolean(4, in[4].i64(r) != 0);
      b.boolean(5, in[5].i64(r) != 0);
      b.endRow();
    }
  } else {
    std::map<Pair, std::string> onDelete;
    eachRow(read(kDeleteRules, rules), d.table, [&](const BatchView& in, int64_t r) {
      onDelete[{textAt(in, 0, r), textAt(in, 1, r)}] = textAt(in, 2, r);
    });
    eachRow(read(kForeignKeys, keys), d.table, [&](const BatchView& in, int64_t r) {
      for (const size_t i : {size_t{0}, size_t{1}}) b.text(i, in[i].text(r));
      b.i64(2, in[2].i64(r));
      for (const size_t i : {size_t{3}, size_t{4}, size_t{5}}) b.text(i, in[i].text(r));
      b.text(6, onDelete[{textAt(in, 0, r), textAt(in, 1, r)}]);
      b.endRow();
    });
  }
  offerRows(std::move(rows), out);
}

}  // namespace tenon::mysql
