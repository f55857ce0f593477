// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "records/record_store.h"
#include "registry/registry.h"
#include "tenon/http.hpp"

namespace tenon::modeling {

/// /api/f/datasources/{datasourceName}/models/{modelName}/records[/{id}]
class RecordRoutes {
 public:
  RecordRoutes(Http& http, Registry& registry, RecordStore& store);

 private:
  void list(Request&, Reply&, const tenon_cancel*);
  void get(Request&, Reply&, const tenon_cancel*);
  void create(Request&, Reply&, const tenon_cancel*);
  void update(Request&, Reply&, const tenon_cancel*);
  void remove(Request&, Reply&, const tenon_cancel*);
  void batch(Request&, Reply&, const tenon_cancel*);

  /// Runs `body(source)` of a request and answers its failures. A model may change between the plan of a request and
  /// its statements, which then do not fit the table: the change is waited for and the request planned again.
  template <class Body>
  void onSource(Request& request, Reply& reply, Body&& body);

  Registry& registry_;
  RecordStore& store_;
};

}  // namespace tenon::modeling
