// SPDX-License-Identifier: Apache-2.0
// Introspection: the catalogues of the session's first schema as rows of datasource.h's shapes. One statement for each
// kind, whatever the number of tables.
#include <cstdlib>

#include "column_type.h"
#include "connection.h"
#include "constant_default.h"
#include "tenon/datasource.hpp"
#include "tenon/text_cells.hpp"

namespace tenon::postgresql {

namespace {

// Tables and views; the parts of a partitioned table only when they are asked for by name.
#define IN_SCHEMA                                                                                                \
  " c.relnamespace = (select oid from pg_catalog.pg_namespace where nspname = pg_catalog.current_schema()) and " \
  "c.relkind in ('r', 'p', 'f', 'v', 'm') and ($1 is null and not c.relispartition or c.relname = $1) "

constexpr const char* kTables =
    "select c.relname, case when c.relkind in ('v', 'm') then 'view' else 'table' end, "
    "pg_catalog.obj_description(c.oid, 'pg_class'), "
    "case when c.reltuples >= 0 and c.relkind <> 'v' then c.reltuples::int8 end, "
    "case when c.relkind in ('r', 'm') then pg_catalog.pg_total_relation_size(c.oid) end "
    "from pg_catalog.pg_class c where" IN_SCHEMA "order by c.relname";

// A domain is described as what it stands for in the end. A default of a computed column is its expression, which is
// not shown.
constexpr const char* kColumns =
    "select c.relname, pg_catalog.row_number() over (partition by c.oid order by a.attnum), a.attname, b.type, "
    "b.modifier, b.typtype, b.typcategory, pg_catalog.format_type(a.atttypid, a.atttypmod), "
    "not (a.attnotnull or b.strict), "
    "case when a.attgenerated = '' then pg_catalog.pg_get_expr(d.adbin, d.adrelid) end, a.attidentity <> '', "
    "coalesce(pg_catalog.array_position(k.conkey, a.attnum), 0), pg_catalog.col_description(c.oid, a.attnum), "
    "a.attgenerated <> '' "
    "from pg_catalog.pg_class c join pg_catalog.pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not "
    "a.attisdropped "
    "cross join lateral (with recursive r(type, modifier, strict) as (select a.atttypid, a.atttypmod, false union all "
    "select t.typbasetype, t.typtypmod, r.strict or t.typnotnull from r join pg_catalog.pg_type t on t.oid = r.type "
    "and "
    "t.typtype = 'd') select r.type, r.modifier, r.strict, t.typtype, t.typcategory from r join pg_catalog.pg_type t "
    "on "
    "t.oid = r.type and t.typtype <> 'd') b "
    "left join pg_catalog.pg_attrdef d on d.adrelid = c.oid and d.adnum = a.attnum "
    "left join pg_catalog.pg_constraint k on k.conrelid = c.oid and k.contype = 'p' "
    "where" IN_SCHEMA "order by c.relname, a.attnum";

// An index of a part of the rows or of an expression says nothing about the columns alone; one that is no order of
// values (gin, gist, brin) is not what a model calls an index.
constexpr const char* kIndexes =
    "select c.relname, i.relname, n.place, a.attname, (x.indoption[n.place - 1] & 1) = 1, x.indisunique "
    "from pg_catalog.pg_index x join pg_catalog.pg_class c on c.oid = x.indrelid "
    "join pg_catalog.pg_class i on i.oid = x.indexrelid join pg_catalog.pg_am m on m.oid = i.relam "
    "cross join lateral unnest(x.indkey::int2[]) with ordinality n(number, place) "
    "join pg_catalog.pg_attribute a on a.attrelid = c.oid and a.attnum = n.number "
    "where not x.indisprimary and x.indisvalid and x.indpred is null and x.indexprs is null and m.amname in ('btree', "
    "'hash') and n.place <= x.indnkeyatts and" IN_SCHEMA "order by c.relname, i.relname, n.place";

// References out of the schema are left out: what they point at is not described.
constexpr const char* kForeignKeys =
    "select c.relname, k.conname, n.place, a.attname, f.relname, b.attname, case k.confdeltype when 'r' then "
    "'RESTRICT' "
    "when 'c' then 'CASCADE' when 'n' then 'SET NULL' when 'd' then 'SET DEFAULT' else 'NO ACTION' end "
    "from pg_catalog.pg_constraint k join pg_catalog.pg_class c on c.oid = k.conrelid "
    "join pg_catalog.pg_class f on f.oid = k.confrelid and f.relnamespace = c.relnamespace "
    "cross join lateral unnest(k.conkey, k.confkey) with ordinality n(source, target, place) "
    "join pg_catalog.pg_attribute a on a.attrelid = c.oid and a.attnum = n.source "
    "join pg_catalog.pg_attribute b on b.attrelid = f.oid and b.attnum = n.target "
    "where k.contype = 'f' and k.conparentid = 0 and" IN_SCHEMA "order by c.relname, k.conname, n.place";

/// One row of a result.
struct Row {
  const PGresult* result;
  int row;
  bool isNull(int column) const { return PQgetisnull(result, row, column) != 0; }
  std::string_view text(int column) const {
    return {PQgetvalue(result, row, column), static_cast<size_t>(PQgetlength(result, row, column))};
  }
  bool yes(int column) const { return text(column) == "t"; }
};

void putText(RowBuilder& out, size_t column, const Row& in, int from) {
  if (in.isNull(from))
    out.null(column);
  else if (!putTextCell(out, column, in.text(from)))
    throw wrongTypeOf(out.schema().name(column));
}

void putNumber(RowBuilder& out, size_t column, const std::optional<int64_t>& v) {
  if (v)
    out.i64(column, *v);
  else
    out.null(column);
}

void describeColumn(const Row& in, RowBuilder& out) {
  const auto number = [&](int column) { return std::strtoll(PQgetvalue(in.result, in.row, column), nullptr, 10); };
  const ColumnType type =
      columnTypeOf(static_cast<Oid>(number(3)), static_cast<int32_t>(number(4)), in.text(5)[0], in.text(6)[0]);
  const DefaultValue standard = in.isNull(9) ? DefaultValue{{}, false, true} : readDefault(in.text(9));
  const bool generated = standard.counted || in.yes(10);
  putText(out, 0, in, 0);
  putText(out, 1, in, 1);
  putText(out, 2, in, 2);
  out.i64(3, type.logical);
  putText(out, 4, in, 7);
  putNumber(out, 5, type.length);
  putNumber(out, 6, type.precision);
  putNumber(out, 7, type.scale);
  putText(out, 8, in, 8);
  if (standard.constant)
    out.text(9, *standard.constant);
  else
    out.null(9);
  out.boolean(10, generated);
  putText(out, 11, in, 11);
  putText(out, 12, in, 12);
  if (standard.constant || standard.isNull || generated)
    out.null(13);
  else
    putText(out, 13, in, 9);
  putText(out, 14, in, 13);
  out.null(15);
  out.endRow();
}

}  // namespace

void Connection::describe(const tenon_describe& d, const tenon_cancel* cancel, tenon_rows* out) {
  const Schema* schema = descriptionSchema(d.kind);
  if (schema == nullptr) throw Failure(TENON_UNSUPPORTED, "unknown kind of description").from(TENON_FROM_CALLER);
  static constexpr const char* kQueries[] = {kTables, kColumns, kIndexes, kForeignKeys};
  Turn turn(*this, cancel);
  ready(cancel, turn.wait);
  const std::string table = text(d.table);
  const char* const value = absent(d.table) ? nullptr : table.c_str();
  const Oid type = kText;
  session_.sent(PQsendQueryParams(session_.raw(), kQueries[d.kind - 1], 1, &type, &value, nullptr, nullptr, 0));
  const Result all = session_.finish(turn.wait);
  auto rows = std::make_unique<RowBuilder>(*schema);
  for (int r = 0; r < PQntuples(all.get()); ++r) {
    const Row in{all.get(), r};
    if (d.kind == TENON_DESCRIBE_COLUMNS) {
      describeColumn(in, *rows);
      continue;
    }
    for (size_t i = 0; i < schema->size(); ++i) putText(*rows, i, in, static_cast<int>(i));
    rows->endRow();
  }
  offerRows(std::move(rows), out);
}

}  // namespace tenon::postgresql
