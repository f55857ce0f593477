// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "type/arena.h"

namespace tenon::graphql {

/// What a field counts, as the GraphQL Cost Directives specification has it: an object 1, a leaf 0, a change 10; and
/// how many of it there are.
struct CostRule {
  uint32_t weight = 0;
  bool isStandard = true;     ///< the weight is what the specification says without a @cost
  uint32_t assumedSize = 0;   ///< of the list where no slicing argument says it; 0 = it is no list
  bool sizesMembers = false;  ///< not the field is the list, but `edges` and `nodes` below it
};

/// Of a field of a schema. Makes nothing: it is asked for each field of each operation.
CostRule costRuleOf(const Schema& schema, const NamedType& parent, const FieldDefinition& field);
/// Is it an argument that says how long a list is?
bool isSlicing(std::string_view argument) noexcept;
/// Is a field one whose number the size arguments of the field around it say?
bool isSizedByParent(const FieldDefinition& field) noexcept;

/// @cost and @listSize, for a schema's list.
std::vector<DirectiveDefinition> costDirectives(TypeArena& arena);
/// Appends those that a field has, in the schema definition language.
void appendCostDirectives(std::string& out, const CostRule& rule, const FieldDefinition& field);

}  // namespace tenon::graphql
