// SPDX-License-Identifier: Apache-2.0
#include "coercion.h"

#include <algorithm>

#include "inspect.h"
#include "language/printer.h"
#include "type/arena.h"
#include "validation/suggestions.h"

namespace tenon::graphql {

namespace {

/// What is wrong with a value, and where in it.
struct Mismatch {
  std::string path;  ///< ".a[3]"
  const Json* value;
  std::string message;
};

/// A whole number of 64 bits, with or without a sign.
std::optional<Json> wholeIn(std::string_view text) {
  if (const auto n = numberIn<int64_t>(text)) return *n;
  if (const auto n = numberIn<uint64_t>(text)) return *n;
  return std::nullopt;
}

/// Goes down a value with its type. Depth is that of JSON from outside, which is bounded.
class Coercion {
 public:
  /// suggestions: nullptr for none.
  Coercion(std::vector<Mismatch>& problems, Suggestions* suggestions)
      : problems_(problems), suggestions_(suggestions) {}

  Json value(const Json& v, const Type& type, const std::string& path) {
    if (type.isNonNull()) {
      if (v.is_null()) return wrong(path, v, "Expected non-nullable type \"" + nameOf(type) + "\" not to be null.");
      return value(v, *type.of, path);
    }
    if (v.is_null()) return nullptr;
    if (type.isList()) return list(v, type, path);
    if (type.name->kind == TypeKind::InputObject) return object(v, *type.name, path);
    return type.name->kind == TypeKind::Enum ? enumValue(v, *type.name, path) : scalarValue(v, *type.name, path);
  }

 private:
  Json wrong(const std::string& path, const Json& v, std::string message) {
    problems_.push_back({path, &v, std::move(message)});
    return nullptr;
  }

  /// The JSON that a text holds, if it does and it is such; kept, since mismatches point into it.
  const Json* parsed(const Json& v, Json::value_t wanted) {
    if (!v.is_string()) return nullptr;
    const auto& text = v.get_ref<const std::string&>();
    if (text.empty() || text.front() != (wanted == Json::value_t::array ? '[' : '{')) return nullptr;
    try {
      Json json = parseJson(text);
      if (json.type() != wanted) return nullptr;
      read_.push_back(std::make_unique<Json>(std::move(json)));
      return read_.back().get();
    } catch (const JsonError&) {
      return nullptr;
    }
  }

  Json list(const Json& v, const Type& type, const std::string& path) {
    const Json* items = v.is_array() ? &v : parsed(v, Json::value_t::array);
    Json out = Json::array();
    if (items == nullptr) {
      out.push_back(value(v, *type.of, path));
      return out;
    }
    for (size_t i = 0; i < items->size(); ++i)
      out.push_back(value((*items)[i], *type.of, path + "[" + std::to_string(i) + "]"));
    return out;
  }

  Json object(const Json& v, const NamedType& type, const std::string& path) {
    const Json* object = v.is_object() ? &v : parsed(v, Json::value_t::object);
    if (object == nullptr) return wrong(path, v, "Expected type \"" + std::string(type.name) + "\" to be an object.");
    Json out = Json::object();
    for (const auto& [key, member] : object->items()) {
      const InputDefinition* d = type.input(key);
      if (d != nullptr)
        out[key] = value(member, *d->type, path + "." + key);
      else
        wrong(path, *object,
              "Field \"" + key + "\" is not defined by type \"" + std::string(type.name) + "\"." + proposal(key, type));
    }
    for (const InputDefinition& d : type.inputList())
      if (d.isRequired() && !object->contains(d.name))
        wrong(path, *object,
              "Field \"" + std::string(d.name) + "\" of required type \"" + nameOf(*d.type) + "\" was not provided.");
    if (type.isOneOf && object->size() != 1)
      wrong(path, *object, "Exactly one key must be specified for OneOf type \"" + std::string(type.name) + "\".");
    return out;
  }

  std::string proposal(const std::string& key, const NamedType& type) {
    if (suggestions_ == nullptr || !suggestions_->afford(type.inputList().size())) return {};
    std::vector<std::string_view> names;
    for (const InputDefinition& d : type.inputList()) names.push_back(d.name);
    return Suggestions::didYouMean(key, std::move(names));
  }

  Json enumValue(const Json& v, const NamedType& type, const std::string& path) {
    if (!v.is_string())
      return wrong(path, v,
                   "Enum \"" + std::string(type.name) + "\" cannot represent non-string value: " + inspect(v) + ".");
    const auto& text = v.get_ref<const std::string&>();
    if (type.value(text) != nullptr) return v;
    std::string names;
    if (suggestions_ != nullptr && suggestions_->afford(type.valueList().size())) {
      std::vector<std::string_view> all;
      for (const EnumValue& e : type.valueList()) all.push_back(e.name);
      names = Suggestions::didYouMean(text, std::move(all), "the enum value");
    }
    return wrong(path, v, "Value \"" + text + "\" does not exist in \"" + std::string(type.name) + "\" enum." + names);
  }

  Json scalarValue(const Json& v, const NamedType& type, const std::string& path) {
    switch (type.scalar) {
      case ScalarKind::Int: return wholeNumber(v, path);
      case ScalarKind::Float:
        if (v.is_number()) return v;
        if (v.is_string())
          if (const auto n = numberIn<double>(v.get_ref<const std::string&>()); n && std::isfinite(*n)) return *n;
        return wrong(path, v, "Float cannot represent non numeric value: " + inspect(v));
      case ScalarKind::Boolean:
        if (v.is_boolean()) return v;
        if (v == "true") return true;
        if (v == "false") return false;
        return wrong(path, v, "Boolean cannot represent a non boolean value: " + inspect(v));
      case ScalarKind::Id:
        if (v.is_string()) return v;
        if (v.is_number_integer()) return dumpJson(v);
        return wrong(path, v, "ID cannot represent value: " + inspect(v));
      case ScalarKind::Json: return v;
      case ScalarKind::String:
      case ScalarKind::DateTime:
      case ScalarKind::Date:
      case ScalarKind::Time: break;
    }
    if (v.is_string()) return v;
    return wrong(path, v, std::string(type.name) + " cannot represent a non string value: " + inspect(v));
  }

  Json wholeNumber(const Json& v, const std::string& path) {
    if (v.is_number_integer()) return v;  // also past the signed ones: a column may have no sign
    if (v.is_number_float()) {
      const double n = v.get<double>();
      if (std::floor(n) == n && std::abs(n) < 9007199254740992.0) return static_cast<int64_t>(n);
    }
    if (v.is_string())
      if (const auto n = wholeIn(v.get_ref<const std::string&>())) return *n;
    const bool tooLarge = v.is_number_float() && std::floor(v.get<double>()) == v.get<double>();
    return wrong(path, v,
                 tooLarge ? "Int cannot represent non 64-bit integer value: " + inspect(v)
                          : "Int cannot represent non-integer value: " + inspect(v));
  }

  std::vector<Mismatch>& problems_;
  Suggestions* suggestions_;
  std::vector<std::unique_ptr<Json>> read_;
};

const Type* typeOf(const Schema& schema, TypeArena& arena, const TypeNode& node) {
  if (node.kind == TypeNode::Kind::Named) return &schema.type(node.name.value)->self;
  const Type* of = typeOf(schema, arena, *node.of);
  return node.kind == TypeNode::Kind::List ? arena.list(of) : arena.nonNull(of);
}

std::optional<Json> objectOf(const Value& literal, const NamedType& type, const Variables& variables) {
  Json out = Json::object();
  for (const ObjectField& f : literal.fields)
    if (auto v = valueOf(f.value, *type.input(f.name.value)->type, variables))
      out[std::string(f.name.value)] = std::move(*v);
  return out;
}

/// A literal where any JSON may stand.
Json anyValue(const Value& v, const Variables& variables) {
  switch (v.kind) {
    case ValueKind::Null: return nullptr;
    case ValueKind::Boolean: return v.boolean;
    case ValueKind::String:
    case ValueKind::Enum: return std::string(v.text);
    case ValueKind::Int:
      if (const auto n = wholeIn(v.text)) return *n;
      [[fallthrough]];
    case ValueKind::Float: return numberIn<double>(v.text).value_or(0);
    case ValueKind::Variable: {
      const auto it = variables.find(v.text);
      return it == variables.end() ? Json() : it->second;
    }
    case ValueKind::List: {
      Json out = Json::array();
      for (const Value& item : v.items) out.push_back(anyValue(item, variables));
      return out;
    }
    case ValueKind::Object: {
      Json out = Json::object();
      for (const ObjectField& f : v.fields)
        if (f.value.kind != ValueKind::Variable || variables.contains(f.value.text))
          out[std::string(f.name.value)] = anyValue(f.value, variables);
      return out;
    }
  }
  return nullptr;
}

GraphqlError variableError(const Document& document, const VariableDefinition& v, const std::string& what) {
  return {ErrorType::ValidationError,
          "Variable \"$" + std::string(v.variable.value) + "\" " + what,
          "validation-failed",
          {locationOf(document.source(), v.start)},
          nullptr};
}

/// An @export will set it: it need not be there when the operation begins.
bool isInternal(const VariableDefinition& v) {
  return std::any_of(v.directives.begin(), v.directives.end(),
                     [](const Directive& d) { return d.name.value == "internal"; });
}

}  // namespace

Variables coerceVariables(const Schema& schema, const Document& document, const Operation& operation, const Json& given,
                          bool hidesNames) {
  Variables out;
  std::vector<GraphqlError> errors;
  Suggestions suggestions(hidesNames);
  for (const VariableDefinition& v : operation.variables) {
    TypeArena arena;
    const Type& type = *typeOf(schema, arena, *v.type);
    const auto it = given.is_object() ? given.find(v.variable.value) : given.end();
    if (!given.is_object() || it == given.end()) {
      if (v.defaultValue != nullptr)
        out.emplace(v.variable.value, *valueOf(*v.defaultValue, type, {}));
      else if (type.isNonNull() && !isInternal(v))
        errors.push_back(variableError(document, v, "of required type \"" + nameOf(type) + "\" was not provided."));
      continue;
    }
    if (it->is_null() && type.isNonNull()) {
      errors.push_back(variableError(document, v, "of non-null type \"" + nameOf(type) + "\" must not be null."));
      continue;
    }
    std::vector<Mismatch> problems;
    Coercion coercion(problems, &suggestions);
    out.emplace(v.variable.value, coercion.value(*it, type, {}));
    for (const Mismatch& m : problems) {
      const std::string at = m.path.empty() ? "" : " at \"" + std::string(v.variable.value) + m.path + "\"";
      errors.push_back(variableError(document, v, "got invalid value " + inspect(*m.value) + at + "; " + m.message));
    }
  }
  if (!errors.empty()) throw RequestError(std::move(errors));
  return out;
}

Json coercedTo(const Schema& schema, const VariableDefinition& variable, const Json& value) {
  TypeArena arena;
  std::vector<Mismatch> problems;
  Json out = Coercion(problems, nullptr).value(value, *typeOf(schema, arena, *variable.type), {});
  if (!problems.empty())
    throw FieldError("Variable \"$" + std::string(variable.variable.value) + "\" got invalid value " +
                         inspect(*problems.front().value) + "; " + problems.front().message,
                     "validation-failed");
  return out;
}

std::optional<Json> valueOf(const Value& literal, const Type& type, const Variables& variables) {
  if (literal.kind == ValueKind::Variable) {
    const auto it = variables.find(literal.text);
    if (it == variables.end()) return std::nullopt;
    if (it->second.is_null() || !type.nullable().isList() || it->second.is_array()) return it->second;
    return Json::array({it->second});
  }
  if (literal.kind == ValueKind::Null) return Json();
  const Type& t = type.nullable();
  if (t.isList()) {
    Json out = Json::array();
    if (literal.kind != ValueKind::List) {
      out.push_back(valueOf(literal, *t.of, variables).value_or(nullptr));
      return out;
    }
    for (const Value& item : literal.items) {
      std::optional<Json> v = valueOf(item, *t.of, variables);
      if (t.of->isNonNull() && (!v || v->is_null()))
        throw FieldError("Expected value of non-null type \"" + nameOf(*t.of) + "\" not to be null.",
                         "validation-failed");
      out.push_back(v ? std::move(*v) : Json());
    }
    return out;
  }
  if (t.name->kind == TypeKind::InputObject) return objectOf(literal, *t.name, variables);
  if (t.name->kind == TypeKind::Scalar && t.name->scalar == ScalarKind::Id) return std::string(literal.text);
  return anyValue(literal, variables);
}

Json argumentsOf(std::span<const InputDefinition> definitions, std::span<const Argument> given,
                 const Variables& variables) {
  Json out = Json::object();
  for (const InputDefinition& d : definitions) {
    const auto it = std::find_if(given.begin(), given.end(), [&](const Argument& a) { return a.name.value == d.name; });
    const auto subject = [&] { return "Argument \"" + std::string(d.name) + "\" of "; };
    std::optional<Json> v;
    if (it != given.end()) v = valueOf(it->value, *d.type, variables);
    if (!v && d.defaultValue != nullptr) v = valueOf(*d.defaultValue, *d.type, {});
    if (!v && d.type->isNonNull())
      throw FieldError(subject() + "required type \"" + nameOf(*d.type) +
                           (it == given.end() ? "\" was not provided."
                                              : "\" was provided the variable \"$" + std::string(it->value.text) +
                                                    "\" which was not provided a runtime value."),
                       "validation-failed");
    if (!v) continue;
    if (v->is_null() && d.type->isNonNull())
      throw FieldError(subject() + "non-null type \"" + nameOf(*d.type) + "\" must not be null.", "validation-failed");
    out[std::string(d.name)] = std::move(*v);
  }
  return out;
}

}  // namespace tenon::graphql
