// SPDX-License-Identifier: Apache-2.0
#include "data_service.h"

#include "calls.h"
#include "data_writes.h"
#include "prepared_reads.h"

#include <algorithm>

#include "model/field_type.h"
#include "model/model_json.h"
#include "records/generator.h"
#include "routes/answer.h"
#include "routes/datasource_routes.h"
#include "sql/insert.h"

namespace tenon::modeling {

namespace {

/// A model of a datasource, with a connection: the transaction's, or one of its own.
struct Work {
  Work(DataService& service, tenon_data_tx* tx, tenon_str datasource, tenon_str model, bool write,
       const tenon_cancel* cancel)
      : source(tx != nullptr ? of(tx)->source : service.registry().catalogue().find(view(datasource), {})) {
    if (source == nullptr) throw Failure(TENON_NOT_FOUND, "no such datasource: " + text(datasource));
    shapes = service.store().shapesOf(*source);
    entity = shapes->models().entity(view(model));
    if (entity == nullptr) throw Failure(TENON_NOT_FOUND, "no such model: " + text(model));
    if (tx == nullptr) own = write ? poolOf(*source).write(cancel) : poolOf(*source).read(cancel);
    connection = tx != nullptr ? &*of(tx)->lease : &*own;
  }
  std::string table() const {
    std::string out;
    connection->dialect().identifier(out, entity->name);
    return out;
  }
  /// For update and delete: columns are qualified with the table itself, since not every delete takes an alias.
  SqlText where(tenon_str filterJson, SqlText sql) const {
    const Json filter = readFilter(view(filterJson));
    const size_t before = sql.text.size();
    appendWhere(sql, connection->dialect(), shapes->models(), *entity, table(), filter, {});
    if (sql.text.size() == before) throw Failure(TENON_INVALID, "a filter is required").from(TENON_FROM_CALLER);
    return sql;
  }
  std::shared_ptr<Source> source;
  std::shared_ptr<const Shapes> shapes;
  const Entity* entity = nullptr;
  Lease own;
  Connection* connection = nullptr;
};

/// Rows that keep their connection until they are closed.
struct HeldRows {
  Work work;
  Connection::Params params;
  Schema expected;
  tenon_rows rows{sizeof(tenon_rows), 0, nullptr, nullptr, nullptr, nullptr};

  static HeldRows& at(tenon_rows* r) { return *static_cast<HeldRows*>(r->impl); }
  static tenon_status schema(tenon_rows* r, ArrowSchema* out, tenon_error* e) {
    return at(r).rows.schema(&at(r).rows, out, e);
  }
  static tenon_status next(tenon_rows* r, ArrowArray* out, tenon_error* e) {
    return at(r).rows.next(&at(r).rows, out, e);
  }
  static void close(tenon_rows* r) {
    HeldRows* held = &at(r);
    held->rows.close(&held->rows);
    delete held;
    r->impl = nullptr;
    r->close = nullptr;
  }
};

struct Given {
  std::vector<const Field*> fields;
  Schema schema;
};

Given columnsOf(const Entity& entity, const ArrowSchema* schema) {
  if (schema == nullptr) throw Failure(TENON_INVALID, "rows need a schema").from(TENON_FROM_CALLER);
  Given g{{}, Schema(*schema)};
  for (size_t i = 0; i < g.schema.size(); ++i) {
    const Field* f = entity.field(g.schema.name(i));
    if (f == nullptr || !f->isColumn())
      throw Failure(TENON_INVALID, "no such field: " + g.schema.name(i)).from(TENON_FROM_CALLER);
    g.fields.push_back(f);
  }
  return g;
}

tenon_status migrate(void* self, tenon_str datasource, tenon_str modelsJson, const tenon_cancel* cancel,
                     tenon_error* e) {
  return guarded(e, [&] {
    const auto source = of(self).registry().catalogue().find(view(datasource), {});
    if (source == nullptr) throw Failure(TENON_NOT_FOUND, "no such datasource: " + text(datasource));
    const Json json = parseJson(view(modelsJson));
    std::vector<Model> models;
    for (size_t i = 0; i < json.size(); ++i) models.push_back(readModel(json[i], "[" + std::to_string(i) + "]."));
    const std::lock_guard lock(of(self).registry().mutex());
    poolOf(*source);
    of(self).registry().migrate(*source, models, cancel);
    return TENON_OK;
  });
}

tenon_status begin(void* self, tenon_str datasource, const tenon_cancel* cancel, tenon_data_tx** out, tenon_error* e) {
  return guarded(e, [&] {
    auto t = std::make_unique<OpenTransaction>();
    t->source = of(self).registry().catalogue().find(view(datasource), {});
    if (t->source == nullptr) throw Failure(TENON_NOT_FOUND, "no such datasource: " + text(datasource));
    t->lease = poolOf(*t->source).write(cancel);
    t->tx.emplace(*t->lease, cancel);
    *out = reinterpret_cast<tenon_data_tx*>(t.release());
    return TENON_OK;
  });
}

tenon_status finish(tenon_data_tx* raw, int32_t commit, tenon_error* e) {
  const std::unique_ptr<OpenTransaction> t(of(raw));
  return guarded(e, [&] {
    if (commit != 0 && t->session)
      t->store->commit(*t->source, *t->tx, *t->shapes, *t->session, {t->tenant, t->user});
    else if (commit != 0)
      t->tx->commit();
    t->tx.reset();  // rolls back what was not committed
    return TENON_OK;
  });
}

tenon_status list(void* self, tenon_data_tx* tx, const tenon_data_query* q, const tenon_cancel* cancel, tenon_rows* out,
                  tenon_error* e) {
  return guarded(e, [&] {
    if (!TENON_HAS(tenon_data_query, q, offset) || !TENON_HAS(tenon_rows, out, close))
      throw Failure(TENON_INVALID, "a query or rows too short").from(TENON_FROM_CALLER);
    Work work(of(self), tx, q->datasource, q->model, false, cancel);
    const Dialect& d = work.connection->dialect();
    const EntityShape& shape = work.shapes->of(*work.entity);
    SqlText sql;
    sql.text = shape.select(d);
    appendWhere(sql, d, work.shapes->models(), *work.entity, "t", readFilter(view(q->filter_json)), {});
    appendOrder(sql, d, *work.entity, work.shapes->models(), view(q->sort_json), {});
    if (q->limit != 0 || q->offset != 0)
      sql.text += " " + fillTemplate(d.raw()->limit, {{"limit", std::to_string(q->limit != 0 ? q->limit : INT64_MAX)},
                                                      {"offset", std::to_string(q->offset)}});
    RowBuilder row = parameters(sql.values);
    auto held = std::unique_ptr<HeldRows>(new HeldRows{std::move(work), Connection::Params(row), shape.expected()});
    Rows rows = held->work.connection->query(sql.text, held->params, &held->expected, cancel);
    held->rows = rows.detach();
    out->flags = 0;
    out->schema = HeldRows::schema;
    out->next = HeldRows::next;
    out->close = HeldRows::close;
    out->impl = held.release();
    return TENON_OK;
  });
}

tenon_status insert(void* self, tenon_data_tx* tx, tenon_str datasource, tenon_str model, const ArrowSchema* schema,
                    const ArrowArray* rows, const tenon_cancel* cancel, int64_t* affected, tenon_error* e) {
  return guarded(e, [&] {
    Work work(of(self), tx, datasource, model, true, cancel);
    const Given given = columnsOf(*work.entity, schema);
    const Dialect& d = work.connection->dialect();
    // Every row is written with the same columns: those given, and those that have a default.
    std::vector<const Field*> fields = given.fields;
    for (const auto& f : work.entity->fields)
      if (f.isColumn() && f.defaultValue.kind != DefaultValue::Kind::None && !f.isAutoIncrement() &&
          std::find(fields.begin(), fields.end(), &f) == fields.end())
        fields.push_back(&f);
    std::vector<Column> columns;
    for (const Field* f : fields) columns.push_back({f->name, arrowFormat(*f)});
    RowBuilder params{Schema(std::move(columns))};
    const int64_t now = of(self).store().host().wallMs();
    for (int64_t r = 0; rows != nullptr && r < rows->length; ++r) {
      for (size_t i = 0; i < fields.size(); ++i) {
        Value v = Value::null(arrowFormat(*fields[i]));
        if (i < given.fields.size())
          v = cellValue(ColumnView(given.schema.parsed(i), *rows->children[i]), arrowFormat(*fields[i]),
                        r + rows->offset);
        if (v.isNull()) v = generated(*fields[i], work.shapes->models(), now);
        put(params, i, v);
      }
      params.endRow();
    }
    if (params.rows() == 0) return TENON_OK;
    const Outcome outcome =
        work.connection->execute(insertInto(d, work.entity->name, params.schema()), &params, cancel);
    if (affected != nullptr) *affected = outcome.affected;
    return TENON_OK;
  });
}

tenon_status update(void* self, tenon_data_tx* tx, tenon_str datasource, tenon_str model, tenon_str filter,
                    const ArrowSchema* schema, const ArrowArray* row, const tenon_cancel* cancel, int64_t* affected,
                    tenon_error* e) {
  return guarded(e, [&] {
    Work work(of(self), tx, datasource, model, true, cancel);
    const Given given = columnsOf(*work.entity, schema);
    if (row == nullptr || row->length != 1 || given.fields.empty())
      throw Failure(TENON_INVALID, "an update takes one row").from(TENON_FROM_CALLER);
    const Dialect& d = work.connection->dialect();
    SqlText sql;
    sql.text = "update " + work.table() + " set ";
    for (size_t i = 0; i < given.fields.size(); ++i) {
      if (i > 0) sql.text += ", ";
      d.identifier(sql.text, given.fields[i]->name);
      sql.text += " = ";
      sql.bind(d, cellValue(ColumnView(given.schema.parsed(i), *row->children[i]), arrowFormat(*given.fields[i]),
                            row->offset));
    }
    sql = work.where(filter, std::move(sql));
    RowBuilder params = parameters(sql.values);
    const Outcome outcome = work.connection->execute(sql.text, &params, cancel);
    if (affected != nullptr) *affected = outcome.affected;
    return TENON_OK;
  });
}

tenon_status remove(void* self, tenon_data_tx* tx, tenon_str datasource, tenon_str model, tenon_str filter,
                    const tenon_cancel* cancel, int64_t* affected, tenon_error* e) {
  return guarded(e, [&] {
    Work work(of(self), tx, datasource, model, true, cancel);
    SqlText sql;
    sql.text = "delete from " + work.table();
    sql = work.where(filter, std::move(sql));
    RowBuilder params = parameters(sql.values);
    const Outcome outcome = work.connection->execute(sql.text, &params, cancel);
    if (affected != nullptr) *affected = outcome.affected;
    return TENON_OK;
  });
}

constexpr tenon_data_v1 kTable = {sizeof(tenon_data_v1),
                                  0,
                                  migrate,
                                  begin,
                                  finish,
                                  list,
                                  insert,
                                  update,
                                  remove,
                                  prepare,
                                  release,
                                  runRead,
                                  statementOf,
                                  beginFor,
                                  writeRecords,
                                  beginOnce,
                                  keepReply};

}  // namespace

const tenon_data_v1* DataService::table() noexcept {
  return &kTable;
}

}  // namespace tenon::modeling
