// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>
#include <vector>

#include "entity_types.h"
#include "model.h"

namespace tenon::graphql {

/// The schema over all entities and enums of a set of datasources. What has no legal name, or one that is taken, is
/// left out and told; the rest stays. Types are made when they are first looked into. Immutable; any thread.
class ApiSchema final : public Schema {
 public:
  using Warn = std::function<void(const std::string&)>;
  using Datasources = std::vector<std::shared_ptr<const Datasource>>;

  explicit ApiSchema(Datasources datasources, const Warn& warn = {});

  const NamedType& query() const override { return query_; }
  const NamedType* mutation() const override { return entities_.empty() ? nullptr : &mutation_; }
  /// The fields of Query, as live queries.
  const NamedType* subscription() const override { return entities_.empty() ? nullptr : &subscription_; }
  const NamedType* type(std::string_view name) const override;
  size_t typeCount() const override { return names_.size(); }
  std::vector<std::string_view> typeNames() const override;
  std::span<const DirectiveDefinition> directives() const override { return directives_; }

  /// By the names of models; nullptr: it is not in the schema.
  const EntityTypes* entity(size_t datasource, std::string_view name) const;
  const NamedType* enumeration(size_t datasource, std::string_view name) const;
  /// Of an enum.
  const NamedType* comparison(size_t datasource, std::string_view name) const;
  const NamedType& mutationResponse() const noexcept { return *mutationResponse_; }
  const Datasource& datasource(size_t position) const noexcept { return *datasources_[position]; }

 private:
  /// An entity's place; its types are made when they are first asked for.
  struct Slot {
    size_t datasource;
    const Entity* entity;
    std::string prefix;
    Parts parts;  ///< of writes
    mutable std::once_flag once;
    mutable std::unique_ptr<EntityTypes> types;
  };
  struct Root {
    std::string_view name;
    const Slot* slot;
    RootField field;
  };
  struct Named {  // what a name of a type stands for
    const NamedType* type;
    const Slot* slot;  ///< instead of type
    Part part;
  };
  /// Fields of Query, or of Mutation.
  class Roots : public FieldSource {
   public:
    explicit Roots(const ApiSchema& schema) : schema_(schema) {}
    const FieldDefinition* find(std::string_view name) const override;
    std::span<const FieldDefinition* const> all() const override;
    std::vector<Root> list;
    std::unordered_map<std::string_view, size_t> byName;

   private:
    const ApiSchema& schema_;
    mutable std::once_flag once_;
    mutable std::vector<const FieldDefinition*> all_;
  };
  using ByModel = std::unordered_map<std::string_view, Slot*>;
  struct EnumTypes {
    const NamedType *type, *comparison;
  };

  void addShared();
  void addDirectives();
  void addEnum(size_t datasource, const std::string& prefix, const EnumModel& model, const Warn& warn);
  void addEntity(size_t datasource, const std::string& prefix, const Entity& entity, const Warn& warn);
  /// What came after the published names gives way to them: of it single types and fields are left out.
  void addWrites(Slot& slot, const Warn& warn);
  void wantRelated(const Slot& slot);
  void warnOfFields(const Slot& slot, const Warn& warn) const;
  const EntityTypes& typesOf(const Slot& slot) const;

  Datasources datasources_;
  TypeArena arena_;
  std::deque<Slot> entities_;
  std::vector<ByModel> entitiesByModel_;                                // by datasource
  std::vector<std::unordered_map<std::string_view, EnumTypes>> enums_;  // by datasource
  std::unordered_map<std::string_view, Named> types_;
  std::vector<std::string_view> names_;  // of types, in their order
  Roots queries_{*this}, mutations_{*this};
  NamedType query_, mutation_, subscription_;
  const NamedType* mutationResponse_ = nullptr;
  std::vector<DirectiveDefinition> directives_;
};

}  // namespace tenon::graphql
