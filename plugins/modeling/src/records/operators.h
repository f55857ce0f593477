// SPDX-License-Identifier: Apache-2.0
// What an update makes of a column's own value: {"age":{"_inc":1},"remark":{"_append":{"a":1}}}.
#pragma once

#include <string>
#include <vector>

#include "model/model.h"
#include "sql_text.h"

namespace tenon::modeling {

/// Adds to a number. The database does so, since nobody else may change the number in between.
struct Increment {
  const Field* field;
  Value by;
};

/// Changes a JSON value. It is read, changed and written here: no two databases agree about what their operators do,
/// nor do all keep JSON in a type of its own.
struct JsonChange {
  enum class Kind : uint8_t { Append, Prepend, DeleteKey, DeleteElement, DeleteAtPath };
  const Field* field;
  Kind kind;
  Json operand;
};

struct Operators {
  std::vector<Increment> increments;
  std::vector<JsonChange> jsonChanges;

  bool empty() const noexcept { return increments.empty() && jsonChanges.empty(); }
};

/// Throws Invalid with every problem: a field that is none or not of the type, an operand that is no such, two
/// operators on one field, or one on a field that `set` has as well.
Operators readOperators(const Entity& entity, const ModelSet& models, const Json& json, const Json& set);

/// Appends `"age" = "age" + ?`; null stays null.
void appendIncrement(SqlText& sql, const Dialect& dialect, const Increment& increment);
/// Appends `t."age" > ?`: the records whose number would be out of the field's range.
void appendOverflow(SqlText& sql, const Dialect& dialect, const Increment& increment, const std::string& alias);

/// What becomes of a value:
///   Append, Prepend  two objects are merged, the later one's members win; two lists are joined; else what is no list
///                    counts as a list of one
///   DeleteKey        of an object that member; of a list the texts that are equal
///   DeleteElement    of a list the element at a position, from the end when it is negative
///   DeleteAtPath     what a list of keys and positions leads to
/// What is not there leaves the value as it is.
Json changed(Json value, JsonChange::Kind kind, const Json& operand);

}  // namespace tenon::modeling
