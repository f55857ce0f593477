// SPDX-License-Identifier: Apache-2.0
#include "introspected_schema.h"

#include <stdexcept>

#include <nlohmann/json.hpp>

#include "type/builtin.h"

namespace tenon::graphql {

using Json = nlohmann::json;

struct IntrospectedSchema::Reader {
  IntrospectedSchema& schema;
  TypeArena& arena;
  std::unordered_map<std::string, NamedType*> made;

  static std::string textOf(const Json& json, const char* key) {
    return json.contains(key) && json[key].is_string() ? json[key].get<std::string>() : std::string();
  }

  static TypeKind kindOf(const std::string& kind) {
    static const std::unordered_map<std::string, TypeKind> kinds = {
        {"SCALAR", TypeKind::Scalar}, {"OBJECT", TypeKind::Object}, {"INTERFACE", TypeKind::Interface},
        {"UNION", TypeKind::Union},   {"ENUM", TypeKind::Enum},     {"INPUT_OBJECT", TypeKind::InputObject}};
    return kinds.at(kind);
  }

  void declare(const Json& type) {
    const std::string name = type.at("name");
    if (const NamedType* known = builtinType(name)) {
      add(*known);
      return;
    }
    for (int k = 0; k <= static_cast<int>(ScalarKind::Id); ++k)
      if (const NamedType& s = scalar(static_cast<ScalarKind>(k)); s.name == name) return add(s);
    NamedType& t = arena.make(kindOf(type.at("kind")), name);
    t.scalar = ScalarKind::Json;  // of any other scalar every literal is taken
    t.isOneOf = type.value("isOneOf", Json(false)) == true;
    made[name] = &t;
    add(t);
  }

  void add(const NamedType& t) {
    schema.types_[t.name] = &t;
    schema.order_.push_back(t.name);
  }

  const NamedType* named(const Json& reference) {
    const NamedType* t = schema.type(reference.at("name").get<std::string>());
    if (t == nullptr) throw std::runtime_error("a type that is not there");
    return t;
  }

  const Type* type(const Json& reference) {
    const std::string kind = reference.at("kind");
    if (kind == "LIST") return arena.list(type(reference.at("ofType")));
    if (kind == "NON_NULL") return arena.nonNull(type(reference.at("ofType")));
    return &named(reference)->self;
  }

  InputDefinition input(const Json& json) {
    InputDefinition out;
    out.name = arena.text(json.at("name").get<std::string>());
    out.type = type(json.at("type"));
    Value standard;
    standard.kind = ValueKind::Enum;  // only whether there is one matters
    standard.text = arena.text(textOf(json, "defaultValue"));
    if (!standard.text.empty()) out.defaultValue = arena.keep(standard);
    return out;
  }

  std::span<const InputDefinition> inputs(const Json& list) {
    std::vector<InputDefinition> out;
    for (const Json& one : list) out.push_back(input(one));
    return arena.keep(out);
  }

  std::vector<const NamedType*> namedList(const Json& list) {
    std::vector<const NamedType*> out;
    if (list.is_array())
      for (const Json& one : list) out.push_back(named(one));
    return out;
  }

  void define(const Json& json) {
    const auto it = made.find(json.at("name").get<std::string>());
    if (it == made.end()) return;
    NamedType& t = *it->second;
    if (json["fields"].is_array()) {
      std::vector<FieldDefinition> fields;
      for (const Json& f : json["fields"]) {
        FieldDefinition field;
        field.name = arena.text(f.at("name").get<std::string>());
        field.arguments = inputs(f.at("args"));
        field.type = type(f.at("type"));
        fields.push_back(field);
      }
      t.ownFields = arena.keep(fields);
    }
    if (json["inputFields"].is_array()) t.inputs = inputs(json["inputFields"]);
    if (json["enumValues"].is_array()) {
      std::vector<EnumValue> values;
      for (const Json& v : json["enumValues"]) values.push_back({arena.text(v.at("name").get<std::string>()), {}, {}});
      t.values = arena.keep(values);
    }
    t.interfaces = arena.keep(namedList(json["interfaces"]));
    t.possibleTypes = arena.keep(namedList(json["possibleTypes"]));
  }

  void directive(const Json& json) {
    DirectiveDefinition d;
    d.name = arena.text(json.at("name").get<std::string>());
    d.arguments = inputs(json.at("args"));
    d.isRepeatable = json.value("isRepeatable", false);
    std::vector<DirectiveLocation> locations;
    for (const Json& name : json.at("locations"))
      for (int i = 0; i <= static_cast<int>(DirectiveLocation::InputFieldDefinition); ++i)
        if (nameOf(static_cast<DirectiveLocation>(i)) == name.get<std::string>())
          locations.push_back(static_cast<DirectiveLocation>(i));
    d.locations = arena.keep(locations);
    schema.directives_.push_back(d);
  }
};

IntrospectedSchema::IntrospectedSchema(std::string_view text) {
  const Json json = Json::parse(text).at("__schema");
  Reader reader{*this, arena_, {}};
  for (const Json& t : json.at("types")) reader.declare(t);
  for (const Json& t : json.at("types")) reader.define(t);
  for (const Json& d : json.at("directives")) reader.directive(d);
  query_ = reader.named(json.at("queryType"));
  if (json["mutationType"].is_object()) mutation_ = reader.named(json["mutationType"]);
  if (json["subscriptionType"].is_object()) subscription_ = reader.named(json["subscriptionType"]);
}

const NamedType* IntrospectedSchema::type(std::string_view name) const {
  const auto it = types_.find(name);
  return it == types_.end() ? nullptr : it->second;
}

std::vector<std::string_view> IntrospectedSchema::typeNames() const {
  return order_;
}

}  // namespace tenon::graphql
