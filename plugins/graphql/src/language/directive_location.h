// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace tenon::graphql {

/// Where a directive may stand.
enum class DirectiveLocation : uint8_t {
  Query,
  Mutation,
  Subscription,
  Field,
  FragmentDefinition,
  FragmentSpread,
  InlineFragment,
  VariableDefinition,
  Schema,
  Scalar,
  Object,
  FieldDefinition,
  ArgumentDefinition,
  Interface,
  Union,
  Enum,
  EnumValue,
  InputObject,
  InputFieldDefinition
};

inline constexpr std::array<std::string_view, 19> kDirectiveLocations = {"QUERY",
                                                                         "MUTATION",
                                                                         "SUBSCRIPTION",
                                                                         "FIELD",
                                                                         "FRAGMENT_DEFINITION",
                                                                         "FRAGMENT_SPREAD",
                                                                         "INLINE_FRAGMENT",
                                                                         "VARIABLE_DEFINITION",
                                                                         "SCHEMA",
                                                                         "SCALAR",
                                                                         "OBJECT",
                                                                         "FIELD_DEFINITION",
                                                                         "ARGUMENT_DEFINITION",
                                                                         "INTERFACE",
                                                                         "UNION",
                                                                         "ENUM",
                                                                         "ENUM_VALUE",
                                                                         "INPUT_OBJECT",
                                                                         "INPUT_FIELD_DEFINITION"};

/// "FRAGMENT_SPREAD"
constexpr std::string_view nameOf(DirectiveLocation location) noexcept {
  return kDirectiveLocations[static_cast<size_t>(location)];
}

}  // namespace tenon::graphql
