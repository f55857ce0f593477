// SPDX-License-Identifier: Apache-2.0
#include "builtin.h"

#include <algorithm>
#include <array>

#include "arena.h"

namespace tenon::graphql {

namespace {

using Action = IntrospectionAction;

constexpr std::string_view kNoLongerSupported = "No longer supported";

Value constant(ValueKind kind, std::string_view text, bool boolean = false) {
  Value v;
  v.kind = kind;
  v.text = text;
  v.boolean = boolean;
  return v;
}

struct Builtins {
  TypeArena arena;
  std::array<NamedType*, 9> scalars{};
  std::vector<const NamedType*> all;  // those that every schema lists
  std::vector<DirectiveDefinition> directives;
  const FieldDefinition *typeName = nullptr, *schemaField = nullptr, *typeField = nullptr;

  Builtins() {
    makeScalars();
    makeIntrospection();
    makeDirectives();
  }

  NamedType& makeScalar(ScalarKind kind, std::string_view name, std::string_view description) {
    NamedType& t = arena.make(TypeKind::Scalar, name, description);
    t.scalar = kind;
    scalars[static_cast<size_t>(kind)] = &t;
    return t;
  }

  void makeScalars() {
    makeScalar(ScalarKind::Int, "Int", "A whole number between -(2^63) and 2^63 - 1.");
    makeScalar(ScalarKind::Float, "Float", "A number with a fraction, as specified by IEEE 754.");
    makeScalar(ScalarKind::String, "String", "A text of Unicode characters.");
    makeScalar(ScalarKind::Boolean, "Boolean", "true or false.");
    makeScalar(ScalarKind::Id, "ID",
               "What tells an object from others of its type. Answered as a text; taken as a text or a whole number.");
    makeScalar(ScalarKind::Json, "JSON", "Any JSON value.");
    makeScalar(ScalarKind::DateTime, "DateTime", "A day and a time of day: 2024-02-29T10:15:30.125.");
    makeScalar(ScalarKind::Date, "Date", "A day: 2024-02-29.");
    makeScalar(ScalarKind::Time, "Time", "A time of day: 10:15:30.125.");
    for (const auto kind : {ScalarKind::String, ScalarKind::Boolean}) all.push_back(scalars[static_cast<size_t>(kind)]);
  }

  const Type* type(ScalarKind kind) const { return &scalars[static_cast<size_t>(kind)]->self; }
  const Type* required(ScalarKind kind) { return arena.nonNull(type(kind)); }

  static FieldDefinition field(std::string_view name, const Type* type, Action action,
                               std::string_view description = {}) {
    FieldDefinition f;
    f.name = name;
    f.type = type;
    f.action = static_cast<uint32_t>(action);
    f.description = description;
    return f;
  }
  static InputDefinition input(std::string_view name, const Type* type, const Value* standard = nullptr,
                               std::string_view description = {}) {
    InputDefinition a = inputOf(name, type, description);
    a.defaultValue = standard;
    return a;
  }
  NamedType& introspection(TypeKind kind, std::string_view name, std::string_view description) {
    NamedType& t = arena.make(kind, name, description);
    t.isIntrospection = true;
    all.push_back(&t);
    return t;
  }

  void makeIntrospection() {
    NamedType& schema =
        introspection(TypeKind::Object, "__Schema",
                      "What a server can be asked: its types, its directives and where each kind of operation begins.");
    NamedType& type = introspection(
        TypeKind::Object, "__Type",
        "A type of the schema, or a list or non-null around another. Which fields it has depends on its kind.");
    NamedType& typeKind = introspection(TypeKind::Enum, "__TypeKind", "The kinds of types.");
    NamedType& fieldType = introspection(TypeKind::Object, "__Field", "A field of an object or an interface.");
    NamedType& inputValue =
        introspection(TypeKind::Object, "__InputValue", "An argument, or a field of an input object.");
    NamedType& enumValue = introspection(TypeKind::Object, "__EnumValue", "A value of an enum.");
    NamedType& directive = introspection(TypeKind::Object, "__Directive", "A directive that documents may use.");
    NamedType& location = introspection(TypeKind::Enum, "__DirectiveLocation", "Where a directive may stand.");
    const auto full = [&](const NamedType& t) { return arena.fullList(t); };
    const auto list = [&](const NamedType& t) { return arena.list(arena.nonNull(&t.self)); };
    const Type *text = this->type(ScalarKind::String), *name = required(ScalarKind::String);
    const Type *flag = this->type(ScalarKind::Boolean), *answer = required(ScalarKind::Boolean);
    const Value* no = arena.keep(constant(ValueKind::Boolean, "false"));
    const auto deprecated = arena.keep(std::vector{input("includeDeprecated", flag, no)});
    const auto withDeprecated = [&](FieldDefinition f) {
      f.arguments = deprecated;
      return f;
    };
    schema.ownFields = arena.keep(std::vector{field("description", text, Action::Description),
                                              field("types", full(type), Action::Types),
                                              field("queryType", arena.nonNull(&type.self), Action::QueryType),
                                              field("mutationType", &type.self, Action::MutationType),
                                              field("subscriptionType", &type.self, Action::SubscriptionType),
                                              field("directives", full(directive), Action::Directives)});
    type.ownFields = arena.keep(std::vector{
        field("kind", arena.nonNull(&typeKind.self), Action::Kind), field("name", text, Action::Name),
        field("description", text, Action::Description), field("specifiedByURL", text, Action::SpecifiedBy),
        withDeprecated(field("fields", list(fieldType), Action::Fields)),
        field("interfaces", list(type), Action::Interfaces), field("possibleTypes", list(type), Action::PossibleTypes),
        withDeprecated(field("enumValues", list(enumValue), Action::EnumValues)),
        withDeprecated(field("inputFields", list(inputValue), Action::InputFields)),
        field("ofType", &type.self, Action::OfType), field("isOneOf", flag, Action::IsOneOf)});
    const std::vector described = {field("name", name, Action::Name), field("description", text, Action::Description)};
    const std::vector deprecation = {field("isDeprecated", answer, Action::IsDeprecated),
                                     field("deprecationReason", text, Action::DeprecationReason)};
    const auto fields = [&](std::vector<FieldDefinition> own, bool mayBeDeprecated) {
      own.insert(own.begin(), described.begin(), described.end());
      if (mayBeDeprecated) own.insert(own.end(), deprecation.begin(), deprecation.end());
      return arena.keep(own);
    };
    const FieldDefinition args = withDeprecated(field("args", full(inputValue), Action::Args));
    const FieldDefinition itsType = field("type", arena.nonNull(&type.self), Action::TypeOf);
    fieldType.ownFields = fields({args, itsType}, true);
    inputValue.ownFields = fields({itsType, field("defaultValue", text, Action::DefaultValue)}, true);
    enumValue.ownFields = fields({}, true);
    directive.ownFields = fields({field("isRepeatable", answer, Action::IsRepeatable),
                                  field("locations", full(location), Action::Locations), args},
                                 false);
    std::vector<EnumValue> kinds, locations;
    for (const std::string_view kind :
         {"SCALAR", "OBJECT", "INTERFACE", "UNION", "ENUM", "INPUT_OBJECT", "LIST", "NON_NULL"})
      kinds.push_back({kind, {}, {}});
    for (int i = 0; i <= static_cast<int>(DirectiveLocation::InputFieldDefinition); ++i)
      locations.push_back({nameOf(static_cast<DirectiveLocation>(i)), {}, {}});
    typeKind.values = arena.keep(kinds);
    location.values = arena.keep(locations);
    typeName = arena.keep(field("__typename", name, Action::TypeName));
    schemaField = arena.keep(field("__schema", arena.nonNull(&schema.self), Action::Schema));
    FieldDefinition byName = field("__type", &type.self, Action::TypeByName);
    byName.arguments = arena.keep(std::vector{input("name", name)});
    typeField = arena.keep(byName);
  }

  void makeDirectives() {
    using enum DirectiveLocation;
    const auto make = [&](std::string_view name, std::string_view description, std::vector<InputDefinition> arguments,
                          std::vector<DirectiveLocation> locations) {
      DirectiveDefinition d;
      d.name = name;
      d.description = description;
      d.arguments = arena.keep(arguments);
      d.locations = arena.keep(locations);
      directives.push_back(d);
    };
    const Type *condition = required(ScalarKind::Boolean), *text = type(ScalarKind::String);
    const Value* reason = arena.keep(constant(ValueKind::String, kNoLongerSupported));
    make("include", "Only if the condition holds.", {input("if", condition, nullptr, "Included when true.")},
         {Field, FragmentSpread, InlineFragment});
    make("skip", "Only if the condition does not hold.", {input("if", condition, nullptr, "Skipped when true.")},
         {Field, FragmentSpread, InlineFragment});
    make("deprecated", "Not to be used any more.", {input("reason", text, reason, "Why, and what to use instead.")},
         {FieldDefinition, ArgumentDefinition, InputFieldDefinition, EnumValue});
    make("specifiedBy", "Where a scalar is specified.",
         {input("url", required(ScalarKind::String), nullptr, "The page that does.")}, {Scalar});
    make("oneOf", "Exactly one field of the input object is given.", {}, {InputObject});
  }
};

const Builtins& builtins() {
  static const auto* made = new Builtins;  // outlives every thread
  return *made;
}

}  // namespace

const NamedType* builtinType(std::string_view name) noexcept {
  const auto& all = builtins().all;
  const auto it = std::find_if(all.begin(), all.end(), [&](const auto* t) { return t->name == name; });
  return it == all.end() ? nullptr : *it;
}

std::span<const NamedType* const> builtinTypes() noexcept {
  return builtins().all;
}

const NamedType& scalar(ScalarKind kind) noexcept {
  return *builtins().scalars[static_cast<size_t>(kind)];
}

std::span<const DirectiveDefinition> builtinDirectives() noexcept {
  return builtins().directives;
}

const FieldDefinition* fieldOf(const Schema& schema, const NamedType& parent, std::string_view name) {
  if (name.starts_with("__")) {
    const Builtins& b = builtins();
    if (name == "__typename" && parent.isComposite()) return b.typeName;
    if (&parent == &schema.query()) {
      if (name == "__schema") return b.schemaField;
      if (name == "__type") return b.typeField;
    }
  }
  return parent.kind == TypeKind::Object || parent.kind == TypeKind::Interface ? parent.field(name) : nullptr;
}

}  // namespace tenon::graphql
