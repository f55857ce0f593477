// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "record_writer.h"
#include "value.h"

namespace tenon::modeling {

class Invalid;

/// Who asks, for rows that belong to tenants and for stamps.
struct Caller {
  std::string_view tenant, user;
};

/// What the platform writes into this field of a new record of an entity whose rows belong to tenants: the caller's
/// tenant or name. Empty: nothing.
std::string_view whoInserts(const Field& f, const Caller& caller) noexcept;

/// The values of a record to insert: given, defaulted and stamped, by column of the shape. Throws Invalid with every
/// problem, each field preceded by `path`. Relations are not looked at.
std::vector<Value> valuesForInsert(const EntityShape& shape, const ModelSet& models, const Json& body,
                                   const Caller& caller, int64_t now_ms, const std::string& path = {});

/// What an update writes: the given columns, refreshed times and stamps. The identity is never among them.
struct UpdateValues {
  std::vector<const Field*> fields;
  std::vector<Value> values;
};
UpdateValues valuesForUpdate(const EntityShape& shape, const ModelSet& models, const Json& body, const Caller& caller,
                             int64_t now_ms, const std::string& path = {});

}  // namespace tenon::modeling
