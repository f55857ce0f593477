// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <tenon/drafts/models.h>

#include "registry/catalogue.h"

namespace tenon::modeling {

/// tenon.models/1: which datasources and models there are, for other plugins.
class ModelsService {
 public:
  explicit ModelsService(const Catalogue& catalogue) noexcept : catalogue_(catalogue) {}
  static const tenon_models_v1* table() noexcept;
  const Catalogue& catalogue() const noexcept { return catalogue_; }

 private:
  const Catalogue& catalogue_;
};

}  // namespace tenon::modeling
