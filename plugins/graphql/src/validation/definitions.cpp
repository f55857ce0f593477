// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "walker.h"

namespace tenon::graphql {

namespace {

/// Names of definitions of one kind: each only once.
class UniqueNames {
 public:
  UniqueNames(ValidationContext& context, Rule rule, std::string_view kind)
      : context_(context), rule_(rule), kind_(kind) {}

  void add(const Name& name) {
    const auto [it, fresh] = first_.try_emplace(name.value, name.start);
    if (!fresh)
      context_.report(rule_, "There can be only one " + kind_ + " named \"" + std::string(name.value) + "\".",
                      {it->second, name.start});
  }

 private:
  ValidationContext& context_;
  Rule rule_;
  std::string kind_;
  std::unordered_map<std::string_view, uint32_t> first_;
};

/// A subscription is of one field, so that each event is its answer.
void checkSubscription(ValidationContext& context, const Operation& operation) {
  const NamedType* root = context.schema().subscription();
  if (root == nullptr) return;
  std::vector<std::string_view> order;
  std::unordered_map<std::string_view, std::vector<const Selection*>> fields;
  std::unordered_set<std::string_view> seen;
  std::vector<const SelectionSet*> left = {operation.selectionSet};
  const auto applies = [&](const Name& condition) {
    const NamedType* type = condition ? context.schema().type(condition.value) : root;
    return type != nullptr && (type == root || type->mayBe(*root));
  };
  while (!left.empty()) {
    const SelectionSet& set = *left.back();
    left.pop_back();
    for (const Selection& s : set.selections) {
      if (s.kind == Selection::Kind::Field) {
        auto& list = fields[s.responseName().value];
        if (list.empty()) order.push_back(s.responseName().value);
        list.push_back(&s);
      } else if (s.kind == Selection::Kind::InlineFragment) {
        if (applies(s.typeCondition)) left.push_back(s.selectionSet);
      } else if (const Fragment* f = context.fragment(s.name.value);
                 f != nullptr && seen.insert(s.name.value).second && applies(f->typeCondition)) {
        left.push_back(f->selectionSet);
      }
    }
  }
  const std::string subject =
      operation.name ? "Subscription \"" + std::string(operation.name.value) + "\"" : "Anonymous Subscription";
  const auto report = [&](const std::string& what, const std::vector<const Selection*>& nodes) {
    std::vector<uint32_t> starts;
    for (const Selection* s : nodes) starts.push_back(s->start);
    context.report(Rule::SingleFieldSubscriptions, subject + what, starts);
  };
  if (order.size() > 1) {
    std::vector<const Selection*> others;
    for (size_t i = 1; i < order.size(); ++i)
      others.insert(others.end(), fields[order[i]].begin(), fields[order[i]].end());
    report(" must select only one top level field.", others);
  }
  for (const auto name : order)
    if (fields[name].front()->name.value.starts_with("__"))
      report(" must not select an introspection top level field.", fields[name]);
}

}  // namespace

void checkDefinitions(ValidationContext& context) {
  const auto definitions = context.document().definitions();
  const auto operations =
      std::count_if(definitions.begin(), definitions.end(), [](const auto& d) { return d.operation != nullptr; });
  UniqueNames operationNames(context, Rule::UniqueOperationNames, "operation");
  UniqueNames fragmentNames(context, Rule::UniqueFragmentNames, "fragment");
  for (const Definition& d : definitions)
    if (d.typeSystem != nullptr)
      context.report(Rule::ExecutableDefinitions,
                     "The " + (d.typeSystem->name.empty() ? "schema" : "\"" + std::string(d.typeSystem->name) + "\"") +
                         " definition is not executable.",
                     {d.typeSystem->start});
  for (const Definition& d : definitions) {
    if (const Operation* o = d.operation) {
      if (o->name) operationNames.add(o->name);
      if (!o->name && operations > 1)
        context.report(Rule::LoneAnonymousOperation, "This anonymous operation must be the only defined operation.",
                       {o->start});
      if (o->type == OperationType::Subscription) checkSubscription(context, *o);
      Walker(context, o).operation(*o);
    } else if (d.fragment != nullptr) {
      fragmentNames.add(d.fragment->name);
      Walker(context, d.fragment).fragment(*d.fragment);
    }
  }
}

}  // namespace tenon::graphql
