// SPDX-License-Identifier: Apache-2.0
#include "type.h"

#include <algorithm>

namespace tenon::graphql {

namespace {

/// Lists of a type are short, but for models of hundreds of fields; those find through a source.
template <class T>
const T* found(std::span<const T> list, std::string_view name) noexcept {
  const auto it = std::find_if(list.begin(), list.end(), [&](const T& one) { return one.name == name; });
  return it == list.end() ? nullptr : &*it;
}

}  // namespace

std::string nameOf(const Type& type) {
  switch (type.kind) {
    case Type::Kind::Named: return std::string(type.name->name);
    case Type::Kind::List: return "[" + nameOf(*type.of) + "]";
    case Type::Kind::NonNull: return nameOf(*type.of) + "!";
  }
  return {};
}

bool isEqual(const Type& a, const Type& b) noexcept {
  if (&a == &b) return true;
  if (a.kind != b.kind) return false;
  return a.kind == Type::Kind::Named ? a.name == b.name : isEqual(*a.of, *b.of);
}

const InputDefinition* FieldDefinition::argument(std::string_view name) const noexcept {
  return found(arguments, name);
}

const InputDefinition* DirectiveDefinition::argument(std::string_view name) const noexcept {
  return found(arguments, name);
}

const FieldDefinition* NamedType::field(std::string_view name) const {
  return source != nullptr ? source->find(name) : found(fieldList(), name);
}

const InputDefinition* NamedType::input(std::string_view name) const {
  return found(inputList(), name);
}

const EnumValue* NamedType::value(std::string_view name) const {
  return found(valueList(), name);
}

bool NamedType::mayBe(const NamedType& other) const noexcept {
  if (this == &other) return true;
  if (std::find(possibleTypes.begin(), possibleTypes.end(), &other) != possibleTypes.end()) return true;
  // An interface may be another one that it implements, or that implements it.
  return kind == TypeKind::Interface &&
         std::find(other.interfaces.begin(), other.interfaces.end(), this) != other.interfaces.end();
}

const DirectiveDefinition* Schema::directive(std::string_view name) const noexcept {
  return found(directives(), name);
}

}  // namespace tenon::graphql
