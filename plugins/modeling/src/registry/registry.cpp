// SPDX-License-Identifier: Apache-2.0
#include "registry.h"

#include <algorithm>
#include <chrono>

#include "migrate.h"
#include "model/model_json.h"
#include "routes/answer.h"
#include "schema/journal.h"
#include "sql/insert.h"
#include "system_models.h"
#include "tenon/temporal.hpp"

namespace tenon::modeling {

namespace {

constexpr std::chrono::seconds kChangeWait{10};
constexpr std::string_view kModelsChanged = "models.changed";

/// "a = ? and b = ?" from parameter `first` on.
std::string equalities(const Dialect& d, const std::vector<std::string>& columns, const char* between, uint32_t first) {
  std::string out;
  for (const auto& c : columns) {
    if (!out.empty()) out += between;
    out += d.quoted(c) + " = ";
    d.parameter(out, first++);
  }
  return out;
}

void putText(RowBuilder& b, size_t i, const std::string& v) {
  if (v.empty())
    b.null(i);
  else
    b.text(i, v);
}
void putTime(RowBuilder& b, size_t i, const std::string& v) {
  const auto t = parseDateTime(v);
  if (t)
    b.i64(i, t->micros);
  else
    b.null(i);
}

const Schema& datasourceColumns() {
  static const Schema s{{"name", "u"},       {"enabled", "b"},    {"tenant_id", "u"},     {"config", "u"},
                        {"created_by", "u"}, {"updated_by", "u"}, {"created_at", "tsu:"}, {"updated_at", "tsu:"}};
  return s;
}

std::string timeAt(const ColumnView& c, int64_t row) {
  std::string out;
  if (!c.isNull(row)) appendDateTime(out, c.i64(row));
  return out;
}
std::string textAt(const ColumnView& c, int64_t row) {
  return c.isNull(row) ? std::string() : std::string(c.text(row));
}

}  // namespace

Registry::Registry(const Host& host, Catalogue& catalogue)
    : host_(host),
      events_(host.service<tenon_events_v1>(TENON_EVENTS_ID, TENON_UPTO(tenon_events_v1, heard))),
      catalogue_(catalogue) {}

PoolConfig Registry::poolConfig(const Json& config, const PoolConfig& standard, bool trusted) {
  PoolConfig out = standard;
  if (config.is_null()) return out;
  if (!config.is_object()) throw Invalid("config.pool", "必须是对象", "must be an object");
  struct Key {
    const char* name;
    uint32_t PoolConfig::*member;
    uint32_t least, most, mostOfTenant;
  };
  // What a tenant may say holds up to so many threads for so long: less than what the operator may.
  constexpr Key kKeys[] = {{"size", &PoolConfig::size, 1, 1000, 64},
                           {"wait_ms", &PoolConfig::waitMs, 1, 600000, 30000},
                           {"max_waiting", &PoolConfig::maxWaiting, 0, 10000, 64},
                           {"statement_ms", &PoolConfig::statementMs, 1, 3600000, 600000},
                           {"lock_wait_ms", &PoolConfig::lockWaitMs, 1, 3600000, 600000},
                           {"idle_ms", &PoolConfig::idleMs, 1000, 86400000, 86400000},
                           {"ping_after_ms", &PoolConfig::pingAfterMs, 0, 86400000, 86400000}};
  for (const auto& item : config.items()) {
    const std::string& name = item.key();
    const Json& value = item.value();
    const auto key = std::find_if(std::begin(kKeys), std::end(kKeys), [&](const Key& k) { return k.name == name; });
    if (key == std::end(kKeys)) throw Invalid("config.pool." + name, "未知的配置项", "unknown option");
    const uint32_t most = trusted ? key->most : key->mostOfTenant;
    if (!value.is_number_unsigned() || value.get<uint64_t>() < key->least || value.get<uint64_t>() > most) {
      const std::string range = std::to_string(key->least) + ".." + std::to_string(most);
      throw Invalid("config.pool." + name, "必须在 " + range + " 之间", "must be within " + range);
    }
    out.*(key->member) = value.get<uint32_t>();
  }
  return out;
}

void Registry::resolve(Json& config) const {
  for (auto& [key, value] : config.items()) {
    if (!value.is_string()) continue;
    auto& text = value.get_ref<std::string&>();
    for (size_t at = 0; (at = text.find("${", at)) != std::string::npos;) {
      const size_t end = text.find('}', at);
      const std::string name = text.substr(at + 2, end == std::string::npos ? end : end - at - 2);
      const auto it = placeholders_.find(name);
      if (end == std::string::npos || it == placeholders_.end())
        throw Invalid("config." + key, "未允许的占位符: " + name, "no such placeholder: " + name);
      text.replace(at, end + 1 - at, it->second);
      at += it->second.size();
    }
  }
}

std::unique_ptr<Pool> Registry::openPool(const DatasourceDefinition& definition) const {
  const Json& config = definition.config;
  const std::string kind =
      config.contains("dbKind") && config["dbKind"].is_string() ? config["dbKind"].get<std::string>() : "";
  const auto kinds = host_.names(TENON_DATASOURCE_ID);
  if (std::find(kinds.begin(), kinds.end(), kind) == kinds.end()) {
    std::string known;
    for (const auto& k : kinds) known += (known.empty() ? "" : ", ") + k;
    throw Invalid("config.dbKind", "没有可用的数据库驱动，可选: " + known, "no driver for it; there are: " + known);
  }
  const bool trusted = config.contains("trusted") && config["trusted"] == true;
  Json forDriver = config;
  forDriver.erase("pool");
  resolve(forDriver);
  if (definition.tenantId != defaultTenant_) forDriver["tenant"] = definition.tenantId;
  const PoolConfig pool = poolConfig(config.contains("pool") ? config["pool"] : Json(), pool_, trusted);
  forDriver["statement_ms"] = pool.statementMs;
  auto driver = host_.acquire<tenon_datasource_v1>(TENON_DATASOURCE_ID, kind.c_str());
  if ((driver->capabilities(driver.self()) & TENON_DS_SQL) == 0)
    throw Invalid("config.dbKind", "该驱动不支持 SQL，不能作为数据源",
                  "records are served by drivers that take SQL: this one does not");
  return std::make_unique<Pool>(std::move(driver), dumpJson(forDriver), pool);
}

void Registry::open(const Json& systemConfig, const PoolConfig& pool, const std::string& systemTenant) {
  pool_ = pool;
  defaultTenant_ = systemTenant;
  DatasourceDefinition definition;
  definition.name = kSystemName;
  definition.system = true;
  definition.tenantId = systemTenant;
  definition.config = systemConfig;
  auto source = std::make_shared<Source>(definition, openPool(definition), std::make_shared<ModelSet>());
  system_ = source;
  {
    const Lease lease = source->pool().write(nullptr);
    bringUpToDate(*lease, systemModels(), nullptr);
  }
  source->publish(std::make_shared<ModelSet>(catalogue_.nextVersion(), systemModels()));
  catalogue_.put(source);
  // Other plugins' tables in `system` were registered when they were made.
  std::vector<Model> all = systemModels();
  for (auto& m : loadModels(kSystemName, nullptr)) all.push_back(std::move(m));
  source->publish(std::make_shared<ModelSet>(catalogue_.nextVersion(), std::move(all)));
  loadDatasources(nullptr);
}

std::vector<Model> Registry::loadModels(const std::string& datasource, const tenon_cancel* cancel) {
  const Lease lease = system_->pool().read(cancel);
  const Dialect& d = lease->dialect();
  static const Schema expected{{"content", "u"}};
  RowBuilder params({{"schema_name", "u"}});
  params.text(0, datasource);
  params.endRow();
  Rows rows = lease->query("select " + d.quoted("content") + " from " + d.quoted(kRegistryTable) + " where " +
                               equalities(d, {"schema_name"}, "", 1) + " order by " + d.quoted("id"),
                           &params, &expected, cancel);
  std::vector<Model> out;
  while (rows.next())
    for (int64_t r = 0; r < rows.batch().rows(); ++r) {
      try {
        out.push_back(readModel(parseJson(rows.batch()[0].text(r))));
      } catch (const std::exception& e) {
        host_.error("a stored model of " + datasource + " cannot be read and is left out: " + e.what());
      }
    }
  return out;
}

void Registry::loadDatasources(const tenon_cancel* cancel) {
  std::vector<DatasourceDefinition> found;
  {
    const Lease lease = system_->pool().read(cancel);
    std::string columns;
    for (size_t i = 0; i < datasourceColumns().size(); ++i)
      columns += (i > 0 ? ", " : "") + lease->dialect().quoted(datasourceColumns().name(i));
    Rows rows = lease->query("select " + columns + " from " + lease->dialect().quoted(kDatasourceTable), nullptr,
                             &datasourceColumns(), cancel);
    while (rows.next()) {
      const BatchView& b = rows.batch();
      for (int64_t r = 0; r < b.rows(); ++r) {
        DatasourceDefinition def;
        def.name = b[0].text(r);
        def.enabled = b[1].boolean(r);
        def.tenantId = b[2].text(r);
        def.config = parseJson(b[3].text(r));
        def.createdBy = textAt(b[4], r);
        def.updatedBy = textAt(b[5], r);
        def.createdAt = timeAt(b[6], r);
        def.updatedAt = timeAt(b[7], r);
        found.push_back(std::move(def));
      }
    }
  }
  for (auto& def : found) {
    std::unique_ptr<Pool> pool;
    try {
      pool = openPool(def);
    } catch (const std::exception& e) {
      host_.error("datasource " + def.name + " cannot be opened: " + e.what());
    }
    auto models = std::make_shared<ModelSet>(catalogue_.nextVersion(), loadModels(def.name, cancel));
    catalogue_.put(std::make_shared<Source>(std::move(def), std::move(pool), std::move(models)));
  }
}

void Registry::store(DatasourceDefinition def, std::unique_ptr<Pool> pool, bool isNew, const tenon_cancel* cancel) {
  const auto old = catalogue_.findAny(def.name, {});
  {
    const Lease lease = system_->pool().write(cancel);
    const Dialect& d = lease->dialect();
    std::vector<Column> columns;
    for (size_t i = 0; i < datasourceColumns().size(); ++i)
      columns.push_back({datasourceColumns().name(i), datasourceColumns().format(i)});
    if (!isNew) columns.push_back({"key", "u"});
    RowBuilder row{Schema(columns)};
    row.text(0, def.name);
    row.boolean(1, def.enabled);
    row.text(2, def.tenantId);
    row.text(3, dumpJson(def.config));
    putText(row, 4, def.createdBy);
    putText(row, 5, def.updatedBy);
    putTime(row, 6, def.createdAt);
    putTime(row, 7, def.updatedAt);
    if (!isNew) row.text(8, def.name);
    row.endRow();
    std::string sql;
    if (isNew) {
      sql = insertInto(d, kDatasourceTable, datasourceColumns());
    } else {
      std::vector<std::string> names;
      for (size_t i = 0; i < datasourceColumns().size(); ++i) names.push_back(datasourceColumns().name(i));
      sql = "update " + d.quoted(kDatasourceTable) + " set " + equalities(d, names, ", ", 1) + " where " +
            equalities(d, {"name"}, "", static_cast<uint32_t>(names.size() + 1));
    }
    lease->execute(sql, &row, cancel);
  }
  auto models = old != nullptr ? old->models() : std::make_shared<const ModelSet>();
  models = std::make_shared<ModelSet>(catalogue_.nextVersion(), models->all(), models.get());
  const std::string name = def.name;
  catalogue_.put(std::make_shared<Source>(std::move(def), std::move(pool), std::move(models)));
  tell(name);
}

void Registry::remove(const std::string& name, const tenon_cancel* cancel) {
  {
    const Lease lease = system_->pool().write(cancel);
    const Dialect& d = lease->dialect();
    RowBuilder key({{"name", "u"}});
    key.text(0, name);
    key.endRow();
    Transaction tx(*lease, cancel);
    lease->execute("delete from " + d.quoted(kRegistryTable) + " where " + equalities(d, {"schema_name"}, "", 1), &key,
                   cancel);
    // What is open of its changes is for its own tables, not for those of the next one of that name.
    lease->execute("delete from " + d.quoted(kChangeTable) + " where " + equalities(d, {"schema_name"}, "", 1), &key,
                   cancel);
    lease->execute("delete from " + d.quoted(kDatasourceTable) + " where " + equalities(d, {"name"}, "", 1), &key,
                   cancel);
    tx.commit();
  }
  catalogue_.remove(name);
  tell(name);
}

/// The models are what they are: who hears of it cannot undo it.
void Registry::tell(const std::string& datasource) const {
  if (events_ == nullptr || events_->heard(host_.raw(), str(kModelsChanged)) == 0) return;
  const std::string json = dumpJson({{"datasource", datasource}});
  const tenon_event event{sizeof event, 1, str(kModelsChanged), str(json)};
  Error e;
  if (events_->publish(host_.raw(), &event, &e) != TENON_OK)
    host_.warn("a change of the models of " + datasource + " was not published: " + std::string(e.text()));
}

Registry::ChangeLock Registry::lockChanges(const std::string& datasource) {
  std::timed_mutex* mutex = nullptr;
  {
    const std::lock_guard lock(locksMutex_);
    auto& slot = locks_[datasource];
    if (slot == nullptr) slot = std::make_unique<std::timed_mutex>();
    mutex = slot.get();
  }
  ChangeLock lock(*mutex, kChangeWait);
  if (!lock.owns_lock())
    throw Failure(TENON_UNAVAILABLE, "another change of this datasource's models takes its time")
        .because(TENON_REASON_BUSY)
        .retryAfter(2000);
  return lock;
}

void Registry::apply(Source& source, const std::vector<Change>& changes, const tenon_cancel* cancel,
                     std::optional<int64_t> journal) {
  const auto old = source.models();
  std::vector<Model> next = old->all();
  {
    const Lease lease = system_->pool().write(cancel);
    const Dialect& d = lease->dialect();
    Transaction tx(*lease, cancel);
    for (const auto& change : changes) {
      RowBuilder key({{"schema_name", "u"}, {"model_name", "u"}});
      key.text(0, source.name());
      key.text(1, change.name);
      key.endRow();
      const std::string where = " where " + equalities(d, {"schema_name", "model_name"}, " and ", 3);
      const auto at = std::find_if(next.begin(), next.end(), [&](const Model& m) { return nameOf(m) == change.name; });
      if (!change.model) {
        lease->execute("delete from " + d.quoted(kRegistryTable) + " where " +
                           equalities(d, {"schema_name", "model_name"}, " and ", 1),
                       &key, cancel);
        if (at != next.end()) next.erase(at);
        continue;
      }
      std::string content;
      appendModel(content, *change.model, false);
      if (at != next.end()) {
        RowBuilder row({{"model_type", "u"}, {"content", "u"}, {"schema_name", "u"}, {"model_name", "u"}});
        row.text(0, kindOf(*change.model));
        row.text(1, content);
        row.text(2, source.name());
        row.text(3, change.name);
        row.endRow();
        lease->execute(
            "update " + d.quoted(kRegistryTable) + " set " + equalities(d, {"model_type", "content"}, ", ", 1) + where,
            &row, cancel);
        *at = *change.model;
      } else {
        // One that could not be read when it was loaded may be there still.
        lease->execute("delete from " + d.quoted(kRegistryTable) + " where " +
                           equalities(d, {"schema_name", "model_name"}, " and ", 1),
                       &key, cancel);
        RowBuilder row({{"schema_name", "u"}, {"model_name", "u"}, {"model_type", "u"}, {"content", "u"}});
        row.text(0, source.name());
        row.text(1, change.name);
        row.text(2, kindOf(*change.model));
        row.text(3, content);
        row.endRow();
        lease->execute(insertInto(d, kRegistryTable, row.schema()), &row, cancel);
        next.push_back(*change.model);
      }
    }
    if (journal) Journal::dropWithin(*lease, *journal, cancel);
    try {
      tx.commit();
    } catch (const Failure& f) {
      if (mayHaveHappened(f)) unsure_.insert(source.name());
      throw;
    }
  }
  const auto isChanged = [&](const std::string& name) {
    return std::any_of(changes.begin(), changes.end(), [&](const Change& c) { return c.name == name; });
  };
  source.publish(std::make_shared<ModelSet>(catalogue_.nextVersion(), std::move(next), old.get(), isChanged));
  tell(source.name());
}

void Registry::settle(Source& source, const tenon_cancel* cancel) {
  const std::lock_guard lock(mutex_);
  if (!unsure_.contains(source.name())) return;
  source.publish(std::make_shared<ModelSet>(catalogue_.nextVersion(), loadModels(source.name(), cancel)));
  unsure_.erase(source.name());
  tell(source.name());
}

void Registry::migrate(Source& source, const std::vector<Model>& models, const tenon_cancel* cancel) {
  {
    const Lease lease = source.pool().write(cancel);
    bringUpToDate(*lease, models, cancel);
  }
  const auto known = source.models();
  std::vector<Change> changes;
  for (const auto& m : models) {
    std::string now, before;
    appendModel(now, m, false);
    if (const Model* old = known->find(nameOf(m))) appendModel(before, *old, false);
    if (now != before) changes.push_back({nameOf(m), m});
  }
  if (!changes.empty()) apply(source, changes, cancel);
}

std::string maskedConfig(const Json& config) {
  Json shown = config;
  for (const char* internal : {"trusted", "private"}) shown.erase(internal);
  if (shown.contains("password") && !shown["password"].is_null()) shown["password"] = "******";
  return dumpJson(shown);
}

}  // namespace tenon::modeling
