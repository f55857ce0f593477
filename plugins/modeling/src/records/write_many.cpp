// SPDX-License-Identifier: Apache-2.0
// Of WriteSession: writes of all records that a filter selects.
#include <algorithm>

#include "filter.h"
#include "model/field_type.h"
#include "refusal.h"
#include "routes/answer.h"
#include "write_session.h"

namespace tenon::modeling {

namespace {

constexpr size_t kIdsAtOnce = 500;
constexpr uint64_t kMostIds = 10000;  // of records that are written one by one

/// Some databases read no table that a statement changes: their records are found first.
bool leadsOverRelations(const Entity& entity, const Json& filter) {  // as deep as a filter may be
  if (filter.is_array())
    return std::any_of(filter.begin(), filter.end(), [&](const Json& one) { return leadsOverRelations(entity, one); });
  return filter.is_object() && std::any_of(filter.items().begin(), filter.items().end(), [&](const auto& i) {
           const Field* f = entity.field(i.key());
           if (f != nullptr) return !f->isColumn();
           return countedRelation(entity, i.key()) != nullptr || leadsOverRelations(entity, i.value());
         });
}

}  // namespace

/// Appends " where ..." on the bare table, since not every update takes an alias.
void WriteSession::appendFilter(SqlText& sql, const Entity& entity, const Json& filter) const {
  const Dialect& d = connection_.dialect();
  appendWhere(sql, d, shapes_.models(), entity, d.quoted(entity.name), filter, caller_.tenant);
}

std::vector<Value> WriteSession::idsWhere(const Entity& entity, const Json& filter) {
  const Dialect& d = connection_.dialect();
  const Field& identity = *entity.identity();
  SqlText sql{"select t." + d.quoted(identity.name) + " from " + d.quoted(entity.name) + " t", {}};
  appendWhere(sql, d, shapes_.models(), entity, "t", filter, caller_.tenant);
  sql.text += " order by t." + d.quoted(identity.name);
  if (const char* lock = d.text(&tenon_dialect::for_update)) sql.text += lock;
  RowBuilder params = parameters(sql.values);
  const Schema expected{{identity.name, arrowFormat(identity)}};
  Rows rows = connection_.query(sql.text, &params, &expected, cancel_);
  std::vector<Value> ids;
  while (rows.next())
    for (int64_t r = 0; r < rows.batch().rows(); ++r) {
      if (ids.size() == kMostIds)
        throw Invalid("where", "选中的记录过多", "selects more records than one change may write one by one");
      ids.push_back(cellValue(rows.batch()[0], arrowFormat(identity), r));
    }
  return ids;
}

int64_t WriteSession::updateWhere(const Entity& entity, const Json& filter, const Json& body,
                                  const std::vector<Increment>& increments) {
  mustBeObject(body);
  const UpdateValues given = valuesForUpdate(shapes_.of(entity), shapes_.models(), body, caller_, now_ms_);
  if (given.fields.empty() && increments.empty()) return 0;
  models_.insert(entity.name);
  const Dialect& d = connection_.dialect();
  const auto update = [&](auto&& where) {
    SqlText sql{"update " + d.quoted(entity.name), {}};
    appendSets(sql, entity, given, increments);
    where(sql);
    RowBuilder params = parameters(sql.values);
    return naming(entity, {}, [&] { return connection_.execute(sql.text, &params, cancel_).affected; });
  };
  const bool oneByOne = entity.identity() != nullptr && (tracked_ || leadsOverRelations(entity, filter));
  if (!oneByOne) return update([&](SqlText& sql) { appendFilter(sql, entity, filter); });
  const std::vector<Value> ids = idsWhere(entity, filter);
  int64_t affected = 0;
  if (tracked_) {
    for (const Value& id : ids) affected += this->update(entity, id, body, {}, increments) ? 1 : 0;
    return affected;
  }
  for (size_t from = 0; from < ids.size(); from += kIdsAtOnce)
    affected += update([&](SqlText& sql) {
      sql.text += " where " + d.quoted(entity.identity()->name);
      appendIn(sql, d, from, kIdsAtOnce, ids.size(), [&](size_t i) { return ids[i]; });
    });
  return affected;
}

int64_t WriteSession::removeWhere(const Entity& entity, const Json& filter) {
  const bool cascades =
      std::any_of(entity.fields.begin(), entity.fields.end(), [](const Field& f) { return f.cascadeDelete; });
  const bool oneByOne = entity.identity() != nullptr && (tracked_ || cascades || leadsOverRelations(entity, filter));
  if (!oneByOne) {
    models_.insert(entity.name);
    SqlText sql{"delete from " + connection_.dialect().quoted(entity.name), {}};
    appendFilter(sql, entity, filter);
    RowBuilder params = parameters(sql.values);
    return connection_.execute(sql.text, &params, cancel_).affected;
  }
  const std::vector<Value> ids = idsWhere(entity, filter);
  for (const Value& id : ids) remove(entity, id);  // or another one's deletion has taken it along
  return static_cast<int64_t>(ids.size());
}

}  // namespace tenon::modeling
