// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <deque>
#include <map>
#include <set>

#include "context.h"
#include "language/printer.h"

// Fields of one response name are merged into one, so they must be the same field with the same arguments, and of one
// shape also where their objects can never be the same. Looking at each pair of fields would take the square of the
// document, or worse through fragments. Instead fields that are merged are looked at together: the fields of a set of
// selection sets are grouped by response name, each is held against the first of its group, and what they select below
// is one set of selection sets again. Each such set is looked at once, from a queue: no depth, no repetition.

namespace tenon::graphql {

namespace {

/// A selection set with the type it selects from, and the field it belongs to.
struct Below {
  const SelectionSet* set;
  const NamedType* type;         ///< nullptr: nothing is known of it
  const struct FieldUse* owner;  ///< nullptr at the top

  auto key() const noexcept { return std::pair(set, type); }
};

/// A field as it is merged with others.
struct FieldUse {
  const Selection* node;
  const NamedType* parent;
  const FieldDefinition* definition;
  const FieldUse* owner;
};

/// Selection sets whose fields are merged. exclusive: their objects are never the same; only shapes count.
struct Merge {
  std::vector<Below> sets;
  bool exclusive;
};

bool isSameValue(const Value& a, const Value& b) {
  if (a.kind != b.kind) return false;
  if (a.kind == ValueKind::List)
    return std::equal(a.items.begin(), a.items.end(), b.items.begin(), b.items.end(), isSameValue);
  if (a.kind != ValueKind::Object) return a.text == b.text;
  if (a.fields.size() != b.fields.size()) return false;
  const auto sorted = [](std::span<const ObjectField> fields) {
    std::vector<const ObjectField*> out;
    for (const auto& f : fields) out.push_back(&f);
    std::sort(out.begin(), out.end(), [](const auto* x, const auto* y) { return x->name.value < y->name.value; });
    return out;
  };
  const auto x = sorted(a.fields), y = sorted(b.fields);
  return std::equal(x.begin(), x.end(), y.begin(), [](const auto* f, const auto* g) {
    return f->name.value == g->name.value && isSameValue(f->value, g->value);
  });
}

bool haveSameArguments(const Selection& a, const Selection& b) {
  if (a.arguments.size() != b.arguments.size()) return false;
  return std::all_of(a.arguments.begin(), a.arguments.end(), [&](const Argument& x) {
    return std::any_of(b.arguments.begin(), b.arguments.end(), [&](const Argument& y) {
      return x.name.value == y.name.value && isSameValue(x.value, y.value);
    });
  });
}

/// Of objects only the lists and non-nulls around them count: what they are is seen by their fields.
bool haveSameShape(const Type& a, const Type& b) noexcept {
  if (a.kind != b.kind) return false;
  if (a.kind != Type::Kind::Named) return haveSameShape(*a.of, *b.of);
  return a.name == b.name || !(a.name->isLeaf() || b.name->isLeaf());
}

class Merging {
 public:
  explicit Merging(ValidationContext& context) : context_(context) {}

  void check(const SelectionSet& set, const NamedType* type) {
    put({{{&set, type, nullptr}}, false});
    while (!queue_.empty()) {
      const Merge merge = std::move(queue_.front());
      queue_.pop_front();
      look(merge);
    }
  }

 private:
  using Group = std::vector<const FieldUse*>;

  /// Unless it has been looked at, alone or as one whose objects may be the same.
  void put(Merge merge) {
    std::vector<std::pair<const SelectionSet*, const NamedType*>> key;
    for (const Below& b : merge.sets) key.push_back(b.key());
    std::sort(key.begin(), key.end());
    key.erase(std::unique(key.begin(), key.end()), key.end());
    if (strict_.contains(key) || (merge.exclusive && loose_.contains(key))) return;
    (merge.exclusive ? loose_ : strict_).insert(std::move(key));
    queue_.push_back(std::move(merge));
  }

  void look(const Merge& merge) {
    std::vector<std::string_view> order;
    std::unordered_map<std::string_view, Group> groups;
    collect(merge, order, groups);
    for (const auto name : order) {
      const Group& group = groups[name];
      if (merge.exclusive) {
        sameShapes(group);
        below(group, true);
      } else {
        separate(group);
      }
    }
  }

  /// All fields of the sets, those of their fragments too, each fragment once.
  void collect(const Merge& merge, std::vector<std::string_view>& order,
               std::unordered_map<std::string_view, Group>& groups) {
    std::set<std::tuple<const SelectionSet*, const NamedType*>> seen;
    std::deque<Below> left(merge.sets.begin(), merge.sets.end());
    for (; !left.empty(); left.pop_front()) {
      const Below here = left.front();
      if (!seen.insert(here.key()).second) continue;
      for (const Selection& s : here.set->selections) {
        context_.spend(1);
        if (s.kind == Selection::Kind::Field) {
          auto& group = groups[s.responseName().value];
          if (group.empty()) order.push_back(s.responseName().value);
          const FieldDefinition* known =
              here.type == nullptr ? nullptr : fieldOf(context_.schema(), *here.type, s.name.value);
          group.push_back(&uses_.emplace_back(FieldUse{&s, here.type, known, here.owner}));
        } else if (s.kind == Selection::Kind::InlineFragment) {
          left.push_back({s.selectionSet, s.typeCondition ? typeOf(s.typeCondition) : here.type, here.owner});
        } else if (const Fragment* f = context_.fragment(s.name.value)) {
          left.push_back({f->selectionSet, typeOf(f->typeCondition), here.owner});
        }
      }
    }
  }

  const NamedType* typeOf(const Name& condition) const { return context_.schema().type(condition.value); }

  /// Fields of different object types never meet in one object, unless one of an interface stands for both.
  void separate(const Group& group) {
    std::map<const NamedType*, Group> byType;
    Group any;
    for (const FieldUse* f : group) {
      if (f->parent != nullptr && f->parent->kind == TypeKind::Object)
        byType[f->parent].push_back(f);
      else
        any.push_back(f);
    }
    if (byType.size() <= 1) {
      sameFields(group);
      below(group, false);
      return;
    }
    for (auto& [type, own] : byType) {
      own.insert(own.end(), any.begin(), any.end());
      sameFields(own);
      below(own, false);
    }
    sameShapes(group);
    below(group, true);
  }

  void below(const Group& group, bool exclusive) {
    if (group.size() == 1 && exclusive) return;
    Merge merge{{}, exclusive};
    for (const FieldUse* f : group)
      if (f->node->selectionSet != nullptr)
        merge.sets.push_back(
            {f->node->selectionSet, f->definition == nullptr ? nullptr : &f->definition->type->named(), f});
    if (!merge.sets.empty()) put(std::move(merge));
  }

  void sameFields(const Group& group) {
    const FieldUse& first = *group.front();
    for (const FieldUse* f : group) {
      if (f->node == first.node) continue;
      if (f->node->name.value != first.node->name.value)
        report(first, *f,
               "\"" + std::string(first.node->name.value) + "\" and \"" + std::string(f->node->name.value) +
                   "\" are different fields");
      else if (!haveSameArguments(*first.node, *f->node))
        report(first, *f, "they have differing arguments");
      else
        sameShape(first, *f);
    }
  }

  void sameShapes(const Group& group) {
    for (const FieldUse* f : group) sameShape(*group.front(), *f);
  }

  void sameShape(const FieldUse& a, const FieldUse& b) {
    if (a.definition == nullptr || b.definition == nullptr) return;
    const Type &x = *a.definition->type, &y = *b.definition->type;
    if (!haveSameShape(x, y))
      report(a, b, "they return conflicting types \"" + nameOf(x) + "\" and \"" + nameOf(y) + "\"");
  }

  /// Told at the nearest field that both are below of.
  void report(const FieldUse& a, const FieldUse& b, std::string reason) {
    const FieldUse *first = &a, *second = &b;
    std::vector<uint32_t> starts, others;
    for (;;) {
      starts.insert(starts.begin(), first->node->start);
      others.insert(others.begin(), second->node->start);
      if (first->owner == nullptr || second->owner == nullptr || first->owner->node == second->owner->node) break;
      reason = "subfields \"" + std::string(first->node->responseName().value) + "\" conflict because " + reason;
      first = first->owner;
      second = second->owner;
    }
    if (!told_.insert({a.node, b.node}).second) return;
    starts.insert(starts.end(), others.begin(), others.end());
    context_.report(Rule::OverlappingFieldsCanBeMerged,
                    "Fields \"" + std::string(first->node->responseName().value) + "\" conflict because " + reason +
                        ". Use different aliases on the fields to fetch both if this was intentional.",
                    starts);
  }

  using Key = std::vector<std::pair<const SelectionSet*, const NamedType*>>;

  ValidationContext& context_;
  std::deque<Merge> queue_;
  std::deque<FieldUse> uses_;  // whose addresses stay
  std::set<Key> strict_, loose_;
  std::set<std::pair<const Selection*, const Selection*>> told_;
};

}  // namespace

void checkOverlaps(ValidationContext& context) {
  Merging merging(context);
  for (const Definition& d : context.document().definitions()) {
    if (d.operation != nullptr) merging.check(*d.operation->selectionSet, context.schema().root(d.operation->type));
    if (d.fragment != nullptr)
      merging.check(*d.fragment->selectionSet, context.schema().type(d.fragment->typeCondition.value));
  }
}

}  // namespace tenon::graphql
