// SPDX-License-Identifier: Apache-2.0
#include "journal.h"

#include <algorithm>

#include "conversion.h"
#include "model/model_json.h"
#include "registry/system_models.h"
#include "sql/insert.h"

namespace tenon::modeling {

namespace {

Json jsonOf(const std::optional<Model>& model) {
  if (!model) return nullptr;
  std::string text;
  appendModel(text, *model, false);
  return parseJson(text);
}

Json jsonOf(const std::map<std::string, std::string>& texts) {
  Json json = Json::object();
  for (const auto& [key, text] : texts) json[key] = text;
  return json;
}

std::map<std::string, std::string> textsOf(const Json& json) {
  std::map<std::string, std::string> texts;
  for (const auto& [key, text] : json.items()) texts[key] = text.get<std::string>();
  return texts;
}

std::string contentOf(const Journal::Entry& entry) {
  Json list = Json::array();
  for (const auto& c : entry.changes) {
    list.push_back(Json{{"name", c.name},
                        {"before", jsonOf(c.before)},
                        {"after", jsonOf(c.after)},
                        {"renames", jsonOf(c.renames)},
                        {"adopted", c.adopted},
                        {"declared", jsonOf(c.declared)},
                        {"kept", c.kept}});
  }
  return dumpJson(Json{{"force", entry.force}, {"rows", entry.rows}, {"changes", list}});
}

/// Would the same values be there again?
bool comesBack(const KeptField& k) {
  const Field &before = *k.before, &after = *k.after;
  const bool filled = becomesRequired(k) && after.defaultValue.kind == DefaultValue::Kind::Fixed;
  const bool respelled = readsNumbers(before, after) || readsTruth(before, after);
  return !filled && !respelled && (before.type == after.type || keepsFitting(after, before));
}

std::optional<Model> modelOf(const Json& json) {
  return json.is_null() ? std::nullopt : std::optional(readModel(json));
}

}  // namespace

bool mayHaveHappened(const Failure& f) noexcept {
  return f.reason() == TENON_REASON_CONNECTION || f.code() == TENON_OUTCOME_UNKNOWN;
}

bool canTurnBack(const std::vector<ModelChange>& changes) {
  return std::all_of(changes.begin(), changes.end(), [](const ModelChange& c) {
    const Entity *before = c.entityBefore(), *after = c.entityAfter();
    if (!c.touchesTable() || before == nullptr) return true;
    if (after == nullptr) return false;
    const EntityDifference diff = difference(*before, *after, c.renames);
    return diff.dropped.empty() && std::all_of(diff.kept.begin(), diff.kept.end(), comesBack);
  });
}

std::vector<ModelChange> reversed(const std::vector<ModelChange>& changes) {
  std::vector<ModelChange> back;
  for (auto it = changes.rbegin(); it != changes.rend(); ++it)
    back.push_back({it->name, it->after, it->before, reversed(it->renames), it->adopted, {}, it->kept});
  return back;
}

int64_t Journal::begin(const std::string& datasource, const Entry& entry, int64_t now_ms, const tenon_cancel* cancel) {
  const Lease lease = system_.write(cancel);
  const Dialect& d = lease->dialect();
  RowBuilder row({{"schema_name", "u"}, {"content", "u"}, {"created_at", "tsu:"}});
  row.text(0, datasource);
  row.text(1, contentOf(entry));
  row.i64(2, now_ms * 1000);
  row.endRow();
  const std::string sql = insertInto(d, kChangeTable, row.schema());
  if (!d.insertReturns()) return lease->execute(sql, &row, cancel).lastInsertId;
  static const Schema expected{{"id", "l"}};
  Transaction tx(*lease, cancel);
  int64_t id = 0;
  {
    Rows rows = lease->query(sql + " returning " + d.quoted("id"), &row, &expected, cancel);
    if (!rows.next()) throw Failure(TENON_INTERNAL, "an insert answered no key");
    id = rows.batch()[0].i64(0);
  }
  tx.commit();
  return id;
}

std::vector<Journal::Entry> Journal::open(const std::string& datasource, const tenon_cancel* cancel) {
  const Lease lease = system_.read(cancel);
  const Dialect& d = lease->dialect();
  static const Schema expected{{"id", "l"}, {"schema_name", "u"}, {"content", "u"}};
  std::string sql = "select " + d.quoted("id") + ", " + d.quoted("schema_name") + ", " + d.quoted("content") +
                    " from " + d.quoted(kChangeTable);
  RowBuilder params({{"schema_name", "u"}});
  if (!datasource.empty()) {
    params.text(0, datasource);
    params.endRow();
    sql += " where " + d.quoted("schema_name") + " = ";
    d.parameter(sql, 1);
  }
  sql += " order by " + d.quoted("id");
  std::vector<Entry> out;
  Rows rows = lease->query(sql, datasource.empty() ? nullptr : &params, &expected, cancel);
  while (rows.next())
    for (int64_t r = 0; r < rows.batch().rows(); ++r) {
      Entry e;
      e.id = rows.batch()[0].i64(r);
      e.datasource = rows.batch()[1].text(r);
      const Json json = parseJson(rows.batch()[2].text(r));
      e.force = json.value("force", false);
      e.rows = json.value("rows", "");
      for (const Json& c : json["changes"]) {
        e.changes.push_back({c["name"].get<std::string>(), modelOf(c["before"]), modelOf(c["after"]),
                             textsOf(c["renames"]), c.value("adopted", false),
                             textsOf(c.value("declared", Json::object())), c.value("kept", "")});
      }
      out.push_back(std::move(e));
    }
  return out;
}

void Journal::drop(int64_t id, const tenon_cancel* cancel) {
  const Lease lease = system_.write(cancel);
  dropWithin(*lease, id, cancel);
}

void Journal::dropWithin(Connection& system, int64_t id, const tenon_cancel* cancel) {
  const Dialect& d = system.dialect();
  RowBuilder key({{"id", "l"}});
  key.i64(0, id);
  key.endRow();
  std::string sql = "delete from " + d.quoted(kChangeTable) + " where " + d.quoted("id") + " = ";
  d.parameter(sql, 1);
  system.execute(sql, &key, cancel);
}

}  // namespace tenon::modeling
