// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "records/record_store.h"
#include "tenon/http.hpp"

namespace tenon::modeling {

/// /api/f/datasources/{datasourceName}/models/{modelName}/records[/{id}]
class RecordRoutes {
 public:
  RecordRoutes(Http& http, const Catalogue& catalogue, RecordStore& store);

 private:
  void list(Request&, Reply&, const tenon_cancel*);
  void get(Request&, Reply&, const tenon_cancel*);
  void create(Request&, Reply&, const tenon_cancel*);
  void update(Request&, Reply&, const tenon_cancel*);
  void remove(Request&, Reply&, const tenon_cancel*);
  void batch(Request&, Reply&, const tenon_cancel*);

  const Catalogue& catalogue_;
  RecordStore& store_;
};

}  // namespace tenon::modeling
