// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>

#include <tenon/drafts/models.h>

#include "schema/api_schema.h"
#include "tenon/host.hpp"

namespace tenon::graphql {

/// The datasources and their models as tenon.models/1 tells them: a model is read again only when it has changed.
/// Any thread.
class Catalogue {
 public:
  explicit Catalogue(const Host& host) : host_(host) {}

  void open() { models_ = host_.acquire<tenon_models_v1>(TENON_MODELS_ID); }
  /// Reads what has changed. Throws Failure.
  void refresh();
  /// Those of a tenant, by name; the platform's own are nobody's.
  ApiSchema::Datasources of(std::string_view tenant) const;

 private:
  std::shared_ptr<const Datasource> read(const std::string& name, const std::string& tenant,
                                         std::shared_ptr<const Datasource> known) const;

  const Host& host_;
  Ref<tenon_models_v1> models_;
  mutable std::mutex mutex_;
  std::map<std::string, std::shared_ptr<const Datasource>, std::less<>> datasources_;
};

}  // namespace tenon::graphql
