// SPDX-License-Identifier: Apache-2.0
// What a request makes of a stored entity: pure functions, no database. All throw Invalid with the request's own paths.
#pragma once

#include <string_view>

#include "model/model.h"

namespace tenon::modeling {

/// A field that is added, as its last one. Its name must be free.
Entity withField(const Entity& entity, const Json& field);
/// A field defined anew at its place. Members that the request leaves out keep their stored value; another name renames
/// it, in the indexes too.
Entity withFieldChanged(const Entity& entity, std::string_view name, const Json& field);
/// Without a field, and without the indexes that need it.
Entity withoutField(const Entity& entity, std::string_view name);

Entity withIndex(const Entity& entity, const Json& index);
/// An index defined anew; its name stays.
Entity withIndexChanged(const Entity& entity, std::string_view name, const Json& index);
Entity withoutIndex(const Entity& entity, std::string_view name);

/// The whole entity defined anew under its name. Fields that it has already keep what the request leaves out.
Entity replaced(const Entity& entity, const Json& body);
/// The entity's JSON with what an import says of it: members, fields and indexes that it has keep what the import
/// leaves out.
Json extended(const Entity& entity, const Json& imported);
/// The same of an imported entity that says everything: everything that `imported` has is added or defined anew,
/// nothing goes.
Entity merged(const Entity& entity, const Entity& imported);

}  // namespace tenon::modeling
