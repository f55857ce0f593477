// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "walker.h"

namespace tenon::graphql {

void Walker::directives(std::span<const Directive> list, DirectiveLocation location) {
  std::unordered_map<std::string_view, uint32_t> first;
  for (const Directive& d : list) {
    const std::string name = "\"@" + std::string(d.name.value) + "\"";
    const DirectiveDefinition* known = schema_.directive(d.name.value);
    if (known == nullptr) {
      context_.report(Rule::KnownDirectives, "Unknown directive " + name + ".", {d.start});
    } else {
      if (std::find(known->locations.begin(), known->locations.end(), location) == known->locations.end())
        context_.report(Rule::KnownDirectives,
                        "Directive " + name + " may not be used on " + std::string(nameOf(location)) + ".", {d.start});
      if (const auto [it, fresh] = first.try_emplace(d.name.value, d.start); !fresh && !known->isRepeatable)
        context_.report(Rule::UniqueDirectivesPerLocation,
                        "The directive " + name + " can only be used once at this location.", {it->second, d.start});
    }
    uniqueArguments(d.arguments);
    for (const Argument& a : d.arguments) {
      const InputDefinition* argument = known == nullptr ? nullptr : known->argument(a.name.value);
      if (known != nullptr && argument == nullptr)
        context_.report(Rule::KnownArgumentNames,
                        "Unknown argument \"" + std::string(a.name.value) + "\" on directive " + name + "." +
                            proposed(context_.suggestions(), a.name.value, known->arguments),
                        {a.name.start});
      value(a.value, argument == nullptr ? Place{} : Place{argument->type, argument->defaultValue != nullptr, nullptr});
    }
    if (known != nullptr) requiredArguments(known->arguments, d.arguments, "Directive " + name, d.start);
  }
}

void Walker::uniqueArguments(std::span<const Argument> arguments) {
  if (arguments.size() < 2) return;
  std::unordered_map<std::string_view, std::vector<uint32_t>> starts;
  for (const Argument& a : arguments) starts[a.name.value].push_back(a.name.start);
  if (starts.size() == arguments.size()) return;
  for (const Argument& a : arguments) {
    const auto& list = starts[a.name.value];
    if (list.size() > 1 && list.front() == a.name.start)
      context_.report(Rule::UniqueArgumentNames,
                      "There can be only one argument named \"" + std::string(a.name.value) + "\".", list);
  }
}

void Walker::requiredArguments(std::span<const InputDefinition> definitions, std::span<const Argument> given,
                               const std::string& subject, uint32_t start) {
  for (const InputDefinition& d : definitions) {
    if (!d.isRequired()) continue;
    if (std::any_of(given.begin(), given.end(), [&](const Argument& a) { return a.name.value == d.name; })) continue;
    context_.report(Rule::ProvidedRequiredArguments,
                    subject + " argument \"" + std::string(d.name) + "\" of type \"" + nameOf(*d.type) +
                        "\" is required, but it was not provided.",
                    {start});
  }
}

}  // namespace tenon::graphql
