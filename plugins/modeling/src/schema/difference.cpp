// SPDX-License-Identifier: Apache-2.0
#include "difference.h"

#include <algorithm>

#include "model/field_type.h"
#include "sql/key_names.h"

namespace tenon::modeling {

namespace {

bool sameIndex(const Index& a, const Index& b) {
  return a.name == b.name && a.unique == b.unique &&
         std::equal(
             a.fields.begin(), a.fields.end(), b.fields.begin(), b.fields.end(),
             [](const auto& x, const auto& y) { return x.fieldName == y.fieldName && x.descending == y.descending; });
}

/// `index` as it is once its columns have their new names.
Index renamed(Index index, const Renames& renames) {
  for (auto& f : index.fields)
    if (const auto it = renames.find(f.fieldName); it != renames.end()) f.fieldName = it->second;
  return index;
}

}  // namespace

EntityDifference difference(const Entity& before, const Entity& after, const Renames& renames) {
  EntityDifference out;
  const auto newName = [&](const std::string& old) {
    const auto it = renames.find(old);
    return it == renames.end() ? old : it->second;
  };
  for (const Field& f : before.fields) {
    if (!f.isColumn()) continue;
    const Field* now = after.field(newName(f.name));
    if (now != nullptr && now->isColumn())
      out.kept.push_back({&f, now});
    else
      out.dropped.push_back(&f);
  }
  for (const Field& f : after.fields)
    if (f.isColumn() && std::none_of(out.kept.begin(), out.kept.end(), [&](const auto& k) { return k.after == &f; }))
      out.added.push_back(&f);
  const auto has = [](const std::vector<Index>& list, const Index& one, const Renames& names) {
    return std::any_of(list.begin(), list.end(), [&](const Index& i) { return sameIndex(renamed(i, names), one); });
  };
  for (const Index& i : before.indexes)
    if (!has(after.indexes, renamed(i, renames), {})) out.droppedIndexes.push_back(&i);
  for (const Index& i : after.indexes)
    if (!has(before.indexes, i, renames)) out.addedIndexes.push_back(&i);
  return out;
}

bool isText(FieldType t) noexcept {
  return t == FieldType::String || t == FieldType::Text || t == FieldType::EnumRef;
}

bool isWidening(const Field& from, const Field& to) noexcept {
  if (from.type == to.type || to.type == FieldType::Text || to.type == FieldType::String) return true;
  if (isText(from.type) && isText(to.type)) return true;
  if (from.type == FieldType::Int) return to.type == FieldType::Long || to.type == FieldType::Float;
  return from.type == FieldType::Long && to.type == FieldType::Float;
}

bool narrowsToWhole(const Field& from, const Field& to) noexcept {
  if (from.type == FieldType::Float) return to.type == FieldType::Int || to.type == FieldType::Long;
  return from.type == FieldType::Long && to.type == FieldType::Int;
}

bool readsNumbers(const Field& from, const Field& to) noexcept {
  return (from.type == FieldType::String || from.type == FieldType::Text) &&
         (to.type == FieldType::Int || to.type == FieldType::Long ||
          (to.type == FieldType::Float && !isFloatingPoint(to)));
}

bool readsTruth(const Field& from, const Field& to) noexcept {
  return (from.type == FieldType::String || from.type == FieldType::Text) && to.type == FieldType::Boolean;
}

bool keepsFitting(const Field& from, const Field& to) noexcept {
  return isWidening(from, to) || narrowsToWhole(from, to) || readsNumbers(from, to) || readsTruth(from, to);
}

Index uniqueKeyOf(const std::string& table, const Field& field) {
  return {uniqueKeyName(table, {field.name}), true, {{field.name, false}}};
}

Renames reversed(const Renames& renames) {
  Renames out;
  for (const auto& [from, to] : renames) out[to] = from;
  return out;
}

}  // namespace tenon::modeling
