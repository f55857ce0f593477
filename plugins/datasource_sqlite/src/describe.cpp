// SPDX-License-Identifier: Apache-2.0
// Introspection: SQLite's pragmas as rows of datasource.h's shapes.
#include <memory>

#include "connection.h"
#include "declared_type.h"
#include "tenon/row_reader.hpp"

namespace tenon::sqlite {

namespace {

constexpr std::string_view kTables =
    "select name, type from sqlite_master where type in ('table','view') and name not like 'sqlite\\_%' escape '\\' "
    "and (?1 is null or name = ?1) order by name";
constexpr std::string_view kColumns =
    "select m.name, c.cid, c.name, c.type, c.\"notnull\", c.dflt_value, c.pk, m.sql from sqlite_master m, "
    "pragma_table_xinfo(m.name) c "
    "where m.type in ('table','view') and m.name not like 'sqlite\\_%' escape '\\' and c.hidden <> 1 and (?1 is null "
    "or m.name = ?1) "
    "order by m.name, c.cid";
constexpr std::string_view kIndexes =
    "select m.name, i.name, x.seqno, x.name, x.\"desc\", i.\"unique\" from sqlite_master m, pragma_index_list(m.name) "
    "i, "
    "pragma_index_xinfo(i.name) x where m.type = 'table' and m.name not like 'sqlite\\_%' escape '\\' and i.origin <> "
    "'pk' "
    "and i.partial = 0 and x.key = 1 and x.name is not null and (?1 is null or m.name = ?1) order by m.name, i.name, "
    "x.seqno";
// A reference without columns means the target's primary key.
constexpr std::string_view kForeignKeys =
    "select m.name, f.id, f.seq, f.\"from\", f.\"table\", coalesce(f.\"to\", (select p.name from "
    "pragma_table_info(f.\"table\") p "
    "where p.pk = f.seq + 1)), f.on_delete from sqlite_master m, pragma_foreign_key_list(m.name) f where m.type = "
    "'table' "
    "and m.name not like 'sqlite\\_%' escape '\\' and (?1 is null or m.name = ?1) order by m.name, f.id, f.seq";

/// A finished list of batches behind tenon_rows.
struct Finished {
  std::unique_ptr<RowBuilder> builder;
  bool given = false;
  static Finished& of(tenon_rows* rows) { return *static_cast<Finished*>(rows->impl); }
  static tenon_status schema(tenon_rows* rows, ArrowSchema* out, tenon_error* e) {
    return guard(e, [&] { of(rows).builder->schema().exportTo(out); });
  }
  static tenon_status next(tenon_rows* rows, ArrowArray* out, tenon_error* e) {
    return guard(e, [&]() -> tenon_status {
      Finished& f = of(rows);
      if (f.given || f.builder->rows() == 0) return TENON_END;
      f.given = true;
      f.builder->take(out);
      return TENON_OK;
    });
  }
  static void close(tenon_rows* rows) {
    delete static_cast<Finished*>(rows->impl);
    rows->impl = nullptr;
    rows->close = nullptr;
  }
};

void maybeNumber(RowBuilder& out, size_t column, const std::optional<int64_t>& v) {
  if (v)
    out.i64(column, *v);
  else
    out.null(column);
}

// One batch holds a whole table's columns: only a catalogue of more columns than this is cut.
constexpr uint64_t kMostDescribed = 4096;

/// How many columns the table's primary key has: a lone "integer primary key" is the row id, which counts itself.
int64_t keyColumns(const BatchView& batch, int64_t from) {
  int64_t n = 0;
  const std::string_view table = batch[0].text(from);
  for (int64_t r = from; r < batch.rows() && batch[0].text(r) == table; ++r) n += batch[6].i64(r) > 0 ? 1 : 0;
  return n;
}

void describeColumns(const BatchView& batch, RowBuilder& out) {
  int64_t keys = 0, ordinal = 0;
  for (int64_t r = 0; r < batch.rows(); ++r) {
    const std::string_view table = batch[0].text(r);
    if (r == 0 || table != batch[0].text(r - 1)) {
      keys = keyColumns(batch, r);
      ordinal = 0;
    }
    const std::string_view declared = batch[3].text(r);
    const DeclaredType type = readDeclaredType(declared);
    const bool lone = batch[6].i64(r) > 0 && keys == 1;
    const bool rowId = lone && declared.size() == 7 && type.logical == TENON_TYPE_LONG && !batch[7].isNull(r) &&
                       batch[7].text(r).find("WITHOUT ROWID") == std::string_view::npos;
    const auto standard = batch[5].isNull(r) ? std::nullopt : constantDefault(batch[5].text(r));
    out.text(0, table);
    out.i64(1, ++ordinal);
    out.text(2, batch[2].text(r));
    out.i64(3, type.logical);
    out.text(4, declared);
    maybeNumber(out, 5, type.length);
    maybeNumber(out, 6, type.precision);
    maybeNumber(out, 7, type.scale);
    out.boolean(8, batch[4].i64(r) == 0 && batch[6].i64(r) == 0);
    if (standard)
      out.text(9, *standard);
    else
      out.null(9);
    out.boolean(10, rowId);
    out.i64(11, batch[6].i64(r));
    out.null(12);
    out.endRow();
  }
}

void describeForeignKeys(const BatchView& batch, RowBuilder& out) {
  for (int64_t r = 0; r < batch.rows(); ++r) {
    if (batch[5].isNull(r)) continue;  // it refers to a table that is not there
    out.text(0, batch[0].text(r));
    out.text(1, std::string(batch[0].text(r)) + "_fk" + std::to_string(batch[1].i64(r)));  // SQLite keeps no names
    out.i64(2, batch[2].i64(r) + 1);
    out.text(3, batch[3].text(r));
    out.text(4, batch[4].text(r));
    out.text(5, batch[5].text(r));
    out.text(6, batch[6].text(r));
    out.endRow();
  }
}

}  // namespace

void Connection::describe(const tenon_describe& d, const tenon_cancel* cancel, tenon_rows* out) {
  struct Shape {
    std::string_view sql;
    Schema source, result;
  };
  static const Shape shapes[] = {
      {kTables,
       {{"name", "u"}, {"type", "u"}},
       {{"table", "u"}, {"kind", "u"}, {"comment", "u"}, {"row_estimate", "l"}, {"bytes", "l"}}},
      {kColumns,
       {{"t", "u"},
        {"cid", "l"},
        {"name", "u"},
        {"type", "u"},
        {"notnull", "l"},
        {"dflt", "u"},
        {"pk", "l"},
        {"sql", "u"}},
       {{"table", "u"},
        {"ordinal", "l"},
        {"column", "u"},
        {"type", "l"},
        {"declared", "u"},
        {"length", "l"},
        {"precision", "l"},
        {"scale", "l"},
        {"nullable", "b"},
        {"default", "u"},
        {"generated", "b"},
        {"key_ordinal", "l"},
        {"comment", "u"}}},
      {kIndexes,
       {{"t", "u"}, {"i", "u"}, {"seq", "l"}, {"c", "u"}, {"desc", "l"}, {"unique", "l"}},
       {{"table", "u"}, {"index", "u"}, {"ordinal", "l"}, {"column", "u"}, {"descending", "b"}, {"unique", "b"}}},
      {kForeignKeys,
       {{"t", "u"}, {"id", "l"}, {"seq", "l"}, {"from", "u"}, {"table", "u"}, {"to", "u"}, {"on_delete", "u"}},
       {{"table", "u"},
        {"constraint", "u"},
        {"ordinal", "l"},
        {"column", "u"},
        {"target_table", "u"},
        {"target_column", "u"},
        {"on_delete", "u"}}},
  };
  if (d.kind < TENON_DESCRIBE_TABLES || d.kind > TENON_DESCRIBE_FOREIGN_KEYS)
    throw Failure(TENON_UNSUPPORTED, "unknown kind of description").from(TENON_FROM_CALLER);
  const Shape& shape = shapes[d.kind - 1];
  RowBuilder params({{"table", "u"}});
  if (absent(d.table))
    params.null(0);
  else
    params.text(0, view(d.table));
  params.endRow();
  tenon_query q{};
  q.size = sizeof q;
  q.language = TENON_LANGUAGE_SQL;
  q.text = str(shape.sql);
  q.param_schema = params.schema().arrow();
  q.params = params.peek();
  q.result_schema = shape.source.arrow();
  q.max_batch_rows = kMostDescribed;
  auto finished = std::make_unique<Finished>();
  finished->builder = std::make_unique<RowBuilder>(shape.result);
  RowBuilder& b = *finished->builder;
  Rows rows;
  query(q, cancel, rows.out());
  while (rows.next()) {
    const BatchView& batch = rows.batch();
    if (d.kind == TENON_DESCRIBE_COLUMNS) {
      describeColumns(batch, b);
    } else if (d.kind == TENON_DESCRIBE_FOREIGN_KEYS) {
      describeForeignKeys(batch, b);
    } else {
      for (int64_t r = 0; r < batch.rows(); ++r) {
        b.text(0, batch[0].text(r));
        b.text(1, batch[1].text(r));
        if (d.kind == TENON_DESCRIBE_TABLES) {
          for (size_t i = 2; i < 5; ++i) b.null(i);
        } else {
          b.i64(2, batch[2].i64(r) + 1);
          b.text(3, batch[3].text(r));
          b.boolean(4, batch[4].i64(r) != 0);
          b.boolean(5, batch[5].i64(r) != 0);
        }
        b.endRow();
      }
    }
  }
  out->flags = 0;
  out->schema = Finished::schema;
  out->next = Finished::next;
  out->close = Finished::close;
  out->impl = finished.release();
}

}  // namespace tenon::sqlite
