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
      (std::vector<std::string>{"name", "fields[0].type", "fields[1].length", "fields[1].name", "fields[2].name",
                                "fields[3].from", "fields[3].type", "fields[4].defaultValue.name",
                                "indexes[0].fields"}));
  EXPECT_EQ(problems(R"({"type":"enum","name":"E","elements":["A","A","1x",""]})"),
            (std::vector<std::string>{"elements", "elements", "elements"}));
  EXPECT_EQ(
      problems(
          R"({"type":"entity","name":"E","fields":[{"name":"a","type":"Long","identity":true},{"name":"b","type":"JSON","identity":true}]})"),
      (std::vector<std::string>{"fields[1].identity", "fields"}));
  EXPECT_EQ(problems("3"), (std::vector<std::string>{"model"}));
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
