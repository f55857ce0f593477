// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "suggestions.h"
#include "type/arena.h"
#include "validate.h"

namespace tenon::graphql {

/// A variable where it is used, and what is expected there.
struct VariableUsage {
  Name variable;
  const Type* type;              ///< nullptr: nothing is known of the place
  bool hasDefault;               ///< of the argument or input field
  const NamedType* inputObject;  ///< the object whose field it is
};

/// What one operation or fragment refers to, without the fragments it spreads.
struct References {
  std::vector<VariableUsage> variables;
  std::vector<const Selection*> spreads;
};

/// What the rules share while one document is looked at. One thread.
class ValidationContext {
 public:
  /// Thrown when so much is wrong that nobody looks further.
  struct Aborted {};

  ValidationContext(const Schema& schema, const Document& document, const ValidationOptions& options);

  const Schema& schema() const noexcept { return schema_; }
  const Document& document() const noexcept { return document_; }
  Suggestions& suggestions() noexcept { return suggestions_; }
  /// nullptr: there is none of that name. Of several the last.
  const Fragment* fragment(std::string_view name) const noexcept;

  /// Bounds what a document makes its readers do, whatever its fragments say. Throws Aborted.
  void spend(size_t steps);

  /// starts: the offsets of what is concerned. Throws Aborted.
  void report(Rule rule, std::string message, const std::vector<uint32_t>& starts);

  /// The type that a document writes out, or nullptr when the schema has none of that name.
  const Type* typeOf(const TypeNode& node);

  /// ` Did you mean ...?` of the schema's types.
  std::string proposedType(std::string_view given);

  /// Of an Operation or a Fragment.
  References& referencesOf(const void* definition) { return references_[definition]; }
  /// The fragments that a definition spreads, directly or through others, each once.
  std::vector<const Fragment*> reachable(const void* definition);

  std::vector<ValidationError> take() noexcept { return std::move(errors_); }

 private:
  const Schema& schema_;
  const Document& document_;
  ValidationOptions options_;
  Suggestions suggestions_;
  TypeArena types_;
  std::unordered_map<std::string_view, const Fragment*> fragments_;
  std::unordered_map<const void*, References> references_;
  std::vector<ValidationError> errors_;
  size_t steps_ = 0;
};

/// ` Did you mean ...?` of names of a list, if such are shown and it is worth the effort.
template <class List>
std::string proposed(Suggestions& suggestions, std::string_view given, const List& list,
                     std::string_view subject = {}) {
  if (!suggestions.afford(list.size())) return {};
  std::vector<std::string_view> names;
  names.reserve(list.size());
  for (const auto& one : list) {
    if constexpr (requires { one->name; })
      names.push_back(one->name);
    else
      names.push_back(one.name);
  }
  return Suggestions::didYouMean(given, std::move(names), subject);
}

// The rules, by what they look at. What they find goes to the context.

/// Definitions and all that is in them, in the order of the document; collects the references.
void checkDefinitions(ValidationContext& context);
/// Cycles, and fragments that nobody spreads.
void checkFragments(ValidationContext& context);
/// Variables of operations, where they are used.
void checkVariables(ValidationContext& context);
/// Fields of one response name must be one field.
void checkOverlaps(ValidationContext& context);
/// Lists of introspection within lists of introspection.
void checkIntrospection(ValidationContext& context);

}  // namespace tenon::graphql
