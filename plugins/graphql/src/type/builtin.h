// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "type.h"

namespace tenon::graphql {

// What every schema has. Made once for the process and never destroyed; any thread.

/// By its name: the specification's scalars and the types of introspection. nullptr: none of these.
const NamedType* builtinType(std::string_view name) noexcept;
std::span<const NamedType* const> builtinTypes() noexcept;
const NamedType& scalar(ScalarKind kind) noexcept;
/// skip, include, deprecated, specifiedBy and oneOf.
std::span<const DirectiveDefinition> builtinDirectives() noexcept;

/// What the executor does for a field of introspection (FieldDefinition::action).
enum class IntrospectionAction : uint32_t {
  TypeName = 200,  // apart from the actions of a schema's own fields
  Schema,
  TypeByName,
  // of __Schema
  Description,
  Types,
  QueryType,
  MutationType,
  SubscriptionType,
  Directives,
  // of __Type and what it consists of
  Kind,
  Name,
  SpecifiedBy,
  Fields,
  Interfaces,
  PossibleTypes,
  EnumValues,
  InputFields,
  OfType,
  IsOneOf,
  Args,
  TypeOf,
  IsDeprecated,
  DeprecationReason,
  DefaultValue,
  IsRepeatable,
  Locations
};

}  // namespace tenon::graphql
