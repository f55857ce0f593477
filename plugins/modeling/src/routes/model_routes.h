// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "registry/catalogue.h"
#include "tenon/http.hpp"

namespace tenon::modeling {

/// /api/f/datasources/{datasourceName}/models: what models there are.
class ModelRoutes {
 public:
  ModelRoutes(Http& http, const Catalogue& catalogue);

 private:
  void list(Request&, Reply&, const tenon_cancel*);
  void get(Request&, Reply&, const tenon_cancel*);

  const Catalogue& catalogue_;
};

}  // namespace tenon::modeling
