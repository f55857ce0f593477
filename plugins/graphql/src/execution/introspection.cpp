// SPDX-License-Identifier: Apache-2.0
#include "introspection.h"

#include <algorithm>

#include "language/printer.h"
#include "tenon/json_writer.hpp"
#include "type/builtin.h"

namespace tenon::graphql {

namespace {

void text(std::string& out, std::string_view t) {
  if (t.empty())
    out += "null";
  else
    appendJsonString(out, t);
}
void flag(std::string& out, bool b) {
  out += b ? "true" : "false";
}

std::string_view kindOf(const Type& t) noexcept {
  if (t.kind == Type::Kind::List) return "LIST";
  if (t.kind == Type::Kind::NonNull) return "NON_NULL";
  switch (t.name->kind) {
    case TypeKind::Scalar: return "SCALAR";
    case TypeKind::Object: return "OBJECT";
    case TypeKind::Interface: return "INTERFACE";
    case TypeKind::Union: return "UNION";
    case TypeKind::Enum: return "ENUM";
    case TypeKind::InputObject: return "INPUT_OBJECT";
  }
  return {};
}

}  // namespace

void writeKey(std::string& out, const Node& node, bool& first) {
  out.append(node.head, std::exchange(first, false) ? 1 : 0);
}

/// write(action, child): the value of a child that is not __typename.
template <class Write>
void Introspection::object(std::string& out, const Node& node, std::string_view typeName, const Write& write) const {
  if (out.size() > mostBytes_) throw FieldError("the reply becomes too large: narrow the query", "limit-exceeded");
  if (cancel_ != nullptr && cancel_->is_set(cancel_) != 0) throw FieldError("the time was up", "timeout");
  out += '{';
  bool first = true;
  for (const Node& child : node.children) {
    if (!isIncluded(child, variables_)) continue;
    writeKey(out, child, first);
    if (child.is(Action::TypeName))
      text(out, typeName);
    else
      write(static_cast<Action>(child.definition->action), child);
  }
  out += '}';
}

template <class List, class Write>
void Introspection::list(std::string& out, const List& items, const Write& write) const {
  out += '[';
  bool first = true;
  for (const auto& item : items) {
    if (!std::exchange(first, false)) out += ',';
    write(item);
  }
  out += ']';
}

/// Those that are not deprecated, or all: includeDeprecated says so.
template <class Item>
std::vector<const Item*> Introspection::shown(const Node& node, std::span<const Item> all) const {
  Json made;
  const Json& arguments = argumentsOf(node, variables_, made);
  const auto it = arguments.find("includeDeprecated");
  const bool deprecated = it != arguments.end() && *it == true;
  std::vector<const Item*> out;
  for (const Item& item : all)
    if (deprecated || item.deprecation.empty()) out.push_back(&item);
  return out;
}

void Introspection::write(std::string& out, const Node& node) const {
  if (node.is(Action::Schema)) return schema(out, node);
  if (node.is(Action::TypeName)) return text(out, node.parent->name);
  if (!node.is(Action::TypeByName)) return text(out, {});  // _empty
  Json made;
  const Json& arguments = argumentsOf(node, variables_, made);
  const NamedType* found = schema_.type(arguments["name"].get_ref<const std::string&>());
  if (found == nullptr)
    out += "null";
  else
    type(out, node, found->self);
}

void Introspection::schema(std::string& out, const Node& node) const {
  object(out, node, "__Schema", [&](Action action, const Node& child) {
    const auto root = [&](const NamedType* t) {
      if (t == nullptr)
        out += "null";
      else
        type(out, child, t->self);
    };
    switch (action) {
      case Action::Types:
        return list(out, schema_.typeNames(),
                    [&](std::string_view name) { type(out, child, schema_.type(name)->self); });
      case Action::QueryType: return root(&schema_.query());
      case Action::MutationType: return root(schema_.mutation());
      case Action::SubscriptionType: return root(schema_.subscription());
      case Action::Directives:
        return list(out, schema_.directives(), [&](const DirectiveDefinition& d) { directive(out, child, d); });
      default: out += "null";
    }
  });
}

void Introspection::type(std::string& out, const Node& node, const Type& t) const {
  const NamedType* named = t.kind == Type::Kind::Named ? t.name : nullptr;
  object(out, node, "__Type", [&](Action action, const Node& child) {
    if (action == Action::Kind) {
      text(out, kindOf(t));
    } else if (action == Action::OfType) {
      if (named != nullptr)
        out += "null";
      else
        type(out, child, *t.of);
    } else if (named != nullptr) {
      namedType(out, child, *named);
    } else {
      out += "null";
    }
  });
}

/// A field of __Type that only named types have.
void Introspection::namedType(std::string& out, const Node& node, const NamedType& t) const {
  const bool hasFields = t.kind == TypeKind::Object || t.kind == TypeKind::Interface;
  const auto types = [&](std::span<const NamedType* const> all) {
    list(out, all, [&](const NamedType* one) { type(out, node, one->self); });
  };
  switch (static_cast<Action>(node.definition->action)) {
    case Action::Name: return text(out, t.name);
    case Action::Description: return text(out, t.description);
    case Action::SpecifiedBy: return text(out, t.specifiedBy);
    case Action::IsOneOf:
      if (t.kind == TypeKind::InputObject) return flag(out, t.isOneOf);
      break;
    case Action::Fields: {
      if (!hasFields) break;
      const auto write = [&](const FieldDefinition* f) { field(out, node, *f); };
      return t.source != nullptr ? list(out, t.source->all(), write) : list(out, shown(node, t.fieldList()), write);
    }
    case Action::Interfaces:
      if (hasFields) return types(t.interfaces);
      break;
    case Action::PossibleTypes:
      if (t.isAbstract()) return types(t.possibleTypes);
      break;
    case Action::EnumValues:
      if (t.kind == TypeKind::Enum)
        return list(out, shown(node, t.valueList()), [&](const EnumValue* v) { enumValue(out, node, *v); });
      break;
    case Action::InputFields:
      if (t.kind == TypeKind::InputObject) return inputs(out, node, t.inputList());
      break;
    default: break;
  }
  out += "null";
}

void Introspection::field(std::string& out, const Node& node, const FieldDefinition& f) const {
  object(out, node, "__Field", [&](Action action, const Node& child) {
    switch (action) {
      case Action::Name: return text(out, f.name);
      case Action::Description: return text(out, f.description);
      case Action::Args: return inputs(out, child, f.arguments);
      case Action::TypeOf: return type(out, child, *f.type);
      case Action::IsDeprecated: return flag(out, !f.deprecation.empty());
      default: return text(out, f.deprecation);
    }
  });
}

void Introspection::inputs(std::string& out, const Node& node, std::span<const InputDefinition> all) const {
  list(out, shown(node, all), [&](const InputDefinition* d) { input(out, node, *d); });
}

void Introspection::input(std::string& out, const Node& node, const InputDefinition& d) const {
  object(out, node, "__InputValue", [&](Action action, const Node& child) {
    switch (action) {
      case Action::Name: return text(out, d.name);
      case Action::Description: return text(out, d.description);
      case Action::TypeOf: return type(out, child, *d.type);
      case Action::DefaultValue: return text(out, d.defaultValue == nullptr ? std::string() : printed(*d.defaultValue));
      case Action::IsDeprecated: return flag(out, !d.deprecation.empty());
      default: return text(out, d.deprecation);
    }
  });
}

void Introspection::enumValue(std::string& out, const Node& node, const EnumValue& v) const {
  object(out, node, "__EnumValue", [&](Action action, const Node&) {
    switch (action) {
      case Action::Name: return text(out, v.name);
      case Action::Description: return text(out, v.description);
      case Action::IsDeprecated: return flag(out, !v.deprecation.empty());
      default: return text(out, v.deprecation);
    }
  });
}

void Introspection::directive(std::string& out, const Node& node, const DirectiveDefinition& d) const {
  object(out, node, "__Directive", [&](Action action, const Node& child) {
    switch (action) {
      case Action::Name: return text(out, d.name);
      case Action::Description: return text(out, d.description);
      case Action::IsRepeatable: return flag(out, d.isRepeatable);
      case Action::Locations: return list(out, d.locations, [&](DirectiveLocation at) { text(out, nameOf(at)); });
      case Action::Args: return inputs(out, child, d.arguments);
      default: out += "null";
    }
  });
}

}  // namespace tenon::graphql
