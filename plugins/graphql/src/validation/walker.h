// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <unordered_set>

#include "context.h"

namespace tenon::graphql {

/// Goes through one operation or fragment, with the types in hand. Recursion is as deep as the parser allows.
class Walker {
 public:
  Walker(ValidationContext& context, const void* definition)
      : context_(context), schema_(context.schema()), references_(context.referencesOf(definition)) {}

  void operation(const Operation& operation);
  void fragment(const Fragment& fragment);

 private:
  /// What stands at a place of a value.
  struct Place {
    const Type* type = nullptr;  ///< nullptr: nothing is known
    bool hasDefault = false;
    const NamedType* inputObject = nullptr;
  };

  // walker.cpp
  void variable(const VariableDefinition& definition);
  void selections(const SelectionSet& set, const NamedType* type);
  void field(const Selection& field, const NamedType* parent);
  void leaf(const Selection& field, const Type& type);
  void unknownField(const Selection& field, const NamedType& parent);
  void inlineFragment(const Selection& fragment, const NamedType* type);
  void spread(const Selection& spread, const NamedType* parent);
  const NamedType* condition(const Name& type, const Name* fragment);

  // directives.cpp
  void directives(std::span<const Directive> list, DirectiveLocation location);
  void uniqueArguments(std::span<const Argument> arguments);
  void requiredArguments(std::span<const InputDefinition> definitions, std::span<const Argument> given,
                         const std::string& subject, uint32_t start);

  // values.cpp
  void value(const Value& value, const Place& place, bool checked = true);
  void list(const Value& value, const Place& place, bool checked);
  void object(const Value& value, const Place& place, bool checked);
  void inputObject(const Value& value, const NamedType& type);
  void leafValue(const Value& value, const Type& type);
  void enumValue(const Value& value, const NamedType& type);
  std::string scalarProblem(const Value& value, const NamedType& type) const;
  void uniqueFields(const Value& object);

  ValidationContext& context_;
  const Schema& schema_;
  References& references_;
};

bool doTypesOverlap(const NamedType& a, const NamedType& b) noexcept;

}  // namespace tenon::graphql
