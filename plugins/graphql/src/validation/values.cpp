// SPDX-License-Identifier: Apache-2.0
#include <charconv>

#include "language/printer.h"
#include "walker.h"

namespace tenon::graphql {

/// checked: false below a value that was found wrong, or right, as a whole: then only the variables count.
void Walker::value(const Value& v, const Place& place, bool checked) {
  switch (v.kind) {
    case ValueKind::Variable:
      references_.variables.push_back({{v.text, v.start}, place.type, place.hasDefault, place.inputObject});
      return;
    case ValueKind::List: return list(v, place, checked);
    case ValueKind::Object: return object(v, place, checked);
    case ValueKind::Null:
      if (checked && place.type != nullptr && place.type->isNonNull())
        context_.report(Rule::ValuesOfCorrectType,
                        "Expected value of type \"" + nameOf(*place.type) + "\", found null.", {v.start});
      return;
    default:
      if (checked && place.type != nullptr) leafValue(v, *place.type);
  }
}

void Walker::list(const Value& v, const Place& place, bool checked) {
  const Type* type = place.type == nullptr ? nullptr : &place.type->nullable();
  const bool isList = type != nullptr && type->isList();
  if (checked && type != nullptr && !isList) {
    leafValue(v, *place.type);
    checked = false;
  }
  for (const Value& item : v.items) value(item, {isList ? type->of : type, false, nullptr}, checked);
}

void Walker::object(const Value& v, const Place& place, bool checked) {
  uniqueFields(v);
  const NamedType* type = place.type == nullptr ? nullptr : &place.type->named();
  if (type != nullptr && type->kind != TypeKind::InputObject) {
    if (checked) leafValue(v, *place.type);
    type = nullptr;
    checked = false;
  }
  if (type != nullptr && checked) inputObject(v, *type);
  for (const ObjectField& f : v.fields) {
    const InputDefinition* known = type == nullptr ? nullptr : type->input(f.name.value);
    if (type != nullptr && known == nullptr && checked)
      context_.report(Rule::ValuesOfCorrectType,
                      "Field \"" + std::string(f.name.value) + "\" is not defined by type \"" +
                          std::string(type->name) + "\"." +
                          proposed(context_.suggestions(), f.name.value, type->inputList()),
                      {f.name.start});
    value(f.value, known == nullptr ? Place{} : Place{known->type, known->defaultValue != nullptr, type}, checked);
  }
}

/// Are the fields there that must be?
void Walker::inputObject(const Value& v, const NamedType& type) {
  std::unordered_map<std::string_view, const Value*> given;
  for (const ObjectField& f : v.fields) given[f.name.value] = &f.value;
  for (const InputDefinition& d : type.inputList())
    if (d.isRequired() && !given.contains(d.name))
      context_.report(Rule::ValuesOfCorrectType,
                      "Field \"" + std::string(type.name) + "." + std::string(d.name) + "\" of required type \"" +
                          nameOf(*d.type) + "\" was not provided.",
                      {v.start});
  if (!type.isOneOf) return;
  if (given.size() != 1)
    context_.report(Rule::ValuesOfCorrectType,
                    "OneOf Input Object \"" + std::string(type.name) + "\" must specify exactly one key.", {v.start});
  else if (given.begin()->second->kind == ValueKind::Null)
    context_.report(
        Rule::ValuesOfCorrectType,
        "Field \"" + std::string(type.name) + "." + std::string(given.begin()->first) + "\" must be non-null.",
        {v.start});
}

void Walker::uniqueFields(const Value& object) {
  std::unordered_map<std::string_view, uint32_t> first;
  for (const ObjectField& f : object.fields)
    if (const auto [it, fresh] = first.try_emplace(f.name.value, f.name.start); !fresh)
      context_.report(Rule::UniqueInputFieldNames,
                      "There can be only one input field named \"" + std::string(f.name.value) + "\".",
                      {it->second, f.name.start});
}

/// type: of the place, which expects a scalar or an enum if `value` is to fit.
void Walker::leafValue(const Value& v, const Type& type) {
  const NamedType& named = type.named();
  if (named.kind == TypeKind::Enum) return enumValue(v, named);
  const std::string problem = named.kind == TypeKind::Scalar
                                  ? scalarProblem(v, named)
                                  : "Expected value of type \"" + nameOf(type) + "\", found " + printed(v) + ".";
  if (!problem.empty()) context_.report(Rule::ValuesOfCorrectType, problem, {v.start});
}

void Walker::enumValue(const Value& v, const NamedType& type) {
  const std::string shown = printed(v);
  if (v.kind == ValueKind::Enum && type.value(v.text) != nullptr) return;
  const std::string proposal = proposed(context_.suggestions(), shown, type.valueList(), "the enum value");
  context_.report(
      Rule::ValuesOfCorrectType,
      v.kind == ValueKind::Enum
          ? "Value \"" + shown + "\" does not exist in \"" + std::string(type.name) + "\" enum." + proposal
          : "Enum \"" + std::string(type.name) + "\" cannot represent non-enum value: " + shown + "." + proposal,
      {v.start});
}

/// Empty: the literal is one of the scalar. Moments are looked at when they are bound: they come in many forms.
std::string Walker::scalarProblem(const Value& v, const NamedType& type) const {
  switch (type.scalar) {
    case ScalarKind::Int: {
      if (v.kind != ValueKind::Int) return "Int cannot represent non-integer value: " + printed(v);
      // As columns without a sign hold it; below zero, as those with one.
      int64_t n = 0;
      uint64_t large = 0;
      const char *from = v.text.data(), *to = from + v.text.size();
      const bool fits = std::from_chars(from, to, n).ec == std::errc() ||
                        (*from != '-' && std::from_chars(from, to, large).ec == std::errc());
      return fits ? "" : "Int cannot represent non 64-bit integer value: " + std::string(v.text);
    }
    case ScalarKind::Float:
      return v.kind == ValueKind::Int || v.kind == ValueKind::Float
                 ? ""
                 : "Float cannot represent non numeric value: " + printed(v);
    case ScalarKind::String:
      return v.kind == ValueKind::String ? "" : "String cannot represent a non string value: " + printed(v);
    case ScalarKind::Boolean:
      return v.kind == ValueKind::Boolean ? "" : "Boolean cannot represent a non boolean value: " + printed(v);
    case ScalarKind::Id:
      return v.kind == ValueKind::String || v.kind == ValueKind::Int
                 ? ""
                 : "ID cannot represent a non-string and non-integer value: " + printed(v);
    default: return {};
  }
}

}  // namespace tenon::graphql
