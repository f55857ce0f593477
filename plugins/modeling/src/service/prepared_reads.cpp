// SPDX-License-Identifier: Apache-2.0
#include "prepared_reads.h"

#include "calls.h"
#include "records/read_plan.h"
#include "routes/datasource_routes.h"

namespace tenon::modeling {

namespace {

/// What a tenon_data_read is.
struct PreparedRead {
  std::shared_ptr<Source> source;
  ReadPlan plan;
  std::string sql;
  // What it was made of:
  DataService& service;
  Json read;
  std::string tenant;
};

/// A filter is as deep as any JSON, and has something around it.
constexpr int kDeepestRead = kMaxJsonDepth * 2;

PreparedRead& of(tenon_data_read* read) {
  return *reinterpret_cast<PreparedRead*>(read);
}

/// Rows that are in memory: batch by batch to whoever asks.
struct ReadRows {
  Batches read;
  size_t next = 0;

  static ReadRows& at(tenon_rows* r) { return *static_cast<ReadRows*>(r->impl); }
  static tenon_status schemaOf(tenon_rows* r, ArrowSchema* out, tenon_error* e) {
    return guard(e, [&] { at(r).read.schema.exportTo(out); });
  }
  static tenon_status nextOf(tenon_rows* r, ArrowArray* out, tenon_error*) {
    ReadRows& self = at(r);
    if (self.next == self.read.batches.size()) return TENON_END;
    *out = self.read.batches[self.next++].release();
    return TENON_OK;
  }
  static void close(tenon_rows* r) {
    delete &at(r);
    r->impl = nullptr;
    r->close = nullptr;
  }
};

}  // namespace

tenon_status prepare(void* self, tenon_str datasource, tenon_str readJson, tenon_str tenant, tenon_data_read** out,
                     tenon_error* e) {
  return guarded(e, [&] {
    DataService& service = of(self);
    auto source =
        service.registry().catalogue().find(view(datasource), absent(tenant) ? std::string_view() : view(tenant));
    if (source == nullptr) throw Failure(TENON_NOT_FOUND, "no such datasource: " + text(datasource));
    const Json read = parseJson(view(readJson), kDeepestRead);
    const std::string owner = absent(tenant) ? std::string() : text(tenant);
    const auto shapes = service.store().shapesOf(*source);
    const Dialect dialect = poolOf(*source).dialect(nullptr);
    auto made = std::unique_ptr<PreparedRead>(new PreparedRead{
        source, {shapes, dialect, read, owner, service.store().limits().maxNestedRows}, {}, service, read, owner});
    made->sql = made->plan.sql();
    *out = reinterpret_cast<tenon_data_read*>(made.release());
    return TENON_OK;
  });
}

void release(tenon_data_read* read) {
  delete &of(read);
}

tenon_status runRead(tenon_data_read* raw, tenon_data_tx* tx, tenon_str valuesJson, const ArrowSchema* keysSchema,
                     const ArrowArray* keys, const tenon_cancel* cancel, tenon_rows* out, tenon_error* e) {
  return guarded(e, [&] {
    if (!TENON_HAS(tenon_rows, out, close)) throw Failure(TENON_INVALID, "rows too short").from(TENON_FROM_CALLER);
    PreparedRead& read = of(raw);
    const std::string_view given = view(valuesJson);
    const Json values = given.empty() || given == "[]" ? Json::array() : parseJson(given, kDeepestRead);
    std::optional<ColumnView> cells;
    if (keys != nullptr) {
      const Schema schema(*keysSchema);
      if (schema.size() != 1) throw Failure(TENON_INVALID, "keys are one column").from(TENON_FROM_CALLER);
      cells.emplace(schema.parsed(0), *keys->children[0]);
    }
    const ReadPlan::Keys given_keys{cells ? &*cells : nullptr, keys != nullptr ? keys->length : 0};
    Lease lease;
    if (tx == nullptr) lease = poolOf(*read.source).read(cancel);
    Connection& connection = tx != nullptr ? *of(tx)->lease : *lease;
    auto rows = std::make_unique<ReadRows>();
    // The datasource may have been replaced since: the transaction goes on in the one that it began in.
    std::optional<ReadPlan> anew;
    if (tx != nullptr && of(tx)->source != read.source)
      anew.emplace(read.service.store().shapesOf(*of(tx)->source), connection.dialect(), read.read, read.tenant,
                   read.service.store().limits().maxNestedRows);
    rows->read = (anew ? *anew : read.plan).run(connection, values, cells ? &given_keys : nullptr, cancel);
    out->flags = 0;
    out->schema = ReadRows::schemaOf;
    out->next = ReadRows::nextOf;
    out->close = ReadRows::close;
    out->impl = rows.release();
    return TENON_OK;
  });
}

tenon_str statementOf(tenon_data_read* read) {
  return str(of(read).sql);
}

}  // namespace tenon::modeling
