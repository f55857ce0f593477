// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <unordered_map>

#include "error.h"
#include "language/ast.h"
#include "type/type.h"

namespace tenon::graphql {

/// Values of variables by name; one that has none is absent. Objects keep the order in which they were written.
using Variables = std::unordered_map<std::string_view, Json>;

/// The values of an operation's variables. Beside the specification's rules texts are read as what is expected, since
/// query strings become variables: numbers, booleans, and JSON for lists and input objects. Throws RequestError in the
/// reference implementation's words, with every variable that is wrong.
Variables coerceVariables(const Schema& schema, const Document& document, const Operation& operation, const Json& given,
                          bool hidesNames);

/// A value that comes as JSON, as what a variable is declared as. Throws FieldError.
Json coercedTo(const Schema& schema, const VariableDefinition& variable, const Json& value);

/// A literal of a validated document. nullopt: it is a variable that has no value.
std::optional<Json> valueOf(const Value& literal, const Type& type, const Variables& variables);

/// The arguments of a field by name; those that are not given are absent. Throws FieldError.
Json argumentsOf(std::span<const InputDefinition> definitions, std::span<const Argument> given,
                 const Variables& variables);

}  // namespace tenon::graphql
