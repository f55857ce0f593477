// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>
#include <vector>

#include <tenon/cancel.h>

#include "coercion.h"
#include "plan.h"
#include "type/builtin.h"

namespace tenon::graphql {

/// Answers __schema, __type and __typename. The depth of what it writes is that of the plan.
class Introspection {
 public:
  /// mostBytes: of the reply, what was written before included. cancel: may be nullptr.
  Introspection(const Schema& schema, const Variables& variables, size_t mostBytes, const tenon_cancel* cancel)
      : schema_(schema), variables_(variables), mostBytes_(mostBytes), cancel_(cancel) {}

  /// Appends the value of a root field of introspection. Throws FieldError when it becomes too large or takes too long.
  void write(std::string& out, const Node& node) const;

 private:
  using Action = IntrospectionAction;

  template <class Write>
  void object(std::string& out, const Node& node, std::string_view typeName, const Write& write) const;
  template <class List, class Write>
  void list(std::string& out, const List& items, const Write& write) const;
  template <class Item>
  std::vector<const Item*> shown(const Node& node, std::span<const Item> all) const;

  void schema(std::string& out, const Node& node) const;
  void type(std::string& out, const Node& node, const Type& type) const;
  void namedType(std::string& out, const Node& field, const NamedType& type) const;
  void field(std::string& out, const Node& node, const FieldDefinition& field) const;
  void input(std::string& out, const Node& node, const InputDefinition& input) const;
  void inputs(std::string& out, const Node& node, std::span<const InputDefinition> list) const;
  void enumValue(std::string& out, const Node& node, const EnumValue& value) const;
  void directive(std::string& out, const Node& node, const DirectiveDefinition& directive) const;

  const Schema& schema_;
  const Variables& variables_;
  const size_t mostBytes_;
  const tenon_cancel* cancel_;
};

/// Appends `"key":`, after a comma unless it is the first.
void writeKey(std::string& out, const Node& node, bool& first);

}  // namespace tenon::graphql
