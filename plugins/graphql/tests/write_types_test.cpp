// SPDX-License-Identifier: Apache-2.0
#include "execution/writes.h"

#include <gtest/gtest.h>

#include "schema/sdl.h"
#include "school.h"

namespace tenon::graphql {
namespace {

constexpr char kItem[] = R"({"type":"entity","name":"Item","fields":[{"name":"id","type":"Long","identity":true},
    {"name":"code","type":"String","unique":true},{"name":"kind","type":"String"},{"name":"size","type":"Int"},
    {"name":"revision","type":"Int","additionalProperties":{"version":true}},{"name":"more","type":"JSON"},
    {"name":"boxId","type":"Long"},
    {"name":"box","type":"Relation","from":"Box","localField":"boxId","foreignField":"id"}],
  "indexes":[{"name":"by_kind","unique":true,"fields":[{"fieldName":"kind"},{"fieldName":"size"}]},
             {"name":"no-name","unique":true,"fields":[{"fieldName":"size"}]},
             {"name":"plain","unique":false,"fields":[{"fieldName":"size"}]}]})";
constexpr char kBox[] = R"({"type":"entity","name":"Box","fields":[{"name":"id","type":"Long","identity":true},
    {"name":"items","type":"Relation","from":"Item","multiple":true,"localField":"id","foreignField":"boxId"}]})";

struct Made {
  std::vector<std::string> warnings;
  std::unique_ptr<ApiSchema> schema;
  const EntityTypes& of(const char* entity) const { return *schema->entity(0, entity); }
};
Made made(const std::vector<std::string>& models) {
  Made out;
  out.schema = std::make_unique<ApiSchema>(ApiSchema::Datasources{datasourceOf("s", models)},
                                           [&](const std::string& w) { out.warnings.push_back(w); });
  return out;
}

TEST(WriteTypes, AreInTheSchema) {
  const Made m = made({kItem, kBox});
  const std::string sdl = sdlOf(*m.schema);
  EXPECT_NO_THROW(parse(sdl, {1000000, 200}));
  for (const char* part :
       {"  s_create_many_Item(data: [s_Item_insert_input!]!, on_conflict: s_Item_on_conflict): "
        "s_Item_mutation_response! @cost(",
        "  s_create_Item(data: s_Item_insert_input, on_conflict: s_Item_on_conflict): s_Item @cost(",
        "  s_update_many_Item(updates: [s_Item_updates!]!): [s_Item_mutation_response] @cost(",
        "  s_delete_Item_returning(where: s_Item_bool_exp!): s_Item_mutation_response @cost(",
        "  s_update_Item(_set: s_Item_set_input, where: s_Item_bool_exp!, _inc: s_Item_inc_input, ",
        "_delete_at_path: s_Item_delete_at_path_input, if_version: Int): s_Item @cost(",
        "enum s_Item_constraint {\n  Item_pkey\n  by_kind\n  Item_code_key\n}\n",
        "  update_columns: [s_Item_update_column!]! = []\n", "  box: s_Box_obj_rel_insert_input\n",
        "  items: s_Item_arr_rel_insert_input\n", "  data: [s_Item_insert_input!]!\n", "  returning: [s_Item!]! @listSize(",
        "input s_Item_inc_input {\n  size: Int\n  revision: Int\n  boxId: Int\n}\n"})
    EXPECT_NE(sdl.find(part), std::string::npos) << part;
  // A box has nothing but its identity.
  for (const char* none : {"s_Box_inc_input", "s_Box_append_input", "s_Box_on_conflict", "s_Item_obj_rel_insert_input"})
    EXPECT_EQ(sdl.find(none), std::string::npos) << none;
}

TEST(WriteTypes, OfAModelWithoutIdentityNeedNone) {
  const Made m = made({R"({"type":"entity","name":"A","fields":[{"name":"x","type":"Int","unique":true},
      {"name":"j","type":"JSON"}]})"});
  const NamedType& mutation = *m.schema->mutation();
  EXPECT_NE(mutation.field("s_create_many_A"), nullptr);
  EXPECT_EQ(mutation.field("s_update_A_returning"), nullptr);
  EXPECT_EQ(mutation.field("s_create_A")->argument("on_conflict"), nullptr);
  EXPECT_NE(mutation.field("s_update_A")->argument("_inc"), nullptr);
  EXPECT_EQ(mutation.field("s_update_A")->argument("_append"), nullptr);
}

TEST(WriteTypes, GiveWayToModelsOfTheirName) {
  const auto entity = [](const std::string& name) {
    return R"({"type":"entity","name":")" + name +
           R"(","fields":[{"name":"id","type":"Long","identity":true},{"name":"n","type":"Int"}]})";
  };
  const Made m = made({entity("A"), entity("A_on_conflict"), entity("A_updates"), entity("many_A")});
  EXPECT_EQ(m.schema->type("s_A_updates")->kind, TypeKind::Object);
  const NamedType& mutation = *m.schema->mutation();
  EXPECT_EQ(mutation.field("s_create_A")->argument("on_conflict"), nullptr);
  EXPECT_EQ(mutation.field("s_create_many_A")->type->named().name, "s_many_A");
  EXPECT_EQ(mutation.field("s_update_many_A")->type->named().name, "mutation_response");
  EXPECT_EQ(m.schema->type("s_A_constraint"), nullptr);
  // A_on_conflict, A_updates and create_many_A of A; update_many_A is not wanted without A_updates.
  EXPECT_EQ(m.warnings.size(), 3U);
}

std::string refusal(const auto& work) {
  try {
    work();
  } catch (const FieldError& e) {
    return e.what();
  }
  return "accepted";
}

TEST(WriteArguments, BecomeRecordsWithWhatIsNestedInThem) {
  const Made m = made({kItem, kBox});
  const Json record = recordOf(m.of("Box"), parseJson(R"({"id":"1","items":{"data":[{"id":"2","code":"a","box":null}],
                                "on_conflict":{"constraint":"Item_code_key","update_columns":["size"],
                                               "where":{"size":{"_gt":1}}}}})"));
  EXPECT_EQ(dumpJson(record), R"({"id":1,"items":{"data":[{"id":2,"code":"a","box":null}],)"
                              R"("conflict":{"fields":["code"],"update":["size"],"where":{"size":{"_gt":1}}}}})");
}

TEST(WriteArguments, AreNestedNoDeeperThanTheBound) {
  const Made m = made({kItem, kBox});
  Json record = Json::object();
  for (int i = 0; i < kDeepestInsert; ++i) {
    const bool isBox = i % 2 == 0;
    record = Json{{isBox ? "items" : "box", {{"data", isBox ? Json::array({record}) : record}}}};
  }
  EXPECT_EQ(refusal([&] { recordOf(m.of("Item"), record); }), "accepted");
  record = Json{{"items", {{"data", Json::array({record})}}}};
  EXPECT_NE(refusal([&] { recordOf(m.of("Box"), record); }).find("deeper than"), std::string::npos);
}

TEST(WriteArguments, ChangeAFieldOnce) {
  const Json set = {{"size", 1}};
  EXPECT_EQ(dumpJson(operatorsOf(parseJson(R"({"_inc":{"boxId":2},"_append":{"more":[1]},"_prepend":null})"), set)),
            R"({"boxId":{"_inc":2},"more":{"_append":[1]}})");
  EXPECT_EQ(refusal([&] { operatorsOf(parseJson(R"({"_inc":{"size":2}})"), set); }),
            "size is changed by _set and by _inc");
  EXPECT_EQ(refusal([&] { operatorsOf(parseJson(R"({"_append":{"more":1},"_delete_elem":{"more":1}})"), set); }),
            "more is changed by _append and by _delete_elem");
}

TEST(WriteArguments, AnEmptyConditionIsRefusedWhereverItStands) {
  const Made m = made({kItem, kBox});
  EXPECT_NE(refusal([&] { changedBy(m.of("Item"), parseJson(R"({"_or":[{"size":{}}]})")); }).find("is empty"),
            std::string::npos);
  EXPECT_NE(refusal([&] {
              conflictOf(m.of("Item"), parseJson(R"({"on_conflict":{"constraint":"Item_pkey","where":{"size":{}}}})"));
            }).find("is empty"),
            std::string::npos);
  EXPECT_EQ(refusal([&] { changedBy(m.of("Item"), Json::object()); }), "accepted");
}

}  // namespace
}  // namespace tenon::graphql
