// SPDX-License-Identifier: Apache-2.0
#include "sdl.h"

#include <algorithm>

#include "cost_rules.h"
#include "language/printer.h"
#include "type/builtin.h"

namespace tenon::graphql {

namespace {

bool isOfEverySchema(const NamedType& t) {
  if (builtinType(t.name) != nullptr) return true;
  return t.kind == TypeKind::Scalar && t.scalar <= ScalarKind::Id;
}

void description(std::string& out, std::string_view text, std::string_view indent) {
  if (text.empty()) return;
  // Between plain quotes nothing in it needs a second look.
  out.append(indent).append(quoted(text)).append("\n");
}

void deprecation(std::string& out, std::string_view reason) {
  if (!reason.empty()) out.append(" @deprecated(reason: ").append(quoted(reason)).append(")");
}

void inputValue(std::string& out, const InputDefinition& d) {
  out.append(d.name).append(": ").append(nameOf(*d.type));
  if (d.defaultValue != nullptr) out.append(" = ").append(printed(*d.defaultValue));
  deprecation(out, d.deprecation);
}

void arguments(std::string& out, std::span<const InputDefinition> all) {
  if (all.empty()) return;
  out += '(';
  for (const InputDefinition& d : all) {
    if (&d != &all.front()) out += ", ";
    inputValue(out, d);
  }
  out += ')';
}

void field(std::string& out, const Schema& schema, const NamedType& parent, const FieldDefinition& f) {
  description(out, f.description, "  ");
  out.append("  ").append(f.name);
  arguments(out, f.arguments);
  out.append(": ").append(nameOf(*f.type));
  appendCostDirectives(out, costRuleOf(schema, parent, f), f);
  deprecation(out, f.deprecation);
  out += '\n';
}

void typeSdl(std::string& out, const Schema& schema, const NamedType& t) {
  out += '\n';
  description(out, t.description, "");
  switch (t.kind) {
    case TypeKind::Scalar:
      out.append("scalar ").append(t.name);
      if (!t.specifiedBy.empty()) out.append(" @specifiedBy(url: ").append(quoted(t.specifiedBy)).append(")");
      out += '\n';
      return;
    case TypeKind::Enum:
      out.append("enum ").append(t.name).append(" {\n");
      for (const EnumValue& v : t.valueList()) {
        description(out, v.description, "  ");
        out.append("  ").append(v.name);
        deprecation(out, v.deprecation);
        out += '\n';
      }
      break;
    case TypeKind::InputObject:
      out.append("input ").append(t.name).append(t.isOneOf ? " @oneOf {\n" : " {\n");
      for (const InputDefinition& d : t.inputList()) {
        description(out, d.description, "  ");
        out += "  ";
        inputValue(out, d);
        out += '\n';
      }
      break;
    case TypeKind::Union:
      out.append("union ").append(t.name);
      for (const NamedType* p : t.possibleTypes)
        out.append(p == t.possibleTypes.front() ? " = " : " | ").append(p->name);
      out += '\n';
      return;
    case TypeKind::Object:
    case TypeKind::Interface:
      out.append(t.kind == TypeKind::Object ? "type " : "interface ").append(t.name);
      for (const NamedType* i : t.interfaces)
        out.append(i == t.interfaces.front() ? " implements " : " & ").append(i->name);
      out += " {\n";
      if (t.source != nullptr)
        for (const FieldDefinition* f : t.source->all()) field(out, schema, t, *f);
      for (const FieldDefinition& f : t.fieldList()) field(out, schema, t, f);
      break;
  }
  out += "}\n";
}

void directiveSdl(std::string& out, const DirectiveDefinition& d) {
  out += '\n';
  description(out, d.description, "");
  out.append("directive @").append(d.name);
  arguments(out, d.arguments);
  out += d.isRepeatable ? " repeatable on " : " on ";
  for (const DirectiveLocation& at : d.locations)
    out.append(&at == &d.locations.front() ? "" : " | ").append(nameOf(at));
  out += '\n';
}

}  // namespace

std::string sdlOf(const Schema& schema) {
  std::string out = "schema {\n  query: " + std::string(schema.query().name) + "\n";
  if (schema.mutation() != nullptr) out.append("  mutation: ").append(schema.mutation()->name).append("\n");
  if (schema.subscription() != nullptr) out.append("  subscription: ").append(schema.subscription()->name).append("\n");
  out += "}\n";
  const auto builtin = builtinDirectives();
  for (const DirectiveDefinition& d : schema.directives())
    if (std::none_of(builtin.begin(), builtin.end(), [&](const auto& b) { return b.name == d.name; }))
      directiveSdl(out, d);
  for (const std::string_view name : schema.typeNames())
    if (const NamedType& t = *schema.type(name); !isOfEverySchema(t)) typeSdl(out, schema, t);
  return out;
}

}  // namespace tenon::graphql
