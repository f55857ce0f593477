// SPDX-License-Identifier: Apache-2.0
// Of Executor: objects whose members are not all columns.
#pragma once

#include <optional>

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
  if (!node.hasJoins) {
    out += '{';
    bool first = true;
    for (size_t i = 0; i < children.size(); ++i) {
      if (!isIncluded(children[i], variables_)) continue;
      writeKey(out, children[i], first);
      write(out, i);
    }
    out += '}';
    return;
  }
  // An export may change what a condition says: each is asked once, when its turn has come.
  std::vector<std::optional<std::string>> values(children.size());
  for (const bool joins : {false, true})
    for (size_t i = 0; i < children.size(); ++i)
      if (isJoin(children[i]) == joins && isIncluded(children[i], variables_)) write(values[i].emplace(), i);
  out += '{';
  bool first = true;
  for (size_t i = 0; i < children.size(); ++i) {
    if (!values[i]) continue;
    writeKey(out, children[i], first);
    out += *values[i];
  }
  out += '}';
}

}  // namespace tenon::graphql
