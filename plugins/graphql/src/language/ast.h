// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <memory_resource>
#include <span>
#include <string>
#include <string_view>

// The syntax tree of a document. Nodes lie in the document's arena and never change: a Document that is shared may be
// read by any thread. `start` is the byte offset of a node in the source.

namespace tenon::graphql {

struct Name {
  std::string_view value;
  uint32_t start = 0;

  explicit operator bool() const noexcept { return !value.empty(); }
};

enum class ValueKind : uint8_t { Variable, Int, Float, String, Boolean, Null, Enum, List, Object };

struct ObjectField;

struct Value {
  ValueKind kind = ValueKind::Null;
  bool block = false;  ///< a string between three quotes
  uint32_t start = 0;
  std::string_view text;  ///< of a variable its name, of a number as it stands there, of a string its content
  bool boolean = false;
  std::span<const Value> items;         ///< of a list
  std::span<const ObjectField> fields;  ///< of an object
};

struct ObjectField {
  Name name;
  Value value;
};

struct TypeNode {
  enum class Kind : uint8_t { Named, List, NonNull };
  Kind kind = Kind::Named;
  uint32_t start = 0;
  Name name;                     ///< of Named
  const TypeNode* of = nullptr;  ///< of the others

  const TypeNode& named() const noexcept { return kind == Kind::Named ? *this : of->named(); }
};

struct Argument {
  Name name;
  Value value;
};

struct Directive {
  uint32_t start = 0;
  Name name;
  std::span<const Argument> arguments;
};

struct Selection;

struct SelectionSet {
  uint32_t start = 0;
  std::span<const Selection> selections;
};

struct Selection {
  enum class Kind : uint8_t { Field, FragmentSpread, InlineFragment };
  Kind kind = Kind::Field;
  uint32_t start = 0;
  Name alias;          ///< of a field that has one
  Name name;           ///< of a field or of a fragment that is spread
  Name typeCondition;  ///< of an inline fragment that has one
  std::span<const Argument> arguments;
  std::span<const Directive> directives;
  const SelectionSet* selectionSet = nullptr;

  const Name& responseName() const noexcept { return alias ? alias : name; }
};

struct VariableDefinition {
  uint32_t start = 0;
  Name variable;
  const TypeNode* type = nullptr;
  const Value* defaultValue = nullptr;
  std::span<const Directive> directives;
};

enum class OperationType : uint8_t { Query, Mutation, Subscription };

struct Operation {
  uint32_t start = 0;
  OperationType type = OperationType::Query;
  Name name;  ///< empty for an anonymous one
  std::span<const VariableDefinition> variables;
  std::span<const Directive> directives;
  const SelectionSet* selectionSet = nullptr;
};

struct Fragment {
  uint32_t start = 0;
  Name name;
  Name typeCondition;
  std::span<const Directive> directives;
  const SelectionSet* selectionSet = nullptr;
};

/// A definition of the type system: it may be parsed, but not executed.
struct TypeSystemDefinition {
  uint32_t start = 0;
  std::string_view name;  ///< empty for "schema"
};

struct Definition {
  enum class Kind : uint8_t { Operation, Fragment, TypeSystem };
  Kind kind = Kind::Operation;
  const Operation* operation = nullptr;
  const Fragment* fragment = nullptr;
  const TypeSystemDefinition* typeSystem = nullptr;
};

/// Owns the source, the nodes and their texts.
class Document {
 public:
  explicit Document(std::string source) : source_(std::move(source)) {}
  Document(const Document&) = delete;
  Document& operator=(const Document&) = delete;

  const std::string& source() const noexcept { return source_; }
  std::span<const Definition> definitions() const noexcept { return definitions_; }
  std::pmr::memory_resource& arena() noexcept { return arena_; }
  void define(std::span<const Definition> definitions) noexcept { definitions_ = definitions; }

 private:
  std::string source_;
  std::pmr::monotonic_buffer_resource arena_;
  std::span<const Definition> definitions_;
};

}  // namespace tenon::graphql
