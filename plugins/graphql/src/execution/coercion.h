// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <charconv>
#include <optional>
#include <string>
#include <unordered_map>

#include "error.h"
#include "language/ast.h"
#include "type/type.h"

namespace tenon::graphql {

/// The number that all of a text says.
template <class T>
std::optional<T> numberIn(std::string_view text) {
  T n{};
  const auto r = std::from_chars(text.data(), text.data() + text.size(), n);
  if (text.empty() || r.ec != std::errc() || r.ptr != text.data() + text.size()) return std::nullopt;
  return n;
}

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
