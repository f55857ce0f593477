// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <mutex>
#include <string>

#include "execution/plan.h"
#include "execution/reads.h"
#include "settings.h"

namespace tenon::graphql {

/// A schema with what was made for it: plans of documents and reads. Goes when the schema is replaced and its last
/// request has ended. Any thread.
class ServedSchema {
 public:
  ServedSchema(std::shared_ptr<const ApiSchema> schema, const Data& data, std::string tenant, const Settings& settings);

  /// Parses, validates and plans; a repeat is a look-up. Throws RequestError.
  std::shared_ptr<const Plan> plan(std::string_view document, std::string_view operation);
  Reads& reads() noexcept { return reads_; }
  const ApiSchema& schema() const noexcept { return *schema_; }
  /// In the schema definition language; made when somebody asks.
  const std::string& sdl();
  /// The hash of it: another one for another schema.
  const std::string& version();

 private:
  std::shared_ptr<const Plan> make(std::string_view document, std::string_view operation) const;

  std::shared_ptr<const ApiSchema> schema_;
  const TenantSettings& settings_;
  Reads reads_;
  LruCache<std::shared_ptr<const Plan>> plans_;
  std::once_flag sdlMade_;
  std::string sdl_, version_;
};

}  // namespace tenon::graphql
