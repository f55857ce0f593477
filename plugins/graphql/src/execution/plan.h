// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "coercion.h"
#include "language/ast.h"
#include "schema/api_schema.h"
#include "validation/validate.h"

namespace tenon::graphql {

/// Bounds of one operation, counted after its fragments are expanded. 0 = none.
struct PlanLimits {
  uint32_t depth = 12;       ///< relations and joins in one another
  uint32_t nodes = 2000;     ///< fields that are selected; without a limit 100000
  uint32_t aliases = 500;    ///< of them under another name
  uint32_t rootFields = 50;  ///< of the operation and of each join
};

/// @skip and @include with variables: all of a list must hold, for one of the lists.
struct Condition {
  std::string_view variable;
  bool included;  ///< the field is there when the variable is this
};
using Conditions = std::vector<std::vector<Condition>>;

/// A field of the operation with all that its occurrences select.
struct Node {
  std::string key;  ///< in the response
  const FieldDefinition* definition = nullptr;
  const NamedType* parent = nullptr;
  std::vector<const Selection*> fields;  ///< whose arguments are the same
  Conditions conditions;                 ///< empty: always
  std::vector<Node> children;
  std::string exportAs;           ///< the variable that gets its value; empty = none
  std::string transform;          ///< what is taken out of its value; empty = all of it
  bool dependsOnExports = false;  ///< it, or something below, uses a variable that an @export sets
  bool hasJoins = false;          ///< right below
  bool hasExports = false;        ///< it, or something below
  bool changes = false;           ///< something below is a mutation
  bool isCell = false;            ///< a column whose values are written as they are stored
  bool isPlain = false;           ///< its children are there whatever the variables say, and stand as they were read
  std::string head;               ///< of it as a member of an object: `,"key":`
  std::optional<Json> constants;  ///< its arguments, when they use no variable

  // Of one whose rows are read (see reader.h):
  std::vector<std::string> columns;  ///< by name, each once
  std::vector<size_t> places;        ///< of each child: its column, or that of its key or its value; npos
  static constexpr size_t npos = static_cast<size_t>(-1);

  std::span<const Argument> arguments() const noexcept { return fields.front()->arguments; }
  template <class Action>
  bool is(Action action) const noexcept {
    return definition->action == static_cast<uint32_t>(action);
  }
};

/// The arguments of a field by name: of one whose arguments use no variable worked out once for the plan. made: keeps
/// those of others. Throws FieldError.
const Json& argumentsOf(const Node& node, const Variables& variables, Json& made);

/// Is a field there, by its conditions?
bool isIncluded(const Node& node, const Variables& variables);

/// One operation of a document, ready to be executed with any variables. Immutable; any thread.
struct Plan {
  std::shared_ptr<const ApiSchema> schema;
  std::shared_ptr<const Document> document;
  const Operation* operation = nullptr;
  std::vector<Node> roots;
  bool changes = false;               ///< it is a mutation, or joins one
  std::set<std::string> writes;       ///< the datasources that its mutations are about
  const Directive* cached = nullptr;  ///< of a query that changes nothing; nullptr = it is not @cached
  std::optional<uint64_t> cost;       ///< when no variable decides it: see costOf()
};

/// What an operation says of keeping its answer, or nullptr.
const Directive* cachedOf(const Operation& operation);

/// The document must be valid. operation: empty = the only one. Throws RequestError: no such operation, or one past the
/// limits.
std::shared_ptr<const Plan> makePlan(std::shared_ptr<const ApiSchema> schema, std::shared_ptr<const Document> document,
                                     std::string_view operation, const PlanLimits& limits);

}  // namespace tenon::graphql
