// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "language/source.h"

namespace tenon::graphql {

/// The rules of the specification's chapter 5, by the names that the reference implementation gives them.
enum class Rule : uint8_t {
  ExecutableDefinitions,
  UniqueOperationNames,
  LoneAnonymousOperation,
  SingleFieldSubscriptions,
  KnownTypeNames,
  FragmentsOnCompositeTypes,
  VariablesAreInputTypes,
  ScalarLeafs,
  FieldsOnCorrectType,
  UniqueFragmentNames,
  KnownFragmentNames,
  NoUnusedFragments,
  PossibleFragmentSpreads,
  NoFragmentCycles,
  UniqueVariableNames,
  NoUndefinedVariables,
  NoUnusedVariables,
  KnownDirectives,
  UniqueDirectivesPerLocation,
  KnownArgumentNames,
  UniqueArgumentNames,
  ValuesOfCorrectType,
  ProvidedRequiredArguments,
  VariablesInAllowedPosition,
  OverlappingFieldsCanBeMerged,
  UniqueInputFieldNames,
  MaxIntrospectionDepth,
  Bounds  ///< of ours: the document costs too much to look at
};
std::string_view nameOf(Rule rule) noexcept;

/// What is wrong with a document, and where.
struct ValidationError {
  Rule rule;
  std::string message;
  std::vector<Location> locations;
};

}  // namespace tenon::graphql
