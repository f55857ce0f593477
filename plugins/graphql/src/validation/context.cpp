// SPDX-License-Identifier: Apache-2.0
#include "context.h"

#include <unordered_set>

namespace tenon::graphql {

namespace {
constexpr size_t kMostSteps = 300000;
}  // namespace

ValidationContext::ValidationContext(const Schema& schema, const Document& document, const ValidationOptions& options)
    : schema_(schema), document_(document), options_(options), suggestions_(options.hideSuggestions) {
  for (const Definition& d : document.definitions())
    if (d.fragment != nullptr) fragments_[d.fragment->name.value] = d.fragment;
}

const Fragment* ValidationContext::fragment(std::string_view name) const noexcept {
  const auto it = fragments_.find(name);
  return it == fragments_.end() ? nullptr : it->second;
}

void ValidationContext::spend(size_t steps) {
  steps_ += steps;
  if (steps_ <= kMostSteps) return;
  report(Rule::Bounds, "The document's fragments take too much work to validate. Validation aborted.", {});
  throw Aborted();
}

void ValidationContext::report(Rule rule, std::string message, const std::vector<uint32_t>& starts) {
  if (errors_.size() >= options_.mostErrors) {
    errors_.push_back({Rule::Bounds, "Too many validation errors, error limit reached. Validation aborted.", {}});
    throw Aborted();
  }
  ValidationError error{rule, std::move(message), {}};
  error.locations = locationsOf(document_.source(), starts);
  errors_.push_back(std::move(error));
}

const Type* ValidationContext::typeOf(const TypeNode& node) {
  if (node.kind == TypeNode::Kind::Named) {
    const NamedType* named = schema_.type(node.name.value);
    return named == nullptr ? nullptr : &named->self;
  }
  const Type* of = typeOf(*node.of);
  if (of == nullptr) return nullptr;
  return node.kind == TypeNode::Kind::List ? types_.list(of) : types_.nonNull(of);
}

std::string ValidationContext::proposedType(std::string_view given) {
  if (!suggestions_.afford(schema_.typeCount())) return {};
  return Suggestions::didYouMean(given, schema_.typeNames());
}

std::vector<const Fragment*> ValidationContext::reachable(const void* definition) {
  std::vector<const Fragment*> found;
  std::unordered_set<const Fragment*> seen;
  const auto follow = [&](const void* from) {
    const auto& spreads = references_[from].spreads;
    spend(spreads.size());
    for (const Selection* spread : spreads)
      if (const Fragment* f = fragment(spread->name.value); f != nullptr && seen.insert(f).second) found.push_back(f);
  };
  follow(definition);
  for (size_t i = 0; i < found.size(); ++i) follow(found[i]);
  return found;
}

std::vector<ValidationError> validate(const Schema& schema, const Document& document,
                                      const ValidationOptions& options) {
  ValidationContext context(schema, document, options);
  try {
    checkDefinitions(context);
    checkFragments(context);
    checkVariables(context);
    checkOverlaps(context);
    checkIntrospection(context);
  } catch (const ValidationContext::Aborted&) {  // what was found so far says enough
  }
  return context.take();
}

}  // namespace tenon::graphql
