// SPDX-License-Identifier: Apache-2.0
#include "walker.h"

#include <algorithm>

#include "language/printer.h"

namespace tenon::graphql {

bool doTypesOverlap(const NamedType& a, const NamedType& b) noexcept {
  if (&a == &b || a.mayBe(b) || b.mayBe(a)) return true;
  if (!a.isAbstract() || !b.isAbstract()) return false;
  return std::any_of(a.possibleTypes.begin(), a.possibleTypes.end(), [&](const NamedType* one) {
    return std::find(b.possibleTypes.begin(), b.possibleTypes.end(), one) != b.possibleTypes.end();
  });
}

namespace {

/// The types that an abstract one may be and their interfaces, as far as they have the field: those first that it finds
/// most often, and an interface before what implements it.
std::vector<std::string_view> typesWithField(const NamedType& abstract, std::string_view field) {
  std::vector<std::pair<const NamedType*, int>> found;
  const auto add = [&](const NamedType* t) {
    if (t->field(field) == nullptr) return false;
    const auto it = std::find_if(found.begin(), found.end(), [&](const auto& f) { return f.first == t; });
    if (it == found.end())
      found.emplace_back(t, 1);
    else
      ++it->second;
    return true;
  };
  for (const NamedType* t : abstract.possibleTypes)
    if (add(t)) std::for_each(t->interfaces.begin(), t->interfaces.end(), add);
  std::sort(found.begin(), found.end(), [](const auto& a, const auto& b) {
    if (a.second != b.second) return a.second > b.second;
    const bool over = a.first->kind == TypeKind::Interface && a.first->mayBe(*b.first);
    const bool under = b.first->kind == TypeKind::Interface && b.first->mayBe(*a.first);
    return over != under ? over : a.first->name < b.first->name;
  });
  std::vector<std::string_view> names;
  for (const auto& [type, times] : found) names.push_back(type->name);
  return names;
}

}  // namespace

void Walker::operation(const Operation& o) {
  std::unordered_map<std::string_view, std::vector<uint32_t>> names;
  std::vector<std::string_view> order;
  for (const auto& v : o.variables) {
    auto& starts = names[v.variable.value];
    if (starts.empty()) order.push_back(v.variable.value);
    starts.push_back(v.variable.start);
  }
  for (const auto name : order)
    if (names[name].size() > 1)
      context_.report(Rule::UniqueVariableNames, "There can be only one variable named \"$" + std::string(name) + "\".",
                      names[name]);
  for (const auto& v : o.variables) variable(v);
  directives(o.directives, o.type == OperationType::Query      ? DirectiveLocation::Query
                           : o.type == OperationType::Mutation ? DirectiveLocation::Mutation
                                                               : DirectiveLocation::Subscription);
  selections(*o.selectionSet, schema_.root(o.type));
}

void Walker::fragment(const Fragment& f) {
  const NamedType* type = condition(f.typeCondition, &f.name);
  directives(f.directives, DirectiveLocation::FragmentDefinition);
  selections(*f.selectionSet, type);
}

void Walker::variable(const VariableDefinition& v) {
  const Type* type = context_.typeOf(*v.type);
  if (type == nullptr) {
    const TypeNode& named = v.type->named();
    context_.report(Rule::KnownTypeNames,
                    "Unknown type \"" + std::string(named.name.value) + "\"." + context_.proposedType(named.name.value),
                    {named.start});
  } else if (!type->named().isInput()) {
    context_.report(
        Rule::VariablesAreInputTypes,
        "Variable \"$" + std::string(v.variable.value) + "\" cannot be non-input type \"" + printed(*v.type) + "\".",
        {v.type->start});
    type = nullptr;
  }
  if (v.defaultValue != nullptr) value(*v.defaultValue, {type, false, nullptr});
  directives(v.directives, DirectiveLocation::VariableDefinition);
}

/// The type that a fragment is about, or nullptr. fragment: the name of one that is defined.
const NamedType* Walker::condition(const Name& name, const Name* fragment) {
  const NamedType* type = schema_.type(name.value);
  if (type == nullptr) {
    context_.report(Rule::KnownTypeNames,
                    "Unknown type \"" + std::string(name.value) + "\"." + context_.proposedType(name.value),
                    {name.start});
    return nullptr;
  }
  if (!type->isComposite())
    context_.report(Rule::FragmentsOnCompositeTypes,
                    "Fragment " + (fragment != nullptr ? "\"" + std::string(fragment->value) + "\" " : "") +
                        "cannot condition on non composite type \"" + std::string(name.value) + "\".",
                    {name.start});
  return type->kind == TypeKind::InputObject ? nullptr : type;
}

/// type: of what is selected from; nullptr: nothing is known of it.
void Walker::selections(const SelectionSet& set, const NamedType* type) {
  const NamedType* parent = type != nullptr && type->isComposite() ? type : nullptr;
  for (const Selection& s : set.selections) {
    switch (s.kind) {
      case Selection::Kind::Field: field(s, parent); break;
      case Selection::Kind::InlineFragment: inlineFragment(s, type); break;
      case Selection::Kind::FragmentSpread: spread(s, parent); break;
    }
  }
}

void Walker::field(const Selection& f, const NamedType* parent) {
  const FieldDefinition* definition = parent == nullptr ? nullptr : fieldOf(schema_, *parent, f.name.value);
  if (definition != nullptr)
    leaf(f, *definition->type);
  else if (parent != nullptr)
    unknownField(f, *parent);
  uniqueArguments(f.arguments);
  for (const Argument& a : f.arguments) {
    const InputDefinition* known = definition == nullptr ? nullptr : definition->argument(a.name.value);
    if (definition != nullptr && known == nullptr)
      context_.report(Rule::KnownArgumentNames,
                      "Unknown argument \"" + std::string(a.name.value) + "\" on field \"" + std::string(parent->name) +
                          "." + std::string(definition->name) + "\"." +
                          proposed(context_.suggestions(), a.name.value, definition->arguments),
                      {a.name.start});
    value(a.value, known == nullptr ? Place{} : Place{known->type, known->defaultValue != nullptr, nullptr});
  }
  directives(f.directives, DirectiveLocation::Field);
  if (f.selectionSet != nullptr)
    selections(*f.selectionSet, definition == nullptr ? nullptr : &definition->type->named());
  if (definition != nullptr)
    requiredArguments(definition->arguments, f.arguments, "Field \"" + std::string(definition->name) + "\"", f.start);
}

void Walker::leaf(const Selection& f, const Type& type) {
  const std::string name(f.name.value);
  if (type.named().isLeaf()) {
    if (f.selectionSet != nullptr)
      context_.report(
          Rule::ScalarLeafs,
          "Field \"" + name + "\" must not have a selection since type \"" + nameOf(type) + "\" has no subfields.",
          {f.selectionSet->start});
  } else if (f.selectionSet == nullptr) {
    context_.report(Rule::ScalarLeafs,
                    "Field \"" + name + "\" of type \"" + nameOf(type) +
                        "\" must have a selection of subfields. Did you mean \"" + name + " { ... }\"?",
                    {f.start});
  }
}

void Walker::unknownField(const Selection& f, const NamedType& parent) {
  std::string proposal;
  if (parent.isAbstract() && context_.suggestions().afford(parent.possibleTypes.size()))
    proposal = Suggestions::didYouMean(typesWithField(parent, f.name.value), "to use an inline fragment on");
  if (proposal.empty())
    proposal = parent.source != nullptr ? proposed(context_.suggestions(), f.name.value, parent.source->all())
                                        : proposed(context_.suggestions(), f.name.value, parent.fieldList());
  context_.report(Rule::FieldsOnCorrectType,
                  "Cannot query field \"" + std::string(f.name.value) + "\" on type \"" + std::string(parent.name) +
                      "\"." + proposal,
                  {f.start});
}

void Walker::inlineFragment(const Selection& f, const NamedType* type) {
  const NamedType* inner = f.typeCondition ? condition(f.typeCondition, nullptr) : type;
  if (inner != nullptr && inner->isComposite() && type != nullptr && type->isComposite() &&
      !doTypesOverlap(*inner, *type))
    context_.report(Rule::PossibleFragmentSpreads,
                    "Fragment cannot be spread here as objects of type \"" + std::string(type->name) +
                        "\" can never be of type \"" + std::string(inner->name) + "\".",
                    {f.start});
  directives(f.directives, DirectiveLocation::InlineFragment);
  selections(*f.selectionSet, inner);
}

void Walker::spread(const Selection& s, const NamedType* parent) {
  references_.spreads.push_back(&s);
  const Fragment* f = context_.fragment(s.name.value);
  if (f == nullptr) {
    context_.report(Rule::KnownFragmentNames, "Unknown fragment \"" + std::string(s.name.value) + "\".",
                    {s.name.start});
  } else if (const NamedType* type = schema_.type(f->typeCondition.value);
             type != nullptr && type->isComposite() && parent != nullptr && !doTypesOverlap(*type, *parent)) {
    context_.report(Rule::PossibleFragmentSpreads,
                    "Fragment \"" + std::string(s.name.value) + "\" cannot be spread here as objects of type \"" +
                        std::string(parent->name) + "\" can never be of type \"" + std::string(type->name) + "\".",
                    {s.start});
  }
  directives(s.directives, DirectiveLocation::FragmentSpread);
}

}  // namespace tenon::graphql
