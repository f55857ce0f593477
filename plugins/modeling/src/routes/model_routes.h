// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "records/record_store.h"
#include "schema/changer.h"
#include "tenon/http.hpp"

namespace tenon::modeling {

/// /api/f/datasources/{datasourceName}/models: models, their fields and indexes; and .../import.
class ModelRoutes {
 public:
  ModelRoutes(Http& http, const Host& host, Registry& registry, SchemaChanger& changer, RecordStore& records);

 private:
  void list(Request&, Reply&, const tenon_cancel*);
  void get(Request&, Reply&, const tenon_cancel*);
  void create(Request&, Reply&, const tenon_cancel*);
  void update(Request&, Reply&, const tenon_cancel*);
  void remove(Request&, Reply&, const tenon_cancel*);
  void executeIdl(Request&, Reply&, const tenon_cancel*);
  void import(Request&, Reply&, const tenon_cancel*);
  void createField(Request&, Reply&, const tenon_cancel*);
  void updateField(Request&, Reply&, const tenon_cancel*);
  void removeField(Request&, Reply&, const tenon_cancel*);
  void createIndex(Request&, Reply&, const tenon_cancel*);
  void updateIndex(Request&, Reply&, const tenon_cancel*);
  void removeIndex(Request&, Reply&, const tenon_cancel*);

  /// A datasource whose models nobody else changes meanwhile, and what they are.
  struct Session;
  /// Makes one entity of the path into another and answers what `shown` writes of it.
  template <class Edit, class Show>
  void edit(Request& request, Reply& reply, const tenon_cancel* cancel, ChangeOptions options, Edit&& make,
            Show&& shown);
  void warnAboutReferences(const ModelSet& models, const std::vector<ModelChange>& changes) const;

  const Host& host_;
  Registry& registry_;
  SchemaChanger& changer_;
  RecordStore& records_;
};

}  // namespace tenon::modeling
