// SPDX-License-Identifier: Apache-2.0
#include "record_store.h"

#include <algorithm>

#include "batch.h"
#include "etag.h"
#include "model/field_type.h"
#include "routes/answer.h"
#include "routes/datasource_routes.h"
#include "sql_text.h"
#include "tenon/json_writer.hpp"
#include "write_session.h"

namespace tenon::modeling {

namespace {

constexpr int kUpsertTries = 3;
constexpr int64_t kImportMark_ms = 365 * 24 * 3600 * 1000LL;  // it must outlive the journal's entry
const Entity& entityOf(const ModelSet& models, std::string_view model) {
  const Entity* e = models.entity(model);
  if (e == nullptr) throw Missing(Missing::What::Model, std::string(model));
  return *e;
}

const Schema& countSchema() {
  static const Schema s{{"count", "l"}};
  return s;
}

}  // namespace

std::shared_ptr<const Shapes> RecordStore::shapesOf(const Source& source) {
  const auto models = source.models();
  {
    const std::shared_lock lock(mutex_);
    const auto it = shapes_.find(source.name());
    if (it != shapes_.end() && it->second.first == models->version()) return it->second.second;
  }
  auto made = std::make_shared<const Shapes>(models);
  const std::unique_lock lock(mutex_);
  shapes_[source.name()] = {models->version(), made};
  return made;
}

void RecordStore::list(Source& source, std::string_view model, const ListRequest& request, std::string_view key,
                       const Caller& caller, const tenon_cancel* cancel, std::string& out) {
  auto plan = plans_.find(key);
  const Lease lease = poolOf(source).read(cancel);
  if (plan == nullptr) {
    const auto shapes = shapesOf(source);
    plan = planList(shapes, entityOf(shapes->models(), model), lease->dialect(), request, caller.tenant, limits_);
    plans_.put(std::string(key), plan);
  }
  Level top;
  uint64_t rows = plan->size;
  top.read(*lease, plan->listSql, *plan->listParams, *plan->shape, cancel, rows, {0, plan->size});
  const auto got = static_cast<uint64_t>(top.rows());
  int64_t total = static_cast<int64_t>((plan->page - 1) * plan->size + got);
  // The last page says how many there are; so does an empty first one.
  if (got == plan->size || (got == 0 && plan->page > 1)) {
    Rows counted = lease->query(plan->countSql, *plan->countParams, &countSchema(), cancel);
    if (counted.next()) total = counted.batch()[0].i64(0);
  }
  TreeReader(*lease, *plan->shapes, caller.tenant, limits_.maxNestedRows, cancel).expand(top, plan->expansion);
  out += "{\"list\":";
  writeRows(out, top);
  out += ",\"total\":";
  appendJsonInteger(out, total);
  out += '}';
}

RecordStore::Target RecordStore::target(Source& source, std::string_view model, std::string_view id) {
  Target t{shapesOf(source), nullptr, nullptr, {}};
  t.entity = &entityOf(t.shapes->models(), model);
  t.identity = t.entity->identity();
  if (t.identity == nullptr) throw Invalid("id", "该模型没有主键字段", "the model has no identity field");
  auto value = identityFromText(*t.identity, id);
  if (!value) throw Missing(Missing::What::Record, std::string(id));
  t.id = std::move(*value);
  return t;
}

void RecordStore::readRow(Connection& c, const Target& t, const Caller& caller, const tenon_cancel* cancel, Level& out,
                          bool locked) {
  const EntityShape& shape = t.shapes->of(*t.entity);
  SqlText sql{shape.select(c.dialect()), {}};
  appendIdentity(sql, c.dialect(), *t.entity, t.id, "t", caller.tenant);
  if (const char* lock = locked ? c.dialect().text(&tenon_dialect::for_update) : nullptr) sql.text += lock;
  RowBuilder params = parameters(sql.values);
  uint64_t rows = 1;
  out.read(c, sql.text, params, shape, cancel, rows, {1, 1});
  if (out.rows() == 0) throw Missing(Missing::What::Record, {});
}

void RecordStore::readOne(Connection& c, const Target& t, const Caller& caller, const tenon_cancel* cancel,
                          std::string& out) {
  Level row;
  readRow(c, t, caller, cancel, row);
  writeRow(out, row, 0, 0);
}

std::string RecordStore::get(Source& source, std::string_view model, std::string_view id, std::string_view nested,
                             const Caller& caller, const tenon_cancel* cancel, std::string& out) {
  const Target t = target(source, model, id);
  const Expansion expansion = readExpansion(nested, limits_.nestedDepth);
  const Lease lease = poolOf(source).read(cancel);
  Level row;
  readRow(*lease, t, caller, cancel, row);
  writeRow(out, row, 0, 0);
  if (!expansion.any()) return etagOf(out);
  const std::string record = std::move(out);
  out.clear();
  TreeReader(*lease, *t.shapes, caller.tenant, limits_.maxNestedRows, cancel).expand(row, expansion);
  writeRow(out, row, 0, 0);
  return etagOf(record, out);
}

WriteSession RecordStore::session(Connection& c, const Shapes& shapes, const Caller& caller,
                                  const tenon_cancel* cancel) const {
  return {c, shapes, caller, host_.wallMs(), limits_, cancel, events_.heard()};
}

void RecordStore::commit(Source& source, Transaction& tx, const Shapes& shapes, WriteSession& session,
                         const Caller& caller) const {
  // What was made for the old table may have waited for a change, and fit the new one by chance.
  if (!source.standsAt(shapes.models().version()))
    throw Failure(TENON_UNAVAILABLE, "the models have changed meanwhile: try again")
        .from(TENON_FROM_BACKEND)
        .because(TENON_REASON_SERIALIZATION)
        .retryAfter(1000);
  finish(source, tx, session, caller);
}

void RecordStore::finish(const Source& source, Transaction& tx, WriteSession& session, const Caller& caller) const {
  session.finish();
  try {
    tx.commit();
  } catch (const Failure& f) {
    if (f.code() == TENON_OUTCOME_UNKNOWN) events_.publishWritten(source.name(), session.written());
    throw;
  }
  events_.publish(source.name(), caller.tenant, caller.user, session.changes());
  events_.publishWritten(source.name(), session.written());
}

template <class Work>
void RecordStore::transacted(Source& source, Connection& c, const Shapes& shapes, const Caller& caller,
                             const WriteOptions& options, const tenon_cancel* cancel, std::string& out, Work&& work) {
  WriteSession session = this->session(c, shapes, caller, cancel);
  const auto run = [&](auto&& claim, auto&& keep) {
    Transaction tx(c, cancel);
    if (!claim()) return false;
    const size_t before = out.size();
    work(session);
    keep(std::string_view(out).substr(before));
    if (!options.dryRun) commit(source, tx, shapes, session, caller);
    return true;
  };
  if (!options.key) {
    run([] { return true; }, [](std::string_view) {});
    return;
  }
  Idempotency idempotency(c, *options.key, host_.wallMs(), cancel);
  const auto once = [&] {
    return run([&] { return idempotency.claim(); }, [&](std::string_view reply) { idempotency.keep(reply); });
  };
  bool isNew = false;
  try {
    isNew = once();
  } catch (const Idempotency::NoTable&) {
    idempotency.makeTable();
    isNew = once();
  }
  if (!isNew) out += idempotency.stored();
}

void RecordStore::create(Source& source, std::string_view model, const Json& body, const Caller& caller,
                         const WriteOptions& options, const tenon_cancel* cancel, std::string& out) {
  mustBeObject(body);
  const auto shapes = shapesOf(source);
  const Entity& entity = entityOf(shapes->models(), model);
  const Lease lease = poolOf(source).write(cancel);
  WriteSession(*lease, *shapes, caller, host_.wallMs(), limits_, cancel).check(entity, body);  // before a transaction
  transacted(source, *lease, *shapes, caller, options, cancel, out, [&](WriteSession& session) {
    // The record is answered as it is stored: read again, since triggers may have changed it, before the commit.
    if (entity.identity() == nullptr) return session.insertUnread(entity, body, out);
    readOne(*lease, {shapes, &entity, entity.identity(), session.insert(entity, body)}, caller, cancel, out);
  });
}

void RecordStore::createMany(Source& source, std::string_view model, Body& list, const Caller& caller,
                             const WriteOptions& options, const tenon_cancel* cancel, std::string& out) {
  const auto shapes = shapesOf(source);
  const Entity& entity = entityOf(shapes->models(), model);
  const Lease lease = poolOf(source).write(cancel);
  const auto write = [&] {
    transacted(source, *lease, *shapes, caller, options, cancel, out, [&](WriteSession& session) {
      out += "{\"affected\":" + std::to_string(session.insertMany(entity, list, options.upsert)) + "}";
    });
  };
  const size_t before = out.size();
  for (int tries = 1;; ++tries) try {
      return write();
    } catch (const Failure& f) {
      // Somebody else inserted a record between the look and the insert: now it is there to be updated.
      if (!options.upsert || f.reason() != TENON_REASON_UNIQUE || tries == kUpsertTries) throw;
      out.resize(before);
    }
}

void RecordStore::update(Source& source, std::string_view model, std::string_view id, const Json& body,
                         const Caller& caller, const WriteOptions& options, const tenon_cancel* cancel,
                         std::string& out) {
  mustBeObject(body);
  const Target t = target(source, model, id);
  const Lease lease = poolOf(source).write(cancel);
  transacted(source, *lease, *t.shapes, caller, options, cancel, out, [&](WriteSession& session) {
    mustHold(*lease, t, caller, options, cancel);
    session.update(*t.entity, t.id, body);
    readOne(*lease, t, caller, cancel, out);
  });
}

void RecordStore::remove(Source& source, std::string_view model, std::string_view id, const Caller& caller,
                         const WriteOptions& options, const tenon_cancel* cancel) {
  const Target t = target(source, model, id);
  const Lease lease = poolOf(source).write(cancel);
  std::string nothing;
  transacted(source, *lease, *t.shapes, caller, options, cancel, nothing, [&](WriteSession& session) {
    mustHold(*lease, t, caller, options, cancel);
    session.remove(*t.entity, t.id);  // a record that is not there is deleted
  });
}

void RecordStore::batch(Source& source, const Json& body, const Caller& caller, const WriteOptions& options,
                        const tenon_cancel* cancel, std::string& out) {
  const auto shapes = shapesOf(source);
  const std::vector<BatchOperation> operations = readBatch(body, shapes->models());
  const Lease lease = poolOf(source).write(cancel);
  transacted(source, *lease, *shapes, caller, options, cancel, out, [&](WriteSession& session) {
    BatchResults results(operations);
    out += "{\"results\":[";
    for (size_t i = 0; i < operations.size(); ++i) {
      const size_t before = out.size();
      const Value id = runOperation(session, operations[i], results, i);
      if (id.isNull())
        out += "null";
      else
        readOne(*lease, {shapes, operations[i].entity, operations[i].entity->identity(), id}, caller, cancel, out);
      results.put(i, std::string_view(out).substr(before));
      if (i + 1 < operations.size()) out += ',';
    }
    out += "]}";
  });
}

namespace {

Idempotency::Key keyOfImport(const std::string& name) {
  return Idempotency::Key::of(name, {}, {}, "import", {}, {});
}

}  // namespace

void RecordStore::importRows(Source& source, const std::vector<ImportScript::Rows>& blocks, const std::string& name,
                             const Caller& caller, const tenon_cancel* cancel) {
  const auto shapes = shapesOf(source);
  const Lease lease = poolOf(source).write(cancel);
  const auto key = keyOfImport(name.empty() ? "none" : name);
  Idempotency idempotency(*lease, key, host_.wallMs() + kImportMark_ms, cancel);
  const auto write = [&] {
    WriteSession session(*lease, *shapes, caller, host_.wallMs(), limits_, cancel, events_.heard());
    Transaction tx(*lease, cancel);
    if (!name.empty()) idempotency.claim();
    for (const auto& block : blocks)
      for (size_t i = 0; i < block.values.size(); ++i)
        session.upsert(entityOf(shapes->models(), block.model), block.values[i],
                       block.path + "[" + std::to_string(i) + "].");
    finish(source, tx, session, caller);
  };
  try {
    write();
  } catch (const Idempotency::NoTable&) {
    idempotency.makeTable();
    write();
  }
}

bool RecordStore::hasImported(Connection& connection, const std::string& name, const tenon_cancel* cancel) {
  return Idempotency::isClaimed(connection, keyOfImport(name), cancel);
}

/// If-Match: the record as it is now, locked until the transaction ends, must have the tag.
void RecordStore::mustHold(Connection& c, const Target& t, const Caller& caller, const WriteOptions& options,
                           const tenon_cancel* cancel) {
  if (!options.ifMatch) return;
  Level row;
  try {
    readRow(c, t, caller, cancel, row, true);
  } catch (const Missing&) {
    throw PreconditionFailed();
  }
  std::string now;
  writeRow(now, row, 0, 0);
  if (!listHasVersion(*options.ifMatch, etagOf(now))) throw PreconditionFailed();
}

}  // namespace tenon::modeling
