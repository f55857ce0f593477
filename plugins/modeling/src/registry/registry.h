// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include <tenon/events.h>

#include "catalogue.h"

namespace tenon::modeling {

/// Definitions as they are stored in the datasource `system`, and their live form in the catalogue. Changes
/// are serialised by `mutex()`, which a caller holds around read, change and publish.
class Registry {
 public:
  /// kinds: opens pools by dbKind. Outlives the registry.
  Registry(const Host& host, Catalogue& catalogue);

  /// Opens `system`, brings its tables up to date and reads every stored definition.
  void open(const Json& systemConfig, const PoolConfig& pool, const std::string& systemTenant);

  std::mutex& mutex() noexcept { return mutex_; }
  Catalogue& catalogue() noexcept { return catalogue_; }

  /// A pool for a configuration: throws Failure when the kind is unknown or the configuration is bad.
  std::unique_ptr<Pool> openPool(const DatasourceDefinition& definition) const;

  /// Stores and publishes a datasource, keeping its models. `trusted` configurations come from the operator.
  void store(DatasourceDefinition definition, std::unique_ptr<Pool> pool, bool isNew, const tenon_cancel* cancel);
  void remove(const std::string& name, const tenon_cancel* cancel);

  /// Makes sure that models and tables exist, adding what is missing; the registry follows only when the
  /// database did.
  void migrate(Source& source, const std::vector<Model>& models, const tenon_cancel* cancel);
  /// Replaces, adds or (nullopt) removes stored models in one transaction, then publishes the new set.
  struct Change {
    std::string name;
    std::optional<Model> model;
  };
  /// journal: an entry of the journal that is done with them.
  void apply(Source& source, const std::vector<Change>& changes, const tenon_cancel* cancel,
             std::optional<int64_t> journal = std::nullopt);

  /// Reads the models of a datasource again if nobody knows whether the last change of them was stored, because the
  /// connection to `system` was lost in the midst. The caller holds lockChanges().
  void settle(Source& source, const tenon_cancel* cancel);

  /// Held around every change of one datasource's models, so that a slow database keeps no other waiting. Throws
  /// Failure(UNAVAILABLE) when another change takes too long.
  using ChangeLock = std::unique_lock<std::timed_mutex>;
  ChangeLock lockChanges(const std::string& datasource);
  Pool& systemPool() const noexcept { return system_->pool(); }

  /// Lets go of `system`.
  void close() noexcept { system_.reset(); }
  /// trusted: the operator's own, who may say more than a tenant. Throws Invalid.
  static PoolConfig poolConfig(const Json& config, const PoolConfig& standard, bool trusted);
  /// Values that ${NAME} in a datasource's configuration may stand for: no other name means anything.
  void placeholders(TextMap<std::string> values) { placeholders_ = std::move(values); }

 private:
  /// Publishes "models.changed": see tenon/drafts/models.h.
  void tell(const std::string& datasource) const;
  void loadDatasources(const tenon_cancel* cancel);
  std::vector<Model> loadModels(const std::string& datasource, const tenon_cancel* cancel);

  const Host& host_;
  const tenon_events_v1* events_;
  Catalogue& catalogue_;
  void resolve(Json& config) const;

  PoolConfig pool_;
  std::string defaultTenant_;
  TextMap<std::string> placeholders_;
  std::shared_ptr<Source> system_;
  std::mutex mutex_;
  std::set<std::string> unsure_;  // datasources whose stored models may be others than those that are served
  std::mutex locksMutex_;
  TextMap<std::unique_ptr<std::timed_mutex>> locks_;  // by datasource: as many as there ever were, some bytes each
};

/// A configuration as it may be shown: secrets masked, what is internal left out.
std::string maskedConfig(const Json& config);

}  // namespace tenon::modeling
