// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string_view>
#include <unordered_map>

#include "type/arena.h"

namespace tenon::graphql {

/// A schema as a server's introspection answers it: what tests validate documents against.
class IntrospectedSchema : public Schema {
 public:
  /// json: {"__schema": ...}, with the values of enums and input fields. Throws std::exception.
  explicit IntrospectedSchema(std::string_view json);

  const NamedType& query() const override { return *query_; }
  const NamedType* mutation() const override { return mutation_; }
  const NamedType* subscription() const override { return subscription_; }
  const NamedType* type(std::string_view name) const override;
  size_t typeCount() const override { return types_.size(); }
  std::vector<std::string_view> typeNames() const override;
  std::span<const DirectiveDefinition> directives() const override { return directives_; }

 private:
  struct Reader;

  TypeArena arena_;
  std::unordered_map<std::string_view, const NamedType*> types_;
  std::vector<std::string_view> order_;
  std::vector<DirectiveDefinition> directives_;
  const NamedType *query_ = nullptr, *mutation_ = nullptr, *subscription_ = nullptr;
};

}  // namespace tenon::graphql
