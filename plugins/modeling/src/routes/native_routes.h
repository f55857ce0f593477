// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "native/runner.h"
#include "records/limits.h"
#include "registry/catalogue.h"
#include "tenon/http.hpp"

namespace tenon::modeling {

/// /api/f/datasources/{datasourceName}/native-query: SQL of the caller's, or of a native_query model.
class NativeRoutes {
 public:
  NativeRoutes(Http& http, const Catalogue& catalogue, const RecordLimits& limits);

 private:
  void run(Request&, Reply&, const tenon_cancel*);

  const Catalogue& catalogue_;
  RecordLimits limits_;
};

/// {"statement" or "modelName", "parameters"?, "readOnly"?, "maxRows"?, "timeoutMs"?}. Throws Invalid with every
/// problem, and Missing for a name that is no native_query.
native::NativeCall readNativeCall(const Json& body, const ModelSet& models, const RecordLimits& limits);

}  // namespace tenon::modeling
