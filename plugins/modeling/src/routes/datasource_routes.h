// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "registry/registry.h"
#include "schema/changer.h"
#include "tenon/http.hpp"

namespace tenon::modeling {

/// /api/f/datasources: list, create, update, delete, validate, physical table names, sync.
class DatasourceRoutes {
 public:
  DatasourceRoutes(Http& http, const Host& host, Registry& registry, SchemaChanger& changer);

 private:
  void list(Request&, Reply&, const tenon_cancel*);
  void create(Request&, Reply&, const tenon_cancel*);
  void update(Request&, Reply&, const tenon_cancel*);
  void remove(Request&, Reply&, const tenon_cancel*);
  void validate(Request&, Reply&, const tenon_cancel*);
  void physicalNames(Request&, Reply&, const tenon_cancel*);
  void sync(Request&, Reply&, const tenon_cancel*);
  void finishChanges(Source& source, const tenon_cancel* cancel);
  void mustStillBe(const std::shared_ptr<Source>& source, const Request& request) const;
  std::unique_ptr<Pool> connected(const DatasourceDefinition& d, const tenon_cancel* cancel) const;
  std::string now() const;

  const Host& host_;
  Registry& registry_;
  SchemaChanger& changer_;
};

/// The datasource that the path names, if the caller's tenant owns it. Throws Missing.
std::shared_ptr<Source> sourceOf(const Catalogue& catalogue, const Request& request);
/// Its pool. Throws Failure(UNAVAILABLE) when it could not be opened.
Pool& poolOf(const Source& source);

}  // namespace tenon::modeling
