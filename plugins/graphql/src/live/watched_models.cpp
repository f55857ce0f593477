// SPDX-License-Identifier: Apache-2.0
#include "watched_models.h"

namespace tenon::graphql {

namespace {

/// The entity that a type is about, or nullptr.
const EntityTypes* entityOf(const NamedType& type) {
  return dynamic_cast<const EntityTypes*>(type.content);
}

class Watching {
 public:
  Watching(const Plan& plan, const Variables& variables) : schema_(*plan.schema), variables_(variables) {}

  void node(const Node& n) {  // as deep as the plan, which is bounded
    if (!n.dependsOnExports && !isIncluded(n, variables_)) return;
    if (n.parent->source != nullptr) {  // a root field, of the operation or of a join
      if (n.definition->subject != nullptr) add(*static_cast<const EntityTypes*>(n.definition->subject));
    } else if (n.is(FieldAction::Relation) || n.is(FieldAction::RelationAggregate)) {
      const EntityTypes* of = entityOf(*n.parent);
      const EntityTypes* target =
          of == nullptr ? nullptr : of->related(*static_cast<const ModelField*>(n.definition->subject));
      if (target != nullptr) add(*target);
    }
    for (const Argument& a : n.arguments())
      if (const InputDefinition* d = n.definition->argument(a.name.value)) literal(a.value, *d->type, n);
    for (const Node& child : n.children) node(child);
  }

  WatchedModels out;

 private:
  bool add(const EntityTypes& entity) {
    return out.insert({schema_.datasource(entity.datasource()).name, entity.entity().name}).second;
  }

  /// A condition or an order that is there reads the entity that it is about, null too: "has none" is a condition.
  const NamedType* inputObject(const Type& type) {
    const NamedType& named = type.named();
    if (named.kind != TypeKind::InputObject) return nullptr;
    if (const EntityTypes* entity = entityOf(named)) add(*entity);
    return &named;
  }

  void literal(const Value& v, const Type& type, const Node& n) {  // as deep as the parser allows
    if (v.kind == ValueKind::Variable) {
      const auto given = variables_.find(v.text);
      if (n.dependsOnExports)
        if (const EntityTypes* entity = entityOf(type.named())) reachable(*entity);
      if (given != variables_.end()) json(given->second, type);
      return;
    }
    const NamedType* object = inputObject(type);
    for (const Value& item : v.items) literal(item, type, n);
    for (const ObjectField& f : v.fields)
      if (const InputDefinition* d = object == nullptr ? nullptr : object->input(f.name.value))
        literal(f.value, *d->type, n);
  }

  void json(const Json& v, const Type& type) {  // as deep as the parser allows
    const NamedType* object = inputObject(type);
    if (v.is_array())
      for (const Json& item : v) json(item, type);
    if (object == nullptr || !v.is_object()) return;
    for (const auto& [key, member] : v.items())
      if (const InputDefinition* d = object->input(key)) json(member, *d->type);
  }

  /// What a condition that nobody has seen yet may lead to.
  void reachable(const EntityTypes& from) {
    std::set<const EntityTypes*> seen = {&from};
    std::vector<const EntityTypes*> left = {&from};
    while (!left.empty()) {
      const EntityTypes& entity = *left.back();
      left.pop_back();
      add(entity);
      for (const ModelField& f : entity.entity().fields) {
        const EntityTypes* target = f.isColumn() ? nullptr : entity.related(f);
        if (target != nullptr && seen.insert(target).second) left.push_back(target);
      }
    }
  }

  const ApiSchema& schema_;
  const Variables& variables_;
};

}  // namespace

WatchedModels watchedModels(const Plan& plan, const Variables& variables) {
  Watching watching(plan, variables);
  for (const Node& root : plan.roots) watching.node(root);
  return std::move(watching.out);
}

}  // namespace tenon::graphql
