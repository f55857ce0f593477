// SPDX-License-Identifier: Apache-2.0
// Introspection: SQLite's pragmas as rows of datasource.h's shapes.
#include <memory>

#include "connection.h"
#include "declared_type.h"
#include "tenon/datasource.hpp"
#include "tenon/row_reader.hpp"

namespace tenon::sqlite {

namespace {

constexpr std::string_view kTables =
    "select name, type from sqlite_master where type in ('table','view') and name not like 'sqlite\\_%' escape '\\' "
    "and (?1 is null or name = ?1) order by name";
// The following are asked for one table after the other: a view whose table is gone, or a virtual table whose module
// is not there, spoils its own description only.
constexpr std::string_view kColumns =
    "select c.name, c.type, c.\"notnull\", c.dflt_value, c.pk, c.hidden, (select l.wr from pragma_table_list(?1) l "
    "where "
    "l.schema = 'main') from pragma_table_xinfo(?1) c where c.hidden <> 1 order by c.cid";
// An index of a part of the rows or of an expression says nothing about the columns alone.
constexpr std::string_view kIndexes =
    "select i.name, x.seqno, x.name, x.\"desc\", i.\"unique\" from pragma_index_list(?1) i, pragma_index_xinfo(i.name) "
    "x "
    "where i.origin <> 'pk' and i.partial = 0 and x.key = 1 and not exists (select 1 from pragma_index_xinfo(i.name) e "
    "where e.key = 1 and e.name is null) order by i.name, x.seqno";
// Names are given as the tables spell them, however the reference does. One without columns means the primary key.
constexpr std::string_view kForeignKeys =
    "select f.id, f.seq, (select c.name from pragma_table_xinfo(?1) c where c.name = f.\"from\" collate nocase), "
    "m.name, "
    "(select p.name from pragma_table_xinfo(m.name) p where case when f.\"to\" is null then p.pk = f.seq + 1 else "
    "p.name "
    "= f.\"to\" collate nocase end), f.on_delete from pragma_foreign_key_list(?1) f join sqlite_master m on m.type = "
    "'table' and m.name = f.\"table\" collate nocase order by f.id, f.seq";

void maybeNumber(RowBuilder& out, size_t column, const std::optional<int64_t>& v) {
  if (v)
    out.i64(column, *v);
  else
    out.null(column);
}

void describeTable(const BatchView& in, int64_t r, RowBuilder& out) {
  out.text(0, in[0].text(r));
  out.text(1, in[1].text(r));
  for (size_t i = 2; i < 5; ++i) out.null(i);
  out.endRow();
}

/// keys: how many columns the primary key has. A lone "integer primary key" is the row id, which counts itself.
void describeColumn(std::string_view table, const BatchView& in, int64_t r, int64_t keys, RowBuilder& out) {
  const std::string_view declared = in[1].text(r);
  const DeclaredType type = readDeclaredType(declared);
  const bool withoutRowId = !in[6].isNull(r) && in[6].i64(r) != 0;
  const bool rowId = in[4].i64(r) > 0 && keys == 1 && declared.size() == 7 && type.logical == TENON_TYPE_LONG &&
                     !in[6].isNull(r) && !withoutRowId;
  const auto standard = in[3].isNull(r) ? std::nullopt : constantDefault(in[3].text(r));
  out.text(0, table);
  out.i64(1, r + 1);
  out.text(2, in[0].text(r));
  out.i64(3, type.logical);
  out.text(4, declared);
  maybeNumber(out, 5, type.length);
  maybeNumber(out, 6, type.precision);
  maybeNumber(out, 7, type.scale);
  out.boolean(8, in[2].i64(r) == 0 && in[4].i64(r) == 0);
  if (standard)
    out.text(9, *standard);
  else
    out.null(9);
  out.boolean(10, rowId);
  out.i64(11, in[4].i64(r));
  out.null(12);
  if (standard || in[3].isNull(r) || in[3].text(r) == "NULL" || in[3].text(r) == "null")
    out.null(13);
  else
    out.text(13, in[3].text(r));
  out.boolean(14, in[5].i64(r) != 0);
  out.null(15);
  out.endRow();
}

void describeColumns(std::string_view table, const BatchView& in, RowBuilder& out) {
  int64_t keys = 0;
  for (int64_t r = 0; r < in.rows(); ++r) keys += in[4].i64(r) > 0 ? 1 : 0;
  for (int64_t r = 0; r < in.rows(); ++r) describeColumn(table, in, r, keys, out);
}

void describeIndex(std::string_view table, const BatchView& in, int64_t r, RowBuilder& out) {
  out.text(0, table);
  out.text(1, in[0].text(r));
  out.i64(2, in[1].i64(r) + 1);
  out.text(3, in[2].text(r));
  out.boolean(4, in[3].i64(r) != 0);
  out.boolean(5, in[4].i64(r) != 0);
  out.endRow();
}

void describeForeignKey(std::string_view table, const BatchView& in, int64_t r, RowBuilder& out) {
  if (in[2].isNull(r) || in[4].isNull(r)) return;  // it refers to a column that is not there
  out.text(0, table);
  out.text(1, std::string(table) + "_fk" + std::to_string(in[0].i64(r)));  // SQLite keeps no names
  out.i64(2, in[1].i64(r) + 1);
  for (size_t i = 2; i < 6; ++i) out.text(i + 1, in[i].text(r));
  out.endRow();
}

struct Query {
  std::string_view sql;
  Schema result;
};

/// kind is one that descriptionSchema() knows.
const Query& queryOf(uint32_t kind) {
  static const Query queries[] = {
      {kTables, {{"name", "u"}, {"type", "u"}}},
      {kColumns,
       {{"name", "u"}, {"type", "u"}, {"notnull", "l"}, {"dflt", "u"}, {"pk", "l"}, {"hidden", "l"}, {"wr", "l"}}},
      {kIndexes, {{"i", "u"}, {"seq", "l"}, {"c", "u"}, {"desc", "l"}, {"unique", "l"}}},
      {kForeignKeys, {{"id", "l"}, {"seq", "l"}, {"from", "u"}, {"table", "u"}, {"to", "u"}, {"on_delete", "u"}}},
  };
  return queries[kind - 1];
}

}  // namespace

/// The rows of one catalogue query about one table, or about all with an absent name. A table's columns are one batch:
/// SQLite has fewer than fit.
std::vector<BatchView> Connection::catalogue(uint32_t kind, tenon_str table, const tenon_cancel* cancel) {
  const Query& query = queryOf(kind);
  RowBuilder params({{"table", "u"}});
  if (absent(table))
    params.null(0);
  else
    params.text(0, view(table));
  params.endRow();
  tenon_query q{};
  q.size = sizeof q;
  q.flags = TENON_QUERY_REUSED;
  q.language = TENON_LANGUAGE_SQL;
  q.text = str(query.sql);
  q.param_schema = params.schema().arrow();
  q.params = params.peek();
  q.result_schema = query.result.arrow();
  q.max_batch_rows = 4096;
  std::vector<BatchView> out;
  Rows rows;
  this->query(q, cancel, rows.out());
  while (rows.next()) out.push_back(rows.takeBatch());
  return out;
}

/// oneOfMany: a table that cannot be described is left out.
void Connection::describeOne(uint32_t kind, std::string_view table, bool oneOfMany, const tenon_cancel* cancel,
                             RowBuilder& out) {
  try {
    for (const BatchView& in : catalogue(kind, str(table), cancel)) {
      if (kind == TENON_DESCRIBE_COLUMNS) describeColumns(table, in, out);
      for (int64_t r = 0; kind != TENON_DESCRIBE_COLUMNS && r < in.rows(); ++r)
        kind == TENON_DESCRIBE_INDEXES ? describeIndex(table, in, r, out) : describeForeignKey(table, in, r, out);
    }
  } catch (const Failure& f) {
    if (!oneOfMany || f.code() != TENON_INVALID) throw;
  }
}

void Connection::describe(const tenon_describe& d, const tenon_cancel* cancel, tenon_rows* out) {
  const Schema* schema = descriptionSchema(d.kind);
  if (schema == nullptr) throw Failure(TENON_UNSUPPORTED, "unknown kind of description").from(TENON_FROM_CALLER);
  auto rows = std::make_unique<RowBuilder>(*schema);
  RowBuilder& b = *rows;
  for (const BatchView& tables : catalogue(TENON_DESCRIBE_TABLES, d.table, cancel))
    for (int64_t t = 0; t < tables.rows(); ++t) {
      if (d.kind == TENON_DESCRIBE_TABLES)
        describeTable(tables, t, b);
      else
        describeOne(d.kind, tables[0].text(t), absent(d.table), cancel, b);
    }
  offerRows(std::move(rows), out);
}

}  // namespace tenon::sqlite
