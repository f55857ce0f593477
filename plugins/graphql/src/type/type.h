// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <mutex>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "language/ast.h"
#include "language/directive_location.h"

// The types of a schema. They lie in the schema's arena and never change once they can be found; texts are the arena's
// or literals.

namespace tenon::graphql {

enum class TypeKind : uint8_t { Scalar, Object, Interface, Union, Enum, InputObject };

/// How a scalar takes values in and gives them out.
enum class ScalarKind : uint8_t { Int, Float, String, Boolean, Id, Json, DateTime, Date, Time };

struct NamedType;

/// A type where it is used: a named one, or a list or non-null around another. Pointers compare as identity within one
/// schema for named types only; see isEqual().
struct Type {
  enum class Kind : uint8_t { Named, List, NonNull };
  Kind kind = Kind::Named;
  const NamedType* name = nullptr;  ///< of Named
  const Type* of = nullptr;         ///< of the others

  const NamedType& named() const noexcept { return kind == Kind::Named ? *name : of->named(); }
  bool isNonNull() const noexcept { return kind == Kind::NonNull; }
  bool isList() const noexcept { return kind == Kind::List; }
  /// Without the outer non-null.
  const Type& nullable() const noexcept { return isNonNull() ? *of : *this; }
};

/// "[T!]!"
std::string nameOf(const Type& type);
bool isEqual(const Type& a, const Type& b) noexcept;

/// An argument, or a field of an input object.
struct InputDefinition {
  std::string_view name;
  std::string_view description;
  const Type* type = nullptr;
  const Value* defaultValue = nullptr;  ///< nullptr = none
  std::string_view deprecation;         ///< why; empty = it is not
  const void* subject = nullptr;        ///< what the executor knows it by

  bool isRequired() const noexcept { return type->isNonNull() && defaultValue == nullptr; }
};

struct FieldDefinition {
  std::string_view name;
  std::string_view description;
  std::span<const InputDefinition> arguments;
  const Type* type = nullptr;
  std::string_view deprecation;
  uint32_t action = 0;            ///< what the executor does for it
  const void* subject = nullptr;  ///< and with what

  const InputDefinition* argument(std::string_view name) const noexcept;
};

struct EnumValue {
  std::string_view name;
  std::string_view description;
  std::string_view deprecation;
};

/// Fields of a type that has very many: found one by one, made when they are first asked for. Any thread.
class FieldSource {
 public:
  virtual ~FieldSource() = default;
  virtual const FieldDefinition* find(std::string_view name) const = 0;
  virtual std::span<const FieldDefinition* const> all() const = 0;
};

/// Makes what is in a type when somebody first looks. Any thread.
class TypeContent {
 public:
  virtual ~TypeContent() = default;
  /// Called once for a type.
  virtual void fill(NamedType& type) const = 0;
};

struct NamedType {
  TypeKind kind = TypeKind::Object;
  ScalarKind scalar = ScalarKind::String;
  bool isOneOf = false;  ///< an input object of which exactly one field is given
  bool isIntrospection = false;
  std::string_view name;
  std::string_view description;
  std::string_view specifiedBy;                     ///< of a scalar: the page that says what it is
  std::span<const FieldDefinition> ownFields;       ///< of an object or interface
  const FieldSource* source = nullptr;              ///< instead of ownFields
  const TypeContent* content = nullptr;             ///< of one whose fields, inputs or values are not there yet
  std::span<const InputDefinition> inputs;          ///< of an input object
  std::span<const EnumValue> values;                ///< of an enum
  std::span<const NamedType* const> interfaces;     ///< that an object or interface implements
  std::span<const NamedType* const> possibleTypes;  ///< of an interface or union
  Type self{Type::Kind::Named, this, nullptr};      ///< the type by its name

  NamedType() = default;
  NamedType(const NamedType&) = delete;
  NamedType& operator=(const NamedType&) = delete;

  std::span<const FieldDefinition> fieldList() const { return completed().ownFields; }
  std::span<const InputDefinition> inputList() const { return completed().inputs; }
  std::span<const EnumValue> valueList() const { return completed().values; }
  /// nullptr: there is none of that name.
  const FieldDefinition* field(std::string_view name) const;
  const InputDefinition* input(std::string_view name) const;
  const EnumValue* value(std::string_view name) const;

  bool isLeaf() const noexcept { return kind == TypeKind::Scalar || kind == TypeKind::Enum; }
  bool isInput() const noexcept { return isLeaf() || kind == TypeKind::InputObject; }
  bool isComposite() const noexcept { return isAbstract() || kind == TypeKind::Object; }
  bool isAbstract() const noexcept { return kind == TypeKind::Interface || kind == TypeKind::Union; }
  /// Is it, or may it be, this object or interface?
  bool mayBe(const NamedType& other) const noexcept;

 private:
  const NamedType& completed() const {
    if (content != nullptr) std::call_once(filled_, [this] { content->fill(const_cast<NamedType&>(*this)); });
    return *this;
  }
  mutable std::once_flag filled_;
};

struct DirectiveDefinition {
  std::string_view name;
  std::string_view description;
  std::span<const InputDefinition> arguments;
  std::span<const DirectiveLocation> locations;
  bool isRepeatable = false;

  const InputDefinition* argument(std::string_view name) const noexcept;
};

/// What a document is validated against. Any thread; everything found stays valid as long as the schema.
class Schema {
 public:
  virtual ~Schema() = default;

  virtual const NamedType& query() const = 0;
  virtual const NamedType* mutation() const = 0;
  virtual const NamedType* subscription() const = 0;
  /// nullptr: there is none of that name.
  virtual const NamedType* type(std::string_view name) const = 0;
  virtual size_t typeCount() const = 0;
  virtual std::vector<std::string_view> typeNames() const = 0;
  virtual std::span<const DirectiveDefinition> directives() const = 0;

  const DirectiveDefinition* directive(std::string_view name) const noexcept;
  const NamedType* root(OperationType type) const {
    return type == OperationType::Query ? &query() : type == OperationType::Mutation ? mutation() : subscription();
  }
};

/// The fields that every type or the query has without being asked: __typename, __schema and __type.
const FieldDefinition* fieldOf(const Schema& schema, const NamedType& parent, std::string_view name);

}  // namespace tenon::graphql
