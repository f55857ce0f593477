// SPDX-License-Identifier: Apache-2.0
#include "catalogue.h"

#include <unordered_map>

namespace tenon::graphql {

namespace {

struct Told {
  std::string name, tenant;
  uint64_t version;
};

/// Takes the models of one datasource: those that are known as they are, the others read from their JSON.
struct ModelTaker {
  const Host& host;
  std::unordered_map<std::string_view, const Model*> known;
  std::vector<Model> models;

  static int32_t model(void* arg, tenon_str name, uint64_t stamp) {
    auto& self = *static_cast<ModelTaker*>(arg);
    if (const auto it = self.known.find(view(name)); it != self.known.end() && it->second->stamp == stamp) {
      self.models.push_back(*it->second);
      return 0;
    }
    self.models.push_back({text(name), stamp, nullptr, nullptr});
    return 1;
  }
  static void json(void* arg, tenon_str json) {
    auto& self = *static_cast<ModelTaker*>(arg);
    const uint64_t stamp = self.models.back().stamp;
    try {
      Model read = readModel(view(json));
      read.stamp = stamp;
      self.models.back() = std::move(read);
    } catch (const std::exception& e) {
      self.host.warn("the model " + self.models.back().name + " is not in the GraphQL schema: " + e.what());
    }
  }
};

}  // namespace

void Catalogue::refresh() {
  std::vector<Told> told;
  const auto keep = [](void* arg, const tenon_datasource_info* d) {
    if ((d->flags & TENON_DATASOURCE_SYSTEM) == 0)
      static_cast<std::vector<Told>*>(arg)->push_back({text(d->name), text(d->tenant), d->version});
  };
  Error e;
  const std::lock_guard lock(mutex_);
  check(models_->datasources(models_.self(), keep, &told, &e), e);
  std::map<std::string, std::shared_ptr<const Datasource>, std::less<>> now;
  for (const Told& t : told) {
    const auto it = datasources_.find(t.name);
    std::shared_ptr<const Datasource> known = it == datasources_.end() ? nullptr : it->second;
    if (known == nullptr || known->version != t.version || known->tenant != t.tenant)
      known = read(t.name, t.tenant, std::move(known));
    if (known != nullptr) now.emplace(t.name, std::move(known));
  }
  datasources_ = std::move(now);
}

std::shared_ptr<const Datasource> Catalogue::read(const std::string& name, const std::string& tenant,
                                                  std::shared_ptr<const Datasource> known) const {
  ModelTaker taker{host_, {}, {}};
  if (known != nullptr)
    for (const Model& m : known->models) taker.known.emplace(m.name, &m);
  const tenon_model_reader reader{sizeof reader, 0, &taker, ModelTaker::model, ModelTaker::json};
  auto out = std::make_shared<Datasource>();
  Error e;
  const tenon_status status = models_->models(models_.self(), str(name), &reader, &out->version, &e);
  if (status == TENON_NOT_FOUND) return nullptr;  // it has gone meanwhile
  check(status, e);
  out->name = name;
  out->tenant = tenant;
  out->models = std::move(taker.models);
  return out;
}

ApiSchema::Datasources Catalogue::of(std::string_view tenant) const {
  const std::lock_guard lock(mutex_);
  ApiSchema::Datasources out;
  for (const auto& [name, d] : datasources_)
    if (d->tenant == tenant) out.push_back(d);
  return out;
}

}  // namespace tenon::graphql
