// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/model.h"
#include "write_values.h"

namespace tenon::modeling {

/// What becomes of a record to insert when another one has its key.
struct Conflict {
  std::vector<const Field*> key;      ///< of the identity, or of a unique key
  std::vector<const Field*> columns;  ///< that the other record takes over; none: it stays as it is
  Json where = Json::object();        ///< a filter: a record that it does not select stays as it is
};

/// Of {"fields":["code"],"update":["name"]?,"where":{filter}?}. Throws Invalid, also when the fields are no key of the
/// entity or it has no identity.
Conflict readConflict(const Entity& entity, const Json& json, const std::string& path);

/// The filter that selects the record which has the key of this one; nullopt when the key is not wholly there: then
/// there is no other. Throws Invalid when it depends on what the database will fill in.
std::optional<Json> sameKey(const Entity& entity, const Conflict& conflict, const Json& record, const Caller& caller,
                            const std::string& path);

}  // namespace tenon::modeling
