// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <shared_mutex>
#include <string>
#include <unordered_map>
#include <unordered_set>

#include "catalogue.h"
#include "served_schema.h"

namespace tenon::graphql {

/// The schemas that are served: one for each tenant that has asked for its own. Any thread.
class Schemas {
 public:
  Schemas(const Host& host, Catalogue& catalogue, const Data& data, const Settings& settings)
      : host_(host), catalogue_(catalogue), data_(data), settings_(settings) {}

  std::shared_ptr<ServedSchema> of(std::string_view tenant);
  /// Models have changed: makes the schemas that are served anew. Requests that run keep theirs.
  void renew();
  /// Nothing is served any more.
  void clear();

 private:
  std::shared_ptr<ServedSchema> made(const std::string& tenant, const ApiSchema::Datasources& datasources);

  struct Slot {
    ApiSchema::Datasources datasources;  // that the schema was made of
    std::shared_ptr<ServedSchema> served;
  };
  const Host& host_;
  Catalogue& catalogue_;
  const Data& data_;
  const Settings& settings_;
  std::mutex renewing_;
  std::unordered_set<std::string> told_;  // warnings: each once, though schemas are made again and again
  std::shared_mutex mutex_;
  std::unordered_map<std::string, Slot> byTenant_;
};

}  // namespace tenon::graphql
