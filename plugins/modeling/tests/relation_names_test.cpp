// SPDX-License-Identifier: Apache-2.0
#include "sync/relation_names.h"

#include <gtest/gtest.h>

#include <map>

namespace tenon::modeling {
namespace {

/// Tables by their columns; unique = columns with a unique index.
PhysicalSchema schema(std::map<std::string, std::vector<std::string>> tables, std::vector<PhysicalReference> references,
                      const std::map<std::string, std::string>& unique = {}) {
  PhysicalSchema s;
  for (const auto& [name, columns] : tables) {
    PhysicalTable& t = s.tables[name];
    t.name = name;
    for (const auto& c : columns)
      t.columns.push_back({c, TENON_TYPE_LONG, {}, {}, {}, true, false, {}, c == columns[0] ? 1 : 0, {}, false, {}});
    if (const auto it = unique.find(name); it != unique.end()) t.indexes.push_back({"ux", true, {{it->second, false}}});
  }
  s.references = std::move(references);
  return s;
}

std::map<std::string, std::string> named(const PhysicalSchema& s) {
  std::map<std::string, std::string> out;
  for (const auto& r : nameRelations(s))
    out[r.owner + "." + r.field.name] = r.field.from + (r.field.multiple ? "[]" : "");
  return out;
}

using Names = std::map<std::string, std::string>;

TEST(RelationNames, follow_the_column_and_the_child) {
  EXPECT_EQ(named(schema({{"Artist", {"ArtistId"}}, {"Album", {"AlbumId", "ArtistId"}}},
                         {{"Album", "ArtistId", "Artist", "ArtistId"}})),
            (Names{{"Album.artist", "Artist"}, {"Artist.albums", "Album[]"}}));
  EXPECT_EQ(named(schema({{"media_type", {"id"}}, {"play_list", {"id", "media_type_id"}}},
                         {{"play_list", "media_type_id", "media_type", "id"}})),
            (Names{{"play_list.mediaType", "media_type"}, {"media_type.playLists", "play_list[]"}}));
}

TEST(RelationNames, a_column_without_id_adds_its_target) {
  EXPECT_EQ(
      named(schema({{"Employee", {"EmployeeId", "ReportsTo"}}}, {{"Employee", "ReportsTo", "Employee", "EmployeeId"}})),
      (Names{{"Employee.reportsToEmployee", "Employee"}, {"Employee.employees", "Employee[]"}}));
}

TEST(RelationNames, several_keys_of_one_child_tell_their_column) {
  EXPECT_EQ(named(schema({{"Address", {"id"}}, {"Order", {"id", "billingId", "shippingId"}}},
                         {{"Order", "billingId", "Address", "id"}, {"Order", "shippingId", "Address", "id"}})),
            (Names{{"Order.billing", "Address"},
                   {"Order.shipping", "Address"},
                   {"Address.ordersByBilling", "Order[]"},
                   {"Address.ordersByShipping", "Order[]"}}));
}

TEST(RelationNames, a_unique_key_is_one_to_one) {
  EXPECT_EQ(named(schema({{"Student", {"id"}}, {"StudentDetail", {"id", "studentId"}}},
                         {{"StudentDetail", "studentId", "Student", "id"}}, {{"StudentDetail", "studentId"}})),
            (Names{{"StudentDetail.student", "Student"}, {"Student.studentDetail", "StudentDetail"}}));
}

TEST(RelationNames, a_taken_name_gives_way) {
  EXPECT_EQ(named(schema({{"Artist", {"id", "Albums"}}, {"Album", {"id", "artist", "artistId"}}},
                         {{"Album", "artistId", "Artist", "id"}})),
            (Names{{"Album.artistRelation", "Artist"}, {"Artist.albumsRelation", "Album[]"}}));
}

TEST(RelationNames, plurals_are_english) {
  const auto many = [](const std::string& child) {
    for (const auto& [name, type] : named(schema({{"P", {"id"}}, {child, {"id", "pId"}}}, {{child, "pId", "P", "id"}})))
      if (name.substr(0, 2) == "P.") return name.substr(2);
    return std::string();
  };
  EXPECT_EQ(many("Category"), "categories");
  EXPECT_EQ(many("Day"), "days");
  EXPECT_EQ(many("Box"), "boxes");
  EXPECT_EQ(many("Branch"), "branches");
  EXPECT_EQ(many("URLMap"), "urlMaps");
}

}  // namespace
}  // namespace tenon::modeling
