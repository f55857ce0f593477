// SPDX-License-Identifier: Apache-2.0
#include "schema/api_schema.h"

#include <gtest/gtest.h>

#include "language/parser.h"
#include "schema/sdl.h"
#include "school.h"

namespace tenon::graphql {
namespace {

struct Made {
  std::vector<std::string> warnings;
  std::unique_ptr<ApiSchema> schema;
};

Made made(const std::vector<std::string>& models, std::string name = "s") {
  Made out;
  out.schema = std::make_unique<ApiSchema>(ApiSchema::Datasources{datasourceOf(std::move(name), models)},
                                           [&](const std::string& w) { out.warnings.push_back(w); });
  return out;
}

std::string entity(const std::string& name, const std::string& fields) {
  return R"({"type":"entity","name":")" + name + R"(","fields":[)" + fields + "]}";
}
constexpr char kId[] = R"({"name":"id","type":"Long","identity":true})";

TEST(ApiSchema, OfNoModelHasOneField) {
  const Made m = made({});
  EXPECT_EQ(sdlOf(*m.schema).find("Mutation"), std::string::npos);
  EXPECT_EQ(m.schema->subscription(), nullptr);
  EXPECT_NE(m.schema->query().field("_empty"), nullptr);
}

TEST(ApiSchema, IsALegalSchemaInItsOwnLanguage) {
  const std::string sdl = sdlOf(*schoolSchema());
  EXPECT_NO_THROW(parse(sdl, {1000000, 200}));
  for (const char* part :
       {"  subscription: Subscription\n",
        "\ntype Subscription {\n",
        "  school_find_by_id_Student(id: ID!): school_Student\n",
        "  school_list_Student(where: school_Student_bool_exp, order_by: school_Student_order_by, "
        "size: Int, page: Int, ",
        "): [school_Student!]! @listSize(",
        "  school_delete_Student(where: school_Student_bool_exp!): mutation_response @cost(",
        "enum school_Gender {\n  UNKNOWN\n",
        "directive @internal on VARIABLE_DEFINITION\n",
        "  students_aggregate(where: school_Student_bool_exp): school_Student_aggregate!\n",
        "  _join: Query\n",
        "  school_Student_connection(first: Int, after: String, last: Int, before: String, where: "
        "school_Student_bool_exp, sort: [school_Student_order_by!]): school_Student_connection! @listSize(",
        "  edges: [school_Student_edge!]!",
        "  node: school_Student!\n",
        "type PageInfo {\n",
        "  students_aggregate: school_Student_aggregate_bool_exp\n",
        "  count: school_Student_aggregate_bool_exp_count\n",
        "  predicate: Int_comparison_exp!\n",
        "  students_aggregate: school_Student_aggregate_order_by\n",
        "  students: school_Student_bool_exp\n",
        "scalar JSON\n"})
    EXPECT_NE(sdl.find(part), std::string::npos) << part;
}

TEST(ApiSchema, LeavesOutWhatHasNoLegalNameAndSaysSo) {
  const Made m =
      made({entity("A", std::string(kId) +
                            R"(,{"name":"größe","type":"Int"},{"name":"__x","type":"Int"},{"name":"ok","type":"Int"},
                                {"name":"gone","type":"Relation","from":"Nobody"})"),
            R"({"type":"enum","name":"E","elements":["a-b"]})", entity("B", R"({"name":"1","type":"Int"})")},
           "my-db");
  EXPECT_NE(m.schema->query().field("my_db_list_A"), nullptr);
  const NamedType& a = *m.schema->type("my_db_A");
  EXPECT_NE(a.field("ok"), nullptr);
  EXPECT_EQ(a.field("gone"), nullptr);
  EXPECT_EQ(m.schema->type("my_db_B"), nullptr);
  EXPECT_EQ(m.warnings.size(), 5U);
}

TEST(ApiSchema, NamesThatAreTakenAreNotTakenTwice) {
  const Made m = made(
      {entity("A", kId), entity("A_bool_exp", kId), entity("list_A", kId), entity("a-b", kId), entity("a_b", kId)});
  EXPECT_NE(m.schema->type("s_A_bool_exp")->kind, TypeKind::Object);
  EXPECT_NE(m.schema->type("s_a_b"), nullptr);
  EXPECT_EQ(m.warnings.size(), 2U);
}

TEST(ApiSchema, ByIdNeedsAnIdentity) {
  const Made m = made({entity("A", R"({"name":"x","type":"Int"})")});
  EXPECT_EQ(m.schema->query().field("s_find_by_id_A"), nullptr);
  EXPECT_EQ(m.schema->query().field("s_A_connection"), nullptr);
  EXPECT_EQ(m.schema->type("s_A_connection"), nullptr);
  EXPECT_EQ(m.schema->mutation()->field("s_delete_A_by_id"), nullptr);
  EXPECT_NE(m.schema->mutation()->field("s_delete_A"), nullptr);
}

TEST(ApiSchema, AFieldTakesItsNameFromTheCountsOfARelation) {
  const std::string relation =
      R"(,{"name":"bs","type":"Relation","from":"A","multiple":true,"localField":"id","foreignField":"id"},)";
  const Made m = made({entity("A", std::string(kId) + relation + R"({"name":"bs_aggregate","type":"Int"})")});
  EXPECT_EQ(nameOf(*m.schema->type("s_A_bool_exp")->input("bs_aggregate")->type), "Int_comparison_exp");
  EXPECT_EQ(nameOf(*m.schema->type("s_A_order_by")->input("bs_aggregate")->type), "order_by");
  EXPECT_EQ(nameOf(*m.schema->type("s_A")->field("bs_aggregate")->type), "Int");
}

TEST(ApiSchema, AnEnumThatIsNotThereMakesTexts) {
  const Made m =
      made({entity("A", std::string(kId) + R"(,{"name":"e","type":"EnumRef","from":"Nobody","multiple":true})")});
  EXPECT_EQ(nameOf(*m.schema->type("s_A")->field("e")->type), "[String]");
  EXPECT_EQ(nameOf(*m.schema->type("s_A_bool_exp")->input("e")->type), "String_comparison_exp");
}

}  // namespace
}  // namespace tenon::graphql
