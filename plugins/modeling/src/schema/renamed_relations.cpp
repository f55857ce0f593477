// SPDX-License-Identifier: Apache-2.0
#include "renamed_relations.h"

#include <algorithm>

namespace tenon::modeling {

namespace {

/// Puts the new name where the relation says the old one; true when it did.
bool follow(std::string& name, const Renames& renames) {
  const auto it = renames.find(name);
  if (it == renames.end()) return false;
  name = it->second;
  return true;
}

/// Of a model's relations: its own side, when it is the one with renamed fields, and the other side.
bool follow(Entity& entity, const std::string& renamed, const Renames& renames) {
  bool followed = false;
  for (Field& f : entity.fields) {
    if (f.type != FieldType::Relation) continue;
    if (entity.name == renamed) followed = follow(f.localField, renames) || followed;
    if (f.from == renamed) followed = follow(f.foreignField, renames) || followed;
  }
  return followed;
}

}  // namespace

std::vector<ModelChange> withRenamedRelations(const ModelSet& models, std::vector<ModelChange> changes) {
  const size_t given = changes.size();
  for (size_t i = 0; i < given; ++i) {
    const std::string renamed = changes[i].name;
    const Renames renames = changes[i].renames;
    if (renames.empty()) continue;
    for (auto& c : changes)
      if (auto* entity = c.after ? std::get_if<Entity>(&*c.after) : nullptr) follow(*entity, renamed, renames);
    for (const Model& m : models.all()) {
      const auto* entity = std::get_if<Entity>(&m);
      const bool changed =
          std::any_of(changes.begin(), changes.end(), [&](const auto& c) { return c.name == nameOf(m); });
      if (entity == nullptr || changed) continue;
      Entity after = *entity;
      if (follow(after, renamed, renames)) changes.push_back({entity->name, m, std::move(after), {}});
    }
  }
  return changes;
}

}  // namespace tenon::modeling
