// SPDX-License-Identifier: Apache-2.0
// Of Executor: objects whose members are not all columns.
#pragma once

#include "executor.h"
#include "tenon/json_writer.hpp"

namespace tenon::graphql {

inline bool isJoin(const Node& node) noexcept {
  return node.is(FieldAction::Join) || node.is(FieldAction::JoinMutation);
}

/// Appends an object; value(text, child, position, path) appends that of a child that is no __typename and no join.
/// Joins are executed after everything else, whose exports they may use, and written in their places.
template <class Value>
void Executor::object(std::string& out, const Node& node, const Path* up, Value&& value) {
  const auto& children = node.children;
  const auto write = [&](std::string& to, size_t i) {
    const Path path{up, children[i].key, -1};
    const size_t start = to.size();
    if (children[i].is(IntrospectionAction::TypeName))
      appendJsonString(to, children[i].parent->name);
    else if (isJoin(children[i]))
      join(to, children[i], &path);
    else
      value(to, children[i], i, path);
    finished(to, start, children[i], &path);
  };
  std::vector<std::string> values(node.hasJoins ? children.size() : 0);
  for (const bool joins : {false, true})
    for (size_t i = 0; i < values.size(); ++i)
      if (isJoin(children[i]) == joins && isIncluded(children[i], variables_)) write(values[i], i);
  out += '{';
  bool first = true;
  for (size_t i = 0; i < children.size(); ++i) {
    if (!isIncluded(children[i], variables_)) continue;
    writeKey(out, children[i], first);
    if (node.hasJoins)
      out += values[i];
    else
      write(out, i);
  }
  out += '}';
}

}  // namespace tenon::graphql
