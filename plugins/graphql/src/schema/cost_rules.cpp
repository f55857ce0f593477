// SPDX-License-Identifier: Apache-2.0
#include "cost_rules.h"

#include <algorithm>
#include <array>

#include "type/builtin.h"

namespace tenon::graphql {

namespace {

constexpr uint32_t kRootListSize = 30;     // a page
constexpr uint32_t kRelatedListSize = 10;  // of each record: lists within lists of pages would all be refused
constexpr uint32_t kChangeWeight = 10;
constexpr std::array<std::string_view, 5> kSlicing = {"size", "limit", "first", "last", "batch_size"};
constexpr std::array<std::string_view, 2> kSizedMembers = {"edges", "nodes"};

bool isListOfObjects(const FieldDefinition& field) {
  return field.type->nullable().isList() && field.type->named().isComposite();
}

Value constant(ValueKind kind, bool boolean = false) {
  Value v;
  v.kind = kind;
  v.boolean = boolean;
  v.text = boolean ? "true" : "false";
  return v;
}

/// ", slicingArguments: ["size"]"
void appendNames(std::string& out, std::string_view name, const std::vector<std::string_view>& list) {
  out.append(", ").append(name).append(": [");
  const char* comma = "";
  for (const std::string_view one : list) out.append(std::exchange(comma, ", ")).append("\"").append(one).append("\"");
  out += ']';
}

}  // namespace

bool isSlicing(std::string_view argument) noexcept {
  return std::find(kSlicing.begin(), kSlicing.end(), argument) != kSlicing.end();
}

bool isSizedByParent(const FieldDefinition& field) noexcept {
  return field.type->nullable().isList() &&
         std::find(kSizedMembers.begin(), kSizedMembers.end(), field.name) != kSizedMembers.end();
}

CostRule costRuleOf(const Schema& schema, const NamedType& parent, const FieldDefinition& field) {
  CostRule out;
  const NamedType& type = field.type->named();
  if (type.isIntrospection || field.name.starts_with("__")) return out;
  if (&parent == schema.mutation()) {
    out.weight = kChangeWeight;
    out.isStandard = false;
  } else if (type.isComposite()) {
    out.weight = 1;
  }
  if (!type.isComposite()) return out;
  if (!isListOfObjects(field)) {
    const auto& arguments = field.arguments;
    if (std::none_of(arguments.begin(), arguments.end(), [](const auto& a) { return isSlicing(a.name); })) return out;
    const auto members = type.fieldList();
    out.sizesMembers = std::any_of(members.begin(), members.end(), isSizedByParent);
    if (!out.sizesMembers) return out;  // it takes them, and they say nothing of how much there is
  }
  out.assumedSize = &parent == &schema.query() || &parent == schema.subscription() ? kRootListSize : kRelatedListSize;
  return out;
}

std::vector<DirectiveDefinition> costDirectives(TypeArena& arena) {
  using enum DirectiveLocation;
  const Type* text = &scalar(ScalarKind::String).self;
  const Type* texts = arena.list(arena.nonNull(text));
  InputDefinition requiresOne = inputOf("requireOneSlicingArgument", &scalar(ScalarKind::Boolean).self);
  requiresOne.defaultValue = arena.keep(constant(ValueKind::Boolean, true));
  DirectiveDefinition cost, listSize;
  cost.name = "cost";
  cost.description = "What it counts towards the cost of an operation.";
  cost.locations =
      arena.keep(std::vector{ArgumentDefinition, Enum, FieldDefinition, InputFieldDefinition, Object, Scalar});
  cost.arguments = arena.keep(std::vector{inputOf("weight", arena.nonNull(text))});
  listSize.name = "listSize";
  listSize.description = "How long a list is taken to be: what an argument says, else the assumed size.";
  listSize.locations = arena.keep(std::vector{FieldDefinition});
  listSize.arguments =
      arena.keep(std::vector{inputOf("assumedSize", &scalar(ScalarKind::Int).self), inputOf("slicingArguments", texts),
                             inputOf("sizedFields", texts), requiresOne});
  return {cost, listSize};
}

void appendCostDirectives(std::string& out, const CostRule& rule, const FieldDefinition& field) {
  if (!rule.isStandard) out.append(" @cost(weight: \"").append(std::to_string(rule.weight)).append("\")");
  if (rule.assumedSize == 0) return;
  out.append(" @listSize(assumedSize: ").append(std::to_string(rule.assumedSize));
  std::vector<std::string_view> slicing;
  for (const InputDefinition& a : field.arguments)
    if (isSlicing(a.name)) slicing.push_back(a.name);
  if (!slicing.empty()) appendNames(out, "slicingArguments", slicing);
  if (rule.sizesMembers) appendNames(out, "sizedFields", {kSizedMembers.begin(), kSizedMembers.end()});
  if (!slicing.empty()) out += ", requireOneSlicingArgument: false";
  out += ')';
}

}  // namespace tenon::graphql
