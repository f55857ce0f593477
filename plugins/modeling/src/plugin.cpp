// SPDX-License-Identifier: Apache-2.0
#include "tenon_plugin_manifest.h"

#include "model/model_json.h"
#include "registry/registry.h"
#include "registry/system_models.h"
#include "routes/answer.h"
#include "routes/datasource_routes.h"
#include "routes/model_routes.h"
#include "routes/native_routes.h"
#include "routes/record_routes.h"
#include "service/data_service.h"
#include "service/models_service.h"
#include "sync/sync.h"
#include "tenon/plugin.hpp"
#include "tenon/tasks.hpp"

namespace tenon::modeling {

namespace {

constexpr uint64_t kSweepEveryMs = 30000;

/// The plugin's configuration. Throws Failure(INVALID) naming the key.
struct Settings {
  Json system = Json{{"dbKind", "sqlite"}, {"url", "jdbc:sqlite:system.db"}};
  std::string defaultTenant = "default";
  Json pool = Json::object();
  Json datasources = Json::array();
  TextMap<std::string> placeholders;
  RecordLimits limits;

  explicit Settings(const Host& host) {
    const Json json = parseJson(host.config("").value_or("{}"));
    for (auto it = json.begin(); it != json.end(); ++it) {
      const std::string& key = it.key();
      if (key == "system" && it->is_object())
        system = *it;
      else if (key == "defaultTenant" && it->is_string())
        defaultTenant = it->get<std::string>();
      else if (key == "pool" && it->is_object())
        pool = *it;
      else if (key == "datasources" && it->is_array())
        datasources = *it;
      else if (key == "placeholders" && it->is_object())
        for (const auto& [name, value] : it->items()) {
          if (!value.is_string()) throw Failure(TENON_INVALID, "placeholders." + name + " must be a text");
          placeholders[name] = value.get<std::string>();
        }
      else if (key == "limits" && it->is_object())
        readLimits(*it);
      else
        throw Failure(TENON_INVALID, "unknown or mistyped configuration key \"" + key + "\"");
    }
  }
  void readLimits(const Json& json) {
    for (auto it = json.begin(); it != json.end(); ++it) {
      uint32_t* member = it.key() == "maxPageSize"        ? &limits.maxPageSize
                         : it.key() == "defaultPageSize"  ? &limits.defaultPageSize
                         : it.key() == "maxNestedRows"    ? &limits.maxNestedRows
                         : it.key() == "nestedDepth"      ? &limits.nestedDepth
                         : it.key() == "planCacheEntries" ? &limits.planCacheEntries
                         : it.key() == "nativeMaxRows"    ? &limits.nativeMaxRows
                         : it.key() == "nativeTimeoutMs"  ? &limits.nativeTimeoutMs
                                                          : nullptr;
      if (member == nullptr || !it->is_number_unsigned() || *it == 0 || it->get<uint64_t>() > 1000000)
        throw Failure(TENON_INVALID, "unknown or bad configuration key \"limits." + it.key() + "\"");
      *member = it->get<uint32_t>();
    }
    limits.nestedDepth = std::min(limits.nestedDepth, 10U);
  }
};

class Plugin {
 public:
  explicit Plugin(const tenon_host* raw)
      : host_(raw),
        settings_(host_),
        registry_(host_, catalogue_),
        store_(host_, settings_.limits),
        data_(registry_, store_),
        modelsService_(catalogue_),
        http_(raw),
        changer_(host_, registry_),
        datasources_(http_, host_, registry_, changer_),
        models_(http_, host_, registry_, changer_, store_),
        records_(http_, registry_, store_),
        natives_(http_, catalogue_, settings_.limits) {
    host_.provide(TENON_DATA_ID, "modeling", DataService::table(), &data_);
    host_.provide(TENON_MODELS_ID, "modeling", ModelsService::table(), &modelsService_);
  }

  void start() {
    Json system = settings_.system;
    system["trusted"] = true;
    system["private"] = true;
    registry_.placeholders(settings_.placeholders);
    try {
      registry_.open(system, Registry::poolConfig(settings_.pool, {}, true), settings_.defaultTenant);
      changer_.recoverAll();
      for (const auto& d : settings_.datasources) provision(d);
    } catch (const Invalid& invalid) {
      throw Failure(TENON_INVALID, invalid.problems().front().field + " " + invalid.what());
    }
    sweeping_ = Timer(host_, kSweepEveryMs, kSweepEveryMs, sweep, this);
  }

  /// The platform's own tables must be within reach.
  void health() const {
    const auto system = catalogue_.find(kSystemName, {});
    if (system == nullptr || system->pool().failing())
      throw Failure(TENON_UNAVAILABLE, "the datasource system cannot be reached");
  }

  void drain(uint64_t) {
    sweeping_.cancel();
    catalogue_.clear();
    registry_.close();
  }

 private:
  /// A datasource of the configuration: made once, synced while it has no models. One that fails is told and
  /// left, so that the others are served.
  void provision(const Json& json) {
    DatasourceDefinition d;
    d.name = json.value("name", "");
    if (d.name.empty() || !json.contains("config"))
      throw Failure(TENON_INVALID, "an entry of \"datasources\" needs a name and a config");
    try {
      d.tenantId = json.value("tenantId", settings_.defaultTenant);
      d.config = json["config"];
      d.config["trusted"] = true;
      const std::lock_guard lock(registry_.mutex());
      auto source = catalogue_.find(d.name, {});
      if (source == nullptr || source->definition().config != d.config) {
        const bool isNew = source == nullptr;
        if (!isNew && !Journal(registry_.systemPool()).open(d.name, nullptr).empty())
          throw Failure(TENON_UNAVAILABLE,
                        "a change of its models was cut off, and must be finished where it began: "
                        "its configuration stays what it was");
        auto pool = registry_.openPool(d);
        registry_.store(d, std::move(pool), isNew, nullptr);
        source = catalogue_.find(d.name, {});
      }
      const Json sync = json.value("sync", Json(false));
      if (sync == false || !source->models()->all().empty()) return;
      std::optional<std::vector<std::string>> tables;
      if (sync.is_array()) tables = sync.get<std::vector<std::string>>();
      const PhysicalSchema schema = readPhysicalSchema(*source->pool().read(nullptr), nullptr);
      const auto models = syncTables(registry_, *source, schema, tables, host_, nullptr);
      host_.info("datasource " + d.name + ": " + std::to_string(models.size()) + " models were made from its tables");
    } catch (const std::exception& e) {
      host_.error("datasource " + d.name + " is not available: " + e.what());
    }
  }

  static void sweep(void* self, const tenon_cancel*) {
    for (const auto& source : static_cast<Plugin*>(self)->catalogue_.list({}))
      if (source->hasPool()) source->pool().sweep();
  }

  Host host_;
  Settings settings_;
  Catalogue catalogue_;
  Registry registry_;
  RecordStore store_;
  DataService data_;
  ModelsService modelsService_;
  Http http_;
  SchemaChanger changer_;
  DatasourceRoutes datasources_;
  ModelRoutes models_;
  RecordRoutes records_;
  NativeRoutes natives_;
  Timer sweeping_;
};

}  // namespace

}  // namespace tenon::modeling

TENON_PLUGIN(tenon::modeling::Plugin)
