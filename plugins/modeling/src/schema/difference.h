// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>
#include <vector>

#include "model/model.h"

namespace tenon::modeling {

/// Columns that keep their data under another name: old name -> new name.
using Renames = std::map<std::string, std::string>;

/// A column that both entities have.
struct KeptField {
  const Field* before;
  const Field* after;
};

/// What turns one entity's table into another's. Points into both.
struct EntityDifference {
  std::vector<const Field*> added, dropped;  ///< columns only
  std::vector<KeptField> kept;
  std::vector<const Index*> addedIndexes, droppedIndexes;  ///< one that is defined anew is in both
};

EntityDifference difference(const Entity& before, const Entity& after, const Renames& renames);

/// String, Text and EnumRef are texts.
bool isText(FieldType type) noexcept;
/// Can every value of `from` be one of `to`, be it in another form?
bool isWidening(const Field& from, const Field& to) noexcept;
/// From numbers to whole ones, or to fewer of them: those that fit stay the numbers they are.
bool narrowsToWhole(const Field& from, const Field& to) noexcept;
/// From texts to numbers: those that are numbers of the new type become them.
bool readsNumbers(const Field& from, const Field& to) noexcept;
/// From texts to truth values: true, false, 1 and 0 become them.
bool readsTruth(const Field& from, const Field& to) noexcept;
/// Do values stay, those at least that fit the new type?
bool keepsFitting(const Field& from, const Field& to) noexcept;

/// A unique field's key as an index: its name is derived from the table and the column.
Index uniqueKeyOf(const std::string& table, const Field& field);

/// renames from the other side.
Renames reversed(const Renames& renames);

}  // namespace tenon::modeling
