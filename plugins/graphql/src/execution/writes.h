// SPDX-License-Identifier: Apache-2.0
// Arguments of mutations as tenon.data/1 takes them.
#pragma once

#include <span>

#include "coercion.h"
#include "language/ast.h"
#include "schema/entity_types.h"

namespace tenon::graphql {

/// How deep related records may be nested in one to insert, and updates that one field makes.
inline constexpr int kDeepestInsert = 10;
inline constexpr size_t kMostUpdates = 1000;

/// A record to write, with the related records of one to insert. Throws FieldError.
Json recordOf(const EntityTypes& entity, const Json& values, int depth = 0);
/// What to do where a key is taken; null when nothing is said. arguments: those of a field, or of a related record.
Json conflictOf(const EntityTypes& entity, const Json& arguments);
/// The operators beside _set, by field. Throws FieldError for a field that is changed twice.
Json operatorsOf(const Json& arguments, const Json& set);
/// A member that must be there: a variable that an @export has not set yet leaves it out. Throws FieldError.
const Json& needed(const Json& object, std::string_view name);
/// The condition of a change. Throws FieldError for an empty comparison, which would select every record.
Json changedBy(const EntityTypes& entity, const Json& where);
/// A variable without a value leaves its condition out, and more records would be changed than was meant. Looks at all
/// conditions in the arguments of a mutation, and at the version that a record must have. Throws FieldError.
void refuseUnsetConditions(std::span<const InputDefinition> definitions, std::span<const Argument> given,
                           const Variables& variables);

}  // namespace tenon::graphql
