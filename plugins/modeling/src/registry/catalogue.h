// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <vector>

#include "model/model.h"
#include "source/pool.h"

namespace tenon::modeling {

/// A datasource as it is stored and shown.
struct DatasourceDefinition {
  std::string name;
  bool system = false;  ///< SYSTEM: built in, cannot be deleted
  bool enabled = true;
  std::string tenantId;
  Json config = Json::object();  ///< dbKind, url, username?, password?, driver and pool options
  std::string createdBy, updatedBy, createdAt, updatedAt;
};

/// A live datasource: its definition, its connections and its models. Shared by the requests that use it;
/// a changed definition is a new Source beside the old one.
class Source {
 public:
  Source(DatasourceDefinition definition, std::unique_ptr<Pool> pool, std::shared_ptr<const ModelSet> models)
      : definition_(std::move(definition)), pool_(std::move(pool)), models_(std::move(models)) {}
  const DatasourceDefinition& definition() const noexcept { return definition_; }
  const std::string& name() const noexcept { return definition_.name; }
  /// False when the configuration could not be opened: the datasource is shown, and its requests answer 503.
  bool hasPool() const noexcept { return pool_ != nullptr; }
  Pool& pool() const noexcept { return *pool_; }
  std::shared_ptr<const ModelSet> models() const noexcept { return models_.load(std::memory_order_acquire); }
  void publish(std::shared_ptr<const ModelSet> next) noexcept {
    models_.store(std::move(next), std::memory_order_release);
  }
  /// While it lives, tables are on their way to other models than those that are served.
  class Changing {
   public:
    explicit Changing(Source& source) noexcept : source_(source) { ++source_.changing_; }
    ~Changing() { --source_.changing_; }
    Changing(const Changing&) = delete;
    Changing& operator=(const Changing&) = delete;

   private:
    Source& source_;
  };
  /// Are tables what the models of that version say, and stay so for now? To be asked before a commit.
  bool standsAt(uint64_t version) const noexcept { return changing_ == 0 && models()->version() == version; }

 private:
  DatasourceDefinition definition_;
  std::unique_ptr<Pool> pool_;
  std::atomic<std::shared_ptr<const ModelSet>> models_;
  std::atomic<int> changing_{0};
};

/// The live datasources by name. Any thread; look-ups take a shared lock only.
class Catalogue {
 public:
  /// The enabled datasource `name` if it belongs to `tenant`; nullptr otherwise. An empty tenant sees all.
  std::shared_ptr<Source> find(std::string_view name, std::string_view tenant) const;
  /// As find(), and also when it is disabled.
  std::shared_ptr<Source> findAny(std::string_view name, std::string_view tenant) const;
  /// Whoever owns it, enabled or not.
  bool exists(std::string_view name) const {
    const std::shared_lock lock(mutex_);
    return sources_.find(name) != sources_.end();
  }
  /// In order of name, SYSTEM first.
  std::vector<std::shared_ptr<Source>> list(std::string_view tenant) const;
  void put(std::shared_ptr<Source> source);
  void remove(std::string_view name);
  /// Closes everything: no request runs any more.
  void clear();
  /// A number never given before: for ModelSet::version().
  uint64_t nextVersion() noexcept { return version_.fetch_add(1, std::memory_order_relaxed) + 1; }

 private:
  mutable std::shared_mutex mutex_;
  TextMap<std::shared_ptr<Source>> sources_;
  std::atomic<uint64_t> version_{0};
};

}  // namespace tenon::modeling
