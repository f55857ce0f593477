// SPDX-License-Identifier: Apache-2.0
#include "model/model_json.h"

#include <gtest/gtest.h>

#include "model/idl_writer.h"
#include "routes/answer.h"
#include "school.h"

namespace tenon::modeling {
namespace {

std::string canonical(const char* json, bool withIdl = false) {
  std::string out;
  appendModel(out, readModel(parseJson(json)), withIdl);
  return out;
}

std::vector<std::string> problems(const char* json) {
  std::vector<std::string> out;
  try {
    readModel(parseJson(json));
  } catch (const Invalid& invalid) {
    for (const auto& p : invalid.problems()) out.push_back(p.field);
  }
  return out;
}

TEST(ModelJson, is_canonical_with_every_key) {
  EXPECT_EQ(
      canonical(R"({"type":"ENTITY","name":"S","fields":[{"name":"id","type":"Long","identity":true,"nullable":false,
              "defaultValue":{"type":"generated","name":"autoIncrement"}},{"name":"r","type":"Relation","from":"T","multiple":true,"localField":"id","foreignField":"sId"}],
              "indexes":[{"name":"I","fields":[{"fieldName":"id","direction":"desc","extra":1}]}]})"),
      R"({"type":"entity","name":"S","comment":null,"additionalProperties":{},"fields":[{"name":"id","type":"Long","modelName":"S","comment":null,"unique":false,"nullable":false,"identity":true,"defaultValue":{"type":"generated","value":null,"name":"autoIncrement","fixed":false,"generated":true},"additionalProperties":{},"concreteType":"Long"},{"name":"r","type":"Relation","modelName":"S","comment":null,"unique":false,"nullable":true,"identity":false,"defaultValue":null,"additionalProperties":{},"concreteType":"T[]","from":"T","multiple":true,"localField":"id","foreignField":"sId","cascadeDelete":false}],"indexes":[{"name":"I","modelName":"S","unique":false,"fields":[{"fieldName":"id","direction":"DESC"}]}]})");
}

TEST(ModelJson, comes_back_as_it_was_written) {
  for (const auto& json : parseJson(kSchoolModels)) {
    std::string once, twice;
    appendModel(once, readModel(json), false);
    appendModel(twice, readModel(parseJson(once)), false);
    EXPECT_EQ(once, twice);
  }
}

TEST(ModelJson, native_queries_show_their_parameters) {
  EXPECT_NE(canonical(R"({"type":"native_query","name":"q","statement":"select ${b}, ${a}, ${b}"})")
                .find(R"("parameters":["b","a"],"fields":[])"),
            std::string::npos);
}

TEST(ModelJson, forms_that_mean_no_default_are_none) {
  for (const char* d : {R"({"type":"fixed","value":null})", R"({"type":"generated","name":""})",
                        R"({"type":"fixed","name":"autoIncrement","value":null})", "null"}) {
    const std::string json =
        std::string(R"({"type":"entity","name":"E","fields":[{"name":"a","type":"String","defaultValue":)") + d + "}]}";
    EXPECT_NE(canonical(json.c_str()).find("\"defaultValue\":null"), std::string::npos) << d;
  }
}

TEST(ModelJson, every_problem_is_told_at_once) {
  EXPECT_EQ(
      problems(
          R"({"type":"entity","name":"","fields":[{"name":"a","type":"Nope"},{"name":"A","type":"String","length":"0"},{"name":"x.y","type":"Int"},
              {"type":"Relation","name":"r","unique":true},{"name":"d","type":"Int","defaultValue":{"type":"generated","name":"uuid"}}],
              "indexes":[{"fields":[{"fieldName":"zz"}]}]})"),
      (std::vector<std::string>{"fields[0].type", "name", "fields[1].length", "fields[1].name", "fields[2].name",
                                "fields[3].from", "fields[3].unique", "fields[4].defaultValue.name",
                                "indexes[0].fields[0].fieldName"}));
  EXPECT_EQ(problems(R"({"type":"enum","name":"E","elements":["A","A","1x",""]})"),
            (std::vector<std::string>{"elements[1]", "elements[2]", "elements[3]"}));
  EXPECT_EQ(
      problems(
          R"({"type":"entity","name":"E","fields":[{"name":"a","type":"Long","identity":true},{"name":"b","type":"JSON","identity":true}]})"),
      (std::vector<std::string>{"fields[1].identity", "fields[1].identity"}));
  EXPECT_EQ(problems("3"), (std::vector<std::string>{"model"}));
}

std::string fieldOf(const std::string& field) {
  const std::string out = canonical((R"({"type":"entity","name":"E","fields":[)" + field + "]}").c_str());
  return dumpJson(parseJson(out)["fields"][0]);
}

void expectField(const std::string& older, const std::string& today) {
  EXPECT_EQ(fieldOf(R"({"name":"f",)" + older + "}"), fieldOf(R"({"name":"f",)" + today + "}")) << older;
}

TEST(ModelJson, older_names_and_shapes_are_understood) {
  expectField(R"("type":"Enum","from":"K")", R"("type":"EnumRef","from":"K")");
  expectField(R"("type":"Decimal","precision":"12","scale":"3")", R"("type":"Float","precision":12,"scale":3)");
  expectField(R"("type":"Decimal","precision":1)", R"("type":"Float","precision":1,"scale":1)");
  expectField(R"("type":"String","length":"40","validators":[],"tmpType":"x")", R"("type":"String","length":40)");
  expectField(R"("type":"String","defaultValue":"x")",
              R"("type":"String","defaultValue":{"type":"fixed","value":"x"})");
  expectField(R"("type":"String","defaultValue":{"name":"uuid"})",
              R"("type":"String","defaultValue":{"type":"generated","name":"uuid"})");
  const std::string key = R"("identity":true,"nullable":false)";
  expectField(R"("type":"ID","generatedValue":"AUTO_INCREMENT")",
              R"("type":"Long","defaultValue":{"type":"generated","name":"autoIncrement"},)" + key);
  expectField(R"("type":"ID","generatedValue":"BIGINT_NOT_GENERATED")", R"("type":"Long",)" + key);
  expectField(R"("type":"ID","generatedValue":"STRING_NOT_GENERATED")", R"("type":"String",)" + key);
  for (const std::string how : {"uuid", "ulid"})
    expectField(R"("type":"ID","length":30,"generatedValue":")" + std::string(how == "uuid" ? "UUID" : "ULID") + '"',
                R"("type":"String","length":30,"defaultValue":{"type":"generated","name":")" + how + R"("},)" + key);
  const std::string now = R"(,"defaultValue":{"type":"generated","name":"now"})";
  for (const std::string type : {R"("type":"Date")", R"("type":"DateTime")", R"("type":"Time")"}) {
    expectField(type + R"(,"generatedValue":"NOW_ON_CREATE")", type + now);
    for (const std::string how : {"NOW_ON_UPDATE", "NOW_ON_CREATE_AND_UPDATE"})
      expectField(type + R"(,"generatedValue":")" + how + '"',
                  type + now + R"(,"additionalProperties":{"onUpdate":true})");
  }
  EXPECT_EQ(problems(R"({"type":"entity","name":"E","fields":[{"name":"a","type":"ID"},
                         {"name":"b","type":"Date","generatedValue":"SOON"}]})"),
            (std::vector<std::string>{"fields[0].generatedValue", "fields[1].generatedValue"}));
}

TEST(ModelJson, a_value_of_the_wrong_shape_is_told_once) {
  EXPECT_EQ(
      problems(R"({"type":"entity","name":3,"comment":1,"fields":[7,{"name":[],"type":"Nope","identity":"x","length":{},
              "defaultValue":{"type":"generated","name":"what"}},{"name":"c","type":"String","length":1.5},{"name":"d"}],
              "indexes":{"a":1}})"),
      (std::vector<std::string>{"fields[0]", "fields[1].name", "fields[1].identity", "fields[1].type",
                                "fields[1].length", "fields[2].length", "fields[3].type", "indexes", "name",
                                "comment"}));
  EXPECT_EQ(problems(R"({"type":"entity","name":"E","fields":[{"name":"a","type":"Int"}],
              "indexes":[{"name":"i","fields":[{"fieldName":"a","direction":"up"}]}]})"),
            (std::vector<std::string>{"indexes[0].fields[0].direction"}));
  EXPECT_EQ(problems(R"({"type":"enum","name":"E","elements":["A",2]})"), (std::vector<std::string>{"elements[1]"}));
}

TEST(ModelJson, an_index_without_a_name_gets_one) {
  EXPECT_NE(canonical(R"({"type":"entity","name":"Student","fields":[{"name":"studentName","type":"String"}],
                          "indexes":[{"fields":[{"fieldName":"studentName"}]}]})")
                .find(R"("name":"IDX_ggaup7q5kiuo67wap161ce3d2")"),
            std::string::npos);
}

TEST(Idl, is_the_canonical_text) {
  EXPECT_EQ(idlOf(readModel(parseJson(R"({"type":"entity","name":"Item","comment":"goods","fields":[
 {"name":"id","type":"String","nullable":false,"identity":true,"length":36,"defaultValue":{"type":"generated","name":"uuid"}},
 {"name":"name","type":"String","length":255,"comment":"a \"b\"","defaultValue":{"type":"fixed","value":"x"}},
 {"name":"price","type":"Float","precision":20,"scale":2},
 {"name":"kind","type":"EnumRef","from":"Kind","multiple":true},
 {"name":"parts","type":"Relation","from":"Part","multiple":true,"localField":"id","foreignField":"itemId","cascadeDelete":true}],
 "indexes":[{"name":"IX","fields":[{"fieldName":"name","direction":"ASC"},{"fieldName":"price","direction":"DESC"}],"unique":true}]})"))),
            "model Item {\n  id : String @id @length(\"36\") @default(uuid()),\n  name? : String @comment(\"a "
            "\\\"b\\\"\") @length(\"255\") @default(\"x\"),\n"
            "  price? : Float @precision(\"20\") @scale(\"2\"),\n  kind? : Kind[],\n"
            "  parts? : Part[] @relation(localField: \"id\", foreignField: \"itemId\", cascadeDelete: \"true\"),\n  "
            "@comment(\"goods\"),\n"
            "  @index(name: \"IX\", unique: \"true\", fields: [name, price: (sort: \"desc\")]),\n}");
}

}  // namespace
}  // namespace tenon::modeling
