// SPDX-License-Identifier: Apache-2.0
#include "error.h"

#include <array>

namespace tenon::graphql {

std::string_view nameOf(Rule rule) noexcept {
  constexpr std::array<std::string_view, 28> kNames = {"ExecutableDefinitions",
                                                       "UniqueOperationNames",
                                                       "LoneAnonymousOperation",
                                                       "SingleFieldSubscriptions",
                                                       "KnownTypeNames",
                                                       "FragmentsOnCompositeTypes",
                                                       "VariablesAreInputTypes",
                                                       "ScalarLeafs",
                                                       "FieldsOnCorrectType",
                                                       "UniqueFragmentNames",
                                                       "KnownFragmentNames",
                                                       "NoUnusedFragments",
                                                       "PossibleFragmentSpreads",
                                                       "NoFragmentCycles",
                                                       "UniqueVariableNames",
                                                       "NoUndefinedVariables",
                                                       "NoUnusedVariables",
                                                       "KnownDirectives",
                                                       "UniqueDirectivesPerLocation",
                                                       "KnownArgumentNames",
                                                       "UniqueArgumentNames",
                                                       "ValuesOfCorrectType",
                                                       "ProvidedRequiredArguments",
                                                       "VariablesInAllowedPosition",
                                                       "OverlappingFieldsCanBeMerged",
                                                       "UniqueInputFieldNames",
                                                       "MaxIntrospectionDepth",
                                                       "Bounds"};
  return kNames[static_cast<size_t>(rule)];
}

}  // namespace tenon::graphql
