// SPDX-License-Identifier: Apache-2.0
// The cursor and its Arrow batches.
#include <thread>

#include "session.h"

namespace tenon::compliance {

namespace {

/// A raw cursor over the rows query, so that nothing between hides what the driver does.
struct Cursor {
  tenon_rows rows{};
  Cursor(Session& s, const std::string& text, uint64_t maxRows = 0, uint64_t maxBatchRows = 0,
         uint64_t maxBatchBytes = 0) {
    rows.size = sizeof rows;
    tenon_query q{};
    q.size = sizeof q;
    q.language = s.language();
    q.text = str(text);
    q.max_rows = maxRows;
    q.max_batch_rows = maxBatchRows;
    q.max_batch_bytes = maxBatchBytes;
    Error e;
    const tenon_status status = s.table().query(s.conn(), &q, nullptr, &rows, &e);
    require(status == TENON_OK, "query() failed: " + std::string(e.text()));
  }
  ~Cursor() { close(); }
  Cursor(const Cursor&) = delete;
  Cursor& operator=(const Cursor&) = delete;
  void close() {
    if (rows.close != nullptr) rows.close(&rows);
    rows.close = nullptr;
  }
  tenon_status next(ArrowArray& out) {
    out = ArrowArray{};
    Error e;
    const tenon_status status = rows.next(&rows, &out, &e);
    require(status == TENON_OK || status == TENON_END, "next() failed: " + std::string(e.text()));
    return status;
  }
};

void release(ArrowArray& a) {
  if (a.release != nullptr) a.release(&a);
}

void endsAgainAndAgain(Context& c) {
  Session s(c);
  Cursor cursor(s, s.rowsQuery());
  ArrowArray a{};
  while (cursor.next(a) == TENON_OK) release(a);
  require(cursor.next(a) == TENON_END && cursor.next(a) == TENON_END, "next() after the end does not answer END again");
  require(a.release == nullptr, "next() that answers END writes a batch");
}

void hasNoEmptyBatch(Context& c) {
  Session s(c);
  s.needs(TENON_DS_SQL, "SQL");
  Cursor none(s, s.rowsQuery(0));
  ArrowArray a{};
  require(none.next(a) == TENON_END, "a query without rows answers a batch");
  ArrowSchema schema{};
  require(none.rows.schema(&none.rows, &schema, nullptr) == TENON_OK && schema.n_children == 2,
          "a query without rows has no schema");
  schema.release(&schema);
}

void hasASchemaOfKnownFormats(Context& c) {
  Session s(c);
  Cursor cursor(s, s.rowsQuery());
  ArrowSchema schema{};
  require(cursor.rows.schema(&cursor.rows, &schema, nullptr) == TENON_OK, "schema() fails");
  require(schema.format != nullptr && std::string_view(schema.format) == "+s" && schema.n_children > 0,
          "the schema is no struct of columns");
  for (int64_t i = 0; i < schema.n_children; ++i) {
    require(
        schema.children[i] != nullptr && schema.children[i]->format != nullptr && schema.children[i]->name != nullptr,
        "a column of the schema has no name or format");
    try {
      Format::parse(schema.children[i]->format);
    } catch (const Failure& f) {
      throw Broken(f.what());
    }
  }
  ArrowArray a{};
  require(cursor.next(a) == TENON_OK, "there are no rows");
  require(a.n_children == schema.n_children, "a batch has another number of columns than its schema");
  for (int64_t i = 0; i < a.n_children; ++i) {
    const Format f = Format::parse(schema.children[i]->format);
    const bool variable = f.kind == ColumnKind::Text || f.kind == ColumnKind::Bytes;
    require(a.children[i]->n_buffers == (variable ? 3 : 2) && a.children[i]->length >= a.length,
            "a column of a batch does not match its format");
  }
  release(a);
  schema.release(&schema);
  require(schema.release == nullptr, "release of a schema does not clear itself");
}

void obeysLimits(Context& c) {
  Session s(c);
  const std::string text = s.rowsQuery(5);
  ArrowArray a{};
  int64_t total = 0;
  {
    Cursor cursor(s, text, 3, 2);
    while (cursor.next(a) == TENON_OK) {
      require(a.length >= 1 && a.length <= 2,
              "a batch holds " + std::to_string(a.length) + " rows where 2 were asked for");
      total += a.length;
      release(a);
    }
    require(total == 3, "max_rows 3 answers " + std::to_string(total) + " rows");
  }
  Cursor small(s, text, 0, 0, 1);
  while (small.next(a) == TENON_OK) {
    require(a.length == 1, "max_batch_bytes 1 does not make batches of one row");
    release(a);
  }
}

void alignsBuffers(Context& c) {
  Session s(c);
  Cursor cursor(s, s.rowsQuery());
  ArrowArray a{};
  while (cursor.next(a) == TENON_OK) {
    for (int64_t i = 0; i < a.n_children; ++i)
      for (int64_t b = 0; b < a.children[i]->n_buffers; ++b)
        require(reinterpret_cast<uintptr_t>(a.children[i]->buffers[b]) % 8 == 0, "a buffer is not aligned to 8 bytes");
    release(a);
  }
}

void releaseClearsItself(Context& c) {
  Session s(c);
  Cursor cursor(s, s.rowsQuery());
  ArrowArray a{};
  require(cursor.next(a) == TENON_OK && a.release != nullptr, "there is no batch, or it has no release");
  a.release(&a);
  require(a.release == nullptr, "release of a batch does not clear itself");
}

void allNull(Context& c) {
  Session s(c);
  s.needs(TENON_DS_SQL, "SQL");
  s.needs(TENON_DS_WRITE, "writing");
  const std::string table =
      s.makeTable("null", "n " + s.columnType(TENON_TYPE_LONG) + ", t " + s.columnType(TENON_TYPE_STRING));
  RowBuilder b({{"n", "l"}, {"t", "u"}});
  for (int i = 0; i < 9; ++i) {
    b.null(0);
    b.null(1);
    b.endRow();
  }
  s.run(s.insertInto(table, {"n", "t"}), &b);
  static const Schema expected{{"n", "l"}, {"t", "u"}};
  Rows rows = s.rows("select n, t from " + table, {.expected = &expected});
  int64_t seen = 0;
  while (rows.next())
    for (int64_t r = 0; r < rows.batch().rows(); ++r, ++seen)
      require(rows.batch()[0].isNull(r) && rows.batch()[1].isNull(r), "a NULL comes back as a value");
  require(seen == 9, "rows are missing");
}

/// Parameters as another producer may send them: an offset, and a validity buffer that is not there.
void toleratesOffsets(Context& c) {
  Session s(c);
  s.needs(TENON_DS_SQL, "SQL");
  s.needs(TENON_DS_WRITE, "writing");
  const std::string table =
      s.makeTable("offset", "n " + s.columnType(TENON_TYPE_LONG) + ", t " + s.columnType(TENON_TYPE_STRING));
  const int64_t numbers[] = {100, 200, 300, 400};
  const int32_t ends[] = {0, 1, 2, 3, 4};
  const void* numberBuffers[] = {nullptr, numbers};
  const void* textBuffers[] = {nullptr, ends, "abcd"};
  ArrowArray n{2, 0, 2, 2, 0, numberBuffers, nullptr, nullptr, nullptr, nullptr};
  ArrowArray t{2, 0, 2, 3, 0, textBuffers, nullptr, nullptr, nullptr, nullptr};
  ArrowArray* children[] = {&n, &t};
  const void* top[] = {nullptr};
  const ArrowArray row{2, 0, 0, 1, 2, top, children, nullptr, nullptr, nullptr};
  const Schema schema{{"n", "l"}, {"t", "u"}};
  const std::string insert = s.insertInto(table, {"n", "t"});
  tenon_query q{};
  q.size = sizeof q;
  q.language = TENON_LANGUAGE_SQL;
  q.text = str(insert);
  q.param_schema = schema.arrow();
  q.params = &row;
  tenon_outcome out{};
  out.size = sizeof out;
  Error e;
  const tenon_status status = s.table().execute(s.conn(), &q, nullptr, &out, &e);
  require(status == TENON_OK, "execute() fails: " + std::string(e.text()));
  static const Schema expected{{"n", "l"}, {"t", "u"}};
  Rows rows = s.rows("select n, t from " + table + " order by n", {.expected = &expected});
  require(rows.next() && rows.batch().rows() == 2 && rows.batch()[0].i64(0) == 300 && rows.batch()[0].i64(1) == 400 &&
              rows.batch()[1].text(0) == "c" && rows.batch()[1].text(1) == "d",
          "parameters with an offset are read from their beginning");
}

void deliversWhatIsAsked(Context& c) {
  Session s(c);
  s.needs(TENON_DS_SQL, "SQL");
  const std::string text = s.rowsQuery();
  static const Schema expected{{"n", "i"}, {"t", "u"}};
  Rows rows = s.rows(text, {.expected = &expected});
  require(rows.schema().size() == 2, "the result has another number of columns");
  require(rows.schema().format(0) == "i" && rows.schema().format(1) == "u",
          "columns do not come in the formats asked for");
  require(rows.next() && rows.batch()[0].i64(0) == 1 && rows.batch()[1].text(0) == "row 1", "the first row is wrong");
}

void outlivesEverything(Context& c) {
  Session s(c);
  ArrowArray a{};
  ArrowSchema schema{};
  {
    Cursor cursor(s, s.rowsQuery());
    require(cursor.rows.schema(&cursor.rows, &schema, nullptr) == TENON_OK && cursor.next(a) == TENON_OK,
            "there are no rows");
  }
  s.closeConn();
  s.closeSource();
  std::thread other([&] {  // reads and releases where the driver never was
    unsigned sum = 0;
    for (int64_t i = 0; i < a.n_children; ++i) {
      const Format f = Format::parse(schema.children[i]->format);
      const ColumnView v(f, *a.children[i]);
      for (int64_t r = 0; r < a.length; ++r)
        if (!v.isNull(r) && f.kind == ColumnKind::Text)
          for (const char ch : v.text(r)) sum += static_cast<unsigned char>(ch);
    }
    a.release(&a);
    schema.release(&schema);
    if (sum == 0) s.instance().host.rules.note("the batch is empty after everything was closed");
  });
  other.join();
  require(s.instance().host.rules.broken().empty(), "a batch is lost when cursor, session and source are closed");
}

void closesEarly(Context& c) {
  Session s(c);
  const std::string text = s.rowsQuery(50);
  {
    Cursor cursor(s, text, 0, 1);
    ArrowArray a{};
    require(cursor.next(a) == TENON_OK, "there are no rows");
    release(a);
  }
  Cursor again(s, text);
  ArrowArray a{};
  require(again.next(a) == TENON_OK, "after a cursor was closed early the session answers nothing");
  release(a);
}

}  // namespace

std::vector<Check> rowChecks() {
  return {
      {"rows.end", "next() answers END again and again", endsAgainAndAgain},
      {"rows.none", "a result without rows has a schema and no batch", hasNoEmptyBatch},
      {"rows.schema", "schema and batches agree, in formats that every consumer knows", hasASchemaOfKnownFormats},
      {"rows.limits", "max_rows, max_batch_rows and max_batch_bytes are obeyed", obeysLimits},
      {"rows.alignment", "buffers are aligned to 8 bytes", alignsBuffers},
      {"rows.release", "release clears itself", releaseClearsItself},
      {"rows.all_null", "a column of NULLs is one", allNull},
      {"rows.offset", "parameters may have an offset and no validity buffer", toleratesOffsets},
      {"rows.asked", "columns come in the formats asked for", deliversWhatIsAsked},
      {"rows.outlive", "a batch outlives cursor, session and source, on any thread", outlivesEverything},
      {"rows.close_early", "a cursor may be closed before its end", closesEarly},
  };
}

}  // namespace tenon::compliance
