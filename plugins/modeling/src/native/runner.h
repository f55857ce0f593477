// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

#include "registry/catalogue.h"
#include "tenon/extras/json.hpp"

namespace tenon::modeling::native {

/// A caller's own SQL statement and how it is to be run.
struct NativeCall {
  std::string statement;
  Json parameters = Json::object();  ///< values by name; those that the statement does not name are passed over
  bool readOnly = false;             ///< a statement that writes is refused
  uint32_t maxRows = 0;
  uint32_t timeoutMs = 0;
};

/// Runs it and appends {"time":ms,"result":rows or affected count}, with "truncated":true when there were more than
/// maxRows rows. Throws Invalid for what the caller can mend, the database's word on the statement included; Failure
/// for refused data and for the database's own troubles.
void runNative(const Source& source, const NativeCall& call, const tenon_cancel* cancel, std::string& out);

}  // namespace tenon::modeling::native
