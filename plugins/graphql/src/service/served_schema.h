// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>

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

 private:
  using Entry = std::pair<std::string, std::shared_ptr<const Plan>>;
  std::shared_ptr<const Plan> make(std::string_view document, std::string_view operation) const;

  std::shared_ptr<const ApiSchema> schema_;
  const Settings& settings_;
  Reads reads_;
  std::mutex mutex_;
  std::list<Entry> used_;  // most recent first
  std::unordered_map<std::string_view, std::list<Entry>::iterator> byKey_;
};

}  // namespace tenon::graphql
