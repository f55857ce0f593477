// SPDX-License-Identifier: Apache-2.0
#include "plan.h"

#include <algorithm>
#include <unordered_map>
#include <unordered_set>

#include "cost.h"
#include "type/builtin.h"

namespace tenon::graphql {

namespace {

constexpr uint32_t kMostNodes = 100000;  // of an operation without a limit: fragments within fragments multiply

/// Collects fields as the specification's CollectFields does, for all values of the variables at once.
class Planner {
 public:
  Planner(Plan& plan, const PlanLimits& limits) : plan_(plan), schema_(*plan.schema), limits_(limits) {
    for (const Definition& d : plan.document->definitions())
      if (d.fragment != nullptr) fragments_[d.fragment->name.value] = d.fragment;
  }

  void make() {
    const Operation& o = *plan_.operation;
    const NamedType* root = schema_.root(o.type);
    plan_.roots = selected({{o.selectionSet, {}}}, *root, 0);
    plan_.changes = o.type == OperationType::Mutation;
    for (Node& n : plan_.roots) {
      finish(n);
      plan_.changes = plan_.changes || n.changes;
    }
    if (o.type == OperationType::Query && !plan_.changes) plan_.cached = cachedOf(o);
    plan_.cost = constantCostOf(plan_);
  }

 private:
  /// A selection set that is merged with others, under these conditions.
  struct Part {
    const SelectionSet* set;
    std::vector<Condition> conditions;
  };
  struct Building {
    Node node;
    std::vector<Part> parts;
  };

  [[noreturn]] void refuse(const std::string& what, uint32_t start) const {
    throw RequestError(
        {ErrorType::ExecutionAborted, what, "limit-exceeded", {locationOf(plan_.document->source(), start)}, nullptr});
  }

  std::vector<Node> selected(std::vector<Part> parts, const NamedType& parent, uint32_t depth) {
    std::vector<Building> building;
    std::unordered_map<std::string_view, size_t> byKey;
    std::unordered_set<std::string_view> visited;  // fragments that are there whatever the variables say
    collect(std::move(parts), parent, building, byKey, visited);
    if ((&parent == &schema_.query() || &parent == schema_.mutation()) && limits_.rootFields != 0 &&
        building.size() > limits_.rootFields)
      refuse("The operation selects more than " + std::to_string(limits_.rootFields) + " root fields.",
             building[limits_.rootFields].node.fields.front()->start);
    std::vector<Node> out;
    out.reserve(building.size());
    for (Building& b : building) {
      Node& n = b.node;
      const NamedType& type = n.definition->type->named();
      const bool leadsOn = n.is(FieldAction::Relation) || n.is(FieldAction::RelationAggregate) ||
                           n.is(FieldAction::Join) || n.is(FieldAction::JoinMutation);
      const uint32_t below = depth + (leadsOn && !parent.isIntrospection ? 1 : 0);
      if (limits_.depth != 0 && below > limits_.depth)
        refuse("The operation is deeper than " + std::to_string(limits_.depth) + " relations and joins.",
               n.fields.front()->start);
      if (!b.parts.empty() && type.isComposite()) n.children = selected(std::move(b.parts), type, below);
      out.push_back(std::move(n));
    }
    return out;
  }

  /// In document order, fragments where they are spread. The stack is on the heap: fragments may be a long chain.
  void collect(std::vector<Part> parts, const NamedType& parent, std::vector<Building>& out,
               std::unordered_map<std::string_view, size_t>& byKey, std::unordered_set<std::string_view>& visited) {
    struct Frame {
      Part part;
      size_t next = 0;
    };
    for (Part& first : parts) {
      std::vector<Frame> stack;
      stack.push_back({std::move(first)});
      while (!stack.empty()) {
        Frame& frame = stack.back();
        if (frame.next == frame.part.set->selections.size()) {
          stack.pop_back();
          continue;
        }
        const Selection& s = frame.part.set->selections[frame.next++];
        std::vector<Condition> conditions = frame.part.conditions;
        if (!applies(s.directives, conditions)) continue;
        count(s);
        if (s.kind == Selection::Kind::Field) {
          add(s, parent, std::move(conditions), out, byKey);
        } else if (s.kind == Selection::Kind::InlineFragment) {
          stack.push_back({{s.selectionSet, std::move(conditions)}});
        } else {
          if (visited.contains(s.name.value)) continue;
          if (conditions.empty()) visited.insert(s.name.value);
          stack.push_back({{fragments_.at(s.name.value)->selectionSet, std::move(conditions)}});
        }
      }
    }
  }

  void count(const Selection& s) {
    const uint32_t most = limits_.nodes != 0 ? limits_.nodes : kMostNodes;
    if (++nodes_ > most) refuse("The operation selects more than " + std::to_string(most) + " fields.", s.start);
    if (s.alias && limits_.aliases != 0 && ++aliases_ > limits_.aliases)
      refuse("The operation has more than " + std::to_string(limits_.aliases) + " aliases.", s.start);
  }

  /// False: @skip or @include leave it out whatever the variables say.
  static bool applies(std::span<const Directive> directives, std::vector<Condition>& conditions) {
    for (const Directive& d : directives) {
      const bool skips = d.name.value == "skip";
      if (!skips && d.name.value != "include") continue;
      const Value& v = d.arguments.front().value;
      if (v.kind == ValueKind::Variable)
        conditions.push_back({v.text, !skips});
      else if (v.boolean == skips)
        return false;
    }
    return true;
  }

  void add(const Selection& s, const NamedType& parent, std::vector<Condition> conditions, std::vector<Building>& out,
           std::unordered_map<std::string_view, size_t>& byKey) {
    const std::string_view key = s.responseName().value;
    const auto [it, isNew] = byKey.try_emplace(key, out.size());
    if (isNew) {
      Building& b = out.emplace_back();
      b.node.key = key;
      b.node.definition = fieldOf(schema_, parent, s.name.value);
      b.node.parent = &parent;
    }
    Building& b = out[it->second];
    for (const Directive& d : s.directives) directive(b.node, d);
    if (conditions.empty())
      b.node.conditions.clear();
    else if (isNew || !b.node.conditions.empty())
      b.node.conditions.push_back(conditions);
    b.node.fields.push_back(&s);
    if (s.selectionSet != nullptr) b.parts.push_back({s.selectionSet, std::move(conditions)});
  }

  void directive(Node& n, const Directive& d) {
    const bool isExport = d.name.value == "export";
    if (!isExport && d.name.value != "transform") return;
    const auto refuseIt = [&](const std::string& what) {
      throw RequestError({ErrorType::ValidationError,
                          "Directive \"@" + std::string(d.name.value) + "\" " + what,
                          "validation-failed",
                          {locationOf(plan_.document->source(), d.start)},
                          nullptr});
    };
    std::string text;
    if (!d.arguments.empty() && d.arguments.front().value.kind != ValueKind::Null) {
      if (d.arguments.front().value.kind != ValueKind::String) refuseIt("takes a text that is written out.");
      text = d.arguments.front().value.text;
    }
    if (isExport && text.empty()) text = n.key;
    std::string& place = isExport ? n.exportAs : n.transform;
    if (!place.empty() && place != text) refuseIt("says two things of one field.");
    place = text;
    if (!isExport) return;
    exports_.insert(text);
  }

  static bool uses(const Value& v, const auto& test) {
    if (v.kind == ValueKind::Variable) return test(v.text);
    return std::any_of(v.items.begin(), v.items.end(), [&](const Value& i) { return uses(i, test); }) ||
           std::any_of(v.fields.begin(), v.fields.end(), [&](const ObjectField& f) { return uses(f.value, test); });
  }

  /// What is known of a node once everything below is there.
  void finish(Node& n) {
    const auto any = [&](const auto& test) {
      const auto arguments = n.arguments();
      return std::any_of(arguments.begin(), arguments.end(), [&](const Argument& a) { return uses(a.value, test); });
    };
    if (n.parent == schema_.mutation() && n.definition->subject != nullptr)
      plan_.writes.insert(
          schema_.datasource(static_cast<const EntityTypes*>(n.definition->subject)->datasource()).name);
    if (!any([](std::string_view) { return true; })) n.constants = constantsOf(n);
    const auto isExported = [&](std::string_view v) { return exports_.contains(std::string(v)); };
    n.dependsOnExports = any(isExported);
    for (const auto& all : n.conditions)
      for (const Condition& c : all) n.dependsOnExports = n.dependsOnExports || isExported(c.variable);
    n.hasExports = !n.exportAs.empty();
    for (Node& c : n.children) {
      finish(c);
      n.dependsOnExports = n.dependsOnExports || c.dependsOnExports;
      n.hasExports = n.hasExports || c.hasExports;
      n.changes = n.changes || c.changes || c.is(FieldAction::JoinMutation);
      n.hasJoins = n.hasJoins || c.is(FieldAction::Join) || c.is(FieldAction::JoinMutation);
    }
    n.head = ",\"" + n.key + "\":";
    n.isCell = n.is(FieldAction::Column) && n.definition->type->named().kind != TypeKind::Enum;
    n.isPlain = !n.hasJoins && std::all_of(n.children.begin(), n.children.end(), [](const Node& c) {
      return c.conditions.empty() && c.transform.empty() && c.exportAs.empty() && !c.is(IntrospectionAction::TypeName);
    });
    placeColumns(n);
  }

  /// None when they are wrong: that is told when the field is executed.
  static std::optional<Json> constantsOf(const Node& n) {
    try {
      return argumentsOf(n.definition->arguments, n.arguments(), {});
    } catch (const FieldError&) {
      return std::nullopt;
    }
  }

  /// Which columns the rows of a node need, and which of them each child is written from.
  void placeColumns(Node& n) {
    const NamedType& type = n.definition->type->named();
    if (n.children.empty() || type.isIntrospection) return;
    if (n.is(RootField::Connection)) return shareColumns(n);
    if (n.is(RootField::Aggregate) || n.is(FieldAction::RelationAggregate)) return placeValues(n);
    const auto place = [&](const std::string& column) { return placeOf(n, column); };
    for (const Node& c : n.children) {
      const auto* field = static_cast<const ModelField*>(c.definition->subject);
      if (c.is(FieldAction::Column))
        n.places.push_back(place(field->name));
      else if (c.is(FieldAction::Relation) || c.is(FieldAction::RelationAggregate))
        n.places.push_back(field->localField.empty() ? keyOf(type, place) : place(field->localField));
      else
        n.places.push_back(Node::npos);
    }
  }

  /// Values of an aggregate are in the order in which they are selected: see aggregatesOf().
  static void placeValues(Node& aggregate) {
    size_t next = 0;
    for (Node& c : aggregate.children) {
      aggregate.places.push_back(c.is(FieldAction::Count) ? next++ : Node::npos);
      c.columns.clear();
      c.places.clear();
      for (const Node& member : c.children) c.places.push_back(member.is(FieldAction::Column) ? next++ : Node::npos);
    }
  }

  static size_t placeOf(Node& n, const std::string& column) {
    const auto it = std::find(n.columns.begin(), n.columns.end(), column);
    if (it != n.columns.end()) return static_cast<size_t>(it - n.columns.begin());
    n.columns.push_back(column);
    return n.columns.size() - 1;
  }

  /// The rows of a connection are read once for all fields that list them.
  static void shareColumns(Node& connection) {
    const auto share = [&](Node& rows) {
      for (size_t& place : rows.places)
        if (place != Node::npos) place = placeOf(connection, rows.columns[place]);
      rows.columns.clear();
    };
    for (Node& c : connection.children) {
      if (c.is(FieldAction::Nodes)) share(c);
      for (Node& below : c.children)
        if (below.is(FieldAction::EdgeNode)) share(below);
    }
  }

  template <class Place>
  static size_t keyOf(const NamedType& type, const Place& place) {
    const auto* types = static_cast<const EntityTypes*>(type.content);
    const ModelField* identity = types == nullptr ? nullptr : types->entity().identity();
    return identity == nullptr ? Node::npos : place(identity->name);
  }

  Plan& plan_;
  const ApiSchema& schema_;
  const PlanLimits& limits_;
  std::unordered_map<std::string_view, const Fragment*> fragments_;
  std::unordered_set<std::string> exports_;
  uint32_t nodes_ = 0, aliases_ = 0;
};

const Operation& operationOf(const Document& document, std::string_view name) {
  const Operation* found = nullptr;
  size_t operations = 0;
  for (const Definition& d : document.definitions()) {
    if (d.operation == nullptr) continue;
    ++operations;
    if (name.empty() || d.operation->name.value == name) found = d.operation;
  }
  const auto refuse = [](const std::string& what) {
    throw RequestError({ErrorType::ValidationError, what, "validation-failed", {}, nullptr});
  };
  if (name.empty() && operations > 1) refuse("Must provide operation name if query contains multiple operations.");
  if (found == nullptr)
    refuse(name.empty() ? "Must provide an operation." : "Unknown operation named \"" + std::string(name) + "\".");
  return *found;
}

}  // namespace

const Directive* cachedOf(const Operation& operation) {
  const auto& all = operation.directives;
  const auto it = std::find_if(all.begin(), all.end(), [](const Directive& d) { return d.name.value == "cached"; });
  return it == all.end() ? nullptr : &*it;
}

const Json& argumentsOf(const Node& node, const Variables& variables, Json& made) {
  if (node.constants) return *node.constants;
  return made = argumentsOf(node.definition->arguments, node.arguments(), variables);
}

bool isIncluded(const Node& node, const Variables& variables) {
  const auto holds = [&](const Condition& c) {
    const auto it = variables.find(c.variable);
    return it != variables.end() && it->second == c.included;
  };
  return node.conditions.empty() || std::any_of(node.conditions.begin(), node.conditions.end(), [&](const auto& all) {
           return std::all_of(all.begin(), all.end(), holds);
         });
}

std::shared_ptr<const Plan> makePlan(std::shared_ptr<const ApiSchema> schema, std::shared_ptr<const Document> document,
                                     std::string_view operation, const PlanLimits& limits) {
  auto plan = std::make_shared<Plan>();
  plan->schema = std::move(schema);
  plan->document = std::move(document);
  plan->operation = &operationOf(*plan->document, operation);
  if (plan->schema->root(plan->operation->type) == nullptr)
    throw RequestError(
        {ErrorType::OperationNotSupported,
         "Schema is not configured to execute " +
             std::string(plan->operation->type == OperationType::Mutation ? "mutation" : "subscription") +
             " operation.",
         "not-supported",
         {locationOf(plan->document->source(), plan->operation->start)},
         nullptr});
  Planner(*plan, limits).make();
  return plan;
}

}  // namespace tenon::graphql
