// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <tenon/drafts/data.h>

#include "records/record_store.h"
#include "registry/registry.h"

namespace tenon::modeling {

/// tenon.data/1: records for other plugins, over the same plans and statements as the routes.
class DataService {
 public:
  DataService(Registry& registry, RecordStore& store) : registry_(registry), store_(store) {}
  static const tenon_data_v1* table() noexcept;

  Registry& registry() noexcept { return registry_; }
  RecordStore& store() noexcept { return store_; }

 private:
  Registry& registry_;
  RecordStore& store_;
};

}  // namespace tenon::modeling
