// SPDX-License-Identifier: Apache-2.0
#include "idl/idl.h"

#include <gtest/gtest.h>

#include "model/idl_writer.h"
#include "model/model_json.h"
#include "routes/answer.h"

namespace tenon::modeling {
namespace {

std::string jsonOf(const Model& m) {
  std::string out;
  appendModel(out, m, false);
  return out;
}

std::string jsonOf(const std::vector<Model>& models) {
  std::string out;
  for (const auto& m : models) out += jsonOf(m) + "\n";
  return out;
}

std::vector<Model> parsed(std::string_view idl) {
  try {
    return parseIdl(idl, "idl").models;
  } catch (const Invalid& invalid) {
    for (const auto& p : invalid.problems()) ADD_FAILURE() << p.en << " in " << idl;
    return {};
  }
}

/// Every key that `expected` has, `actual` has with that value; null stands for a value that is made up.
void expectKeys(const Json& expected, const Json& actual, const std::string& where) {
  if (expected.is_null()) return;
  if (!expected.is_structured()) {
    EXPECT_EQ(dumpJson(expected), dumpJson(actual)) << where;
    return;
  }
  if (expected.is_array()) {
    ASSERT_EQ(expected.size(), actual.size()) << where;
    for (size_t i = 0; i < expected.size(); ++i) expectKeys(expected[i], actual[i], where + "/" + std::to_string(i));
    return;
  }
  for (auto it = expected.begin(); it != expected.end(); ++it) {
    ASSERT_TRUE(actual.contains(it.key())) << where << " " << it.key();
    expectKeys(it.value(), actual[it.key()], where + "/" + it.key());
  }
}

/// The text means these models, whose keys left out hold their defaults, and so does its canonical text.
void expectModels(std::string_view idl, std::string_view json) {
  const std::vector<Model> models = parsed(idl);
  const Json expected = parseJson(json);
  ASSERT_EQ(models.size(), expected.size());
  std::string canonical;
  for (size_t i = 0; i < models.size(); ++i) {
    expectKeys(expected[i], parseJson(jsonOf(models[i])), std::to_string(i));
    EXPECT_EQ(jsonOf(readModel(expected[i])), jsonOf(models[i]));
    canonical += idlOf(models[i]) + "\n";
  }
  EXPECT_EQ(jsonOf(parsed(canonical)), jsonOf(models)) << canonical;
}

/// The only field of `model A { f<rest> }`, as JSON.
Json fieldOf(const std::string& rest) {
  const auto models = parsed("model A { f" + rest + " }");
  return models.empty() ? Json() : parseJson(jsonOf(models[0]))["fields"][0];
}

std::vector<std::string> problemsOf(std::string_view idl) {
  std::vector<std::string> out;
  try {
    parseIdl(idl, "idl");
  } catch (const Invalid& invalid) {
    for (const auto& p : invalid.problems()) out.push_back(p.en);
  }
  return out;
}

TEST(Idl, example_scalars) {
  expectModels(R"(model Product {
  id: Long @id @default(autoIncrement()),
  sku: String @length(40) @unique,
  title?: String,
  price: Float @precision(12) @scale("4"),
  stock: Int, weight?: Float, active: Boolean,
  madeOn?: Date, opensAt?: Time, createdAt: DateTime, attrs?: JSON, big?: Long, body?: Text
})",
               R"([{"type":"entity","name":"Product","fields":[
 {"name":"id","type":"Long","nullable":false,"identity":true,"defaultValue":{"type":"generated","name":"autoIncrement"}},
 {"name":"sku","type":"String","unique":true,"nullable":false,"length":40},
 {"name":"title","type":"String","length":255},
 {"name":"price","type":"Float","nullable":false,"precision":12,"scale":4},
 {"name":"stock","type":"Int","nullable":false},
 {"name":"weight","type":"Float","precision":20,"scale":2},
 {"name":"active","type":"Boolean","nullable":false},
 {"name":"madeOn","type":"Date"},{"name":"opensAt","type":"Time"},
 {"name":"createdAt","type":"DateTime","nullable":false},
 {"name":"attrs","type":"JSON"},{"name":"big","type":"Long"},{"name":"body","type":"Text"}]}])");
}

TEST(Idl, example_defaults) {
  expectModels(R"(model Job {
  id: String @id @default(uuid()),
  code: String @default(ulid()),
  state: String @default("NEW"), label: String @default(draft),
  tries: Int @default(0), limit: Long @default("5000000000"), ratio: Float @default("0.5"),
  on: Boolean @default(true), off: Boolean @default("0"),
  day?: Date @default("2024-01-31"), at?: DateTime @default(now()), opts?: JSON @default("{\"a\":1}"),
})",
               R"([{"type":"entity","name":"Job","fields":[
 {"name":"id","type":"String","nullable":false,"identity":true,"length":255,"defaultValue":{"type":"generated","name":"uuid"}},
 {"name":"code","type":"String","nullable":false,"length":255,"defaultValue":{"type":"generated","name":"ulid"}},
 {"name":"state","type":"String","nullable":false,"length":255,"defaultValue":{"type":"fixed","value":"NEW"}},
 {"name":"label","type":"String","nullable":false,"length":255,"defaultValue":{"type":"fixed","value":"draft"}},
 {"name":"tries","type":"Int","nullable":false,"defaultValue":{"type":"fixed","value":0}},
 {"name":"limit","type":"Long","nullable":false,"defaultValue":{"type":"fixed","value":5000000000}},
 {"name":"ratio","type":"Float","nullable":false,"precision":20,"scale":2,"defaultValue":{"type":"fixed","value":0.5}},
 {"name":"on","type":"Boolean","nullable":false,"defaultValue":{"type":"fixed","value":true}},
 {"name":"off","type":"Boolean","nullable":false,"defaultValue":{"type":"fixed","value":false}},
 {"name":"day","type":"Date","defaultValue":{"type":"fixed","value":"2024-01-31"}},
 {"name":"at","type":"DateTime","defaultValue":{"type":"generated","name":"now"}},
 {"name":"opts","type":"JSON","defaultValue":{"type":"fixed","value":{"a":1}}}]}])");
}

TEST(Idl, example_spacing_and_optional_commas) {
  expectModels(R"(model A{a:String@length("64")b ? :String @length(64),c:Boolean @default(false) @comment("flag")})",
               R"([{"type":"entity","name":"A","fields":[
 {"name":"a","type":"String","nullable":false,"length":64},
 {"name":"b","type":"String","length":64},
 {"name":"c","type":"Boolean","nullable":false,"comment":"flag","defaultValue":{"type":"fixed","value":false}}]}])");
}

TEST(Idl, example_relations) {
  expectModels(R"(model Classes { id: Long @id @default(autoIncrement()), className?: String,
  students?: Student[] @relation(localField: "id", foreignField: "classId", cascadeDelete: true) }
model Student { id: Long @id @default(autoIncrement()), classId?: Long,
  studentClass?: Classes @comment("class") @relation(localField: "classId", foreignField: "id") })",
               R"([{"type":"entity","name":"Classes","fields":[
  {"name":"id","type":"Long","nullable":false,"identity":true,"defaultValue":{"type":"generated","name":"autoIncrement"}},
  {"name":"className","type":"String","length":255},
  {"name":"students","type":"Relation","from":"Student","multiple":true,"localField":"id","foreignField":"classId","cascadeDelete":true}]},
 {"type":"entity","name":"Student","fields":[
  {"name":"id","type":"Long","nullable":false,"identity":true,"defaultValue":{"type":"generated","name":"autoIncrement"}},
  {"name":"classId","type":"Long"},
  {"name":"studentClass","type":"Relation","comment":"class","from":"Classes","multiple":false,"localField":"classId","foreignField":"id","cascadeDelete":false}]}])");
}

TEST(Idl, example_enums) {
  expectModels(R"(enum UserGender { UNKNOWN, MALE, FEMALE, }
enum user_interest { sing, dance }
model Person { id: String @id, gender: UserGender @default(UNKNOWN), interest?: user_interest[] @default([sing, dance]) })",
               R"([{"type":"enum","name":"UserGender","elements":["UNKNOWN","MALE","FEMALE"]},
 {"type":"enum","name":"user_interest","elements":["sing","dance"]},
 {"type":"entity","name":"Person","fields":[
  {"name":"id","type":"String","nullable":false,"identity":true,"length":255},
  {"name":"gender","type":"EnumRef","nullable":false,"from":"UserGender","multiple":false,"defaultValue":{"type":"fixed","value":"UNKNOWN"}},
  {"name":"interest","type":"EnumRef","from":"user_interest","multiple":true,"defaultValue":{"type":"fixed","value":["sing","dance"]}}]}])");
}

TEST(Idl, example_annotations_of_the_model) {
  expectModels(R"(model Log {
  @comment("request log"),
  id: String @id, path: String, status: Int, at: DateTime,
  @index(name: "IDX_PATH_AT", unique: "false", fields: [path, at: (sort: "desc")]),
  @index(unique: true, fields: [status(sort: desc), id]),
})",
               R"([{"type":"entity","name":"Log","comment":"request log","fields":[
  {"name":"id","type":"String","nullable":false,"identity":true,"length":255},
  {"name":"path","type":"String","nullable":false,"length":255},
  {"name":"status","type":"Int","nullable":false},{"name":"at","type":"DateTime","nullable":false}],
 "indexes":[
  {"name":"IDX_PATH_AT","fields":[{"fieldName":"path","direction":"ASC"},{"fieldName":"at","direction":"DESC"}],"unique":false},
  {"name":null,"fields":[{"fieldName":"status","direction":"DESC"},{"fieldName":"id","direction":"ASC"}],"unique":true}]}])");
}

TEST(Idl, example_an_index_that_the_field_swallows) {
  constexpr char kText[] = R"(model A { id: Long @id, name: String @comment("n") @index(fields: [name]) })";
  expectModels(kText, R"([{"type":"entity","name":"A","fields":[
 {"name":"id","type":"Long","nullable":false,"identity":true},
 {"name":"name","type":"String","nullable":false,"length":255,"comment":"n"}],"indexes":[]}])");
  const auto warnings = parseIdl(kText, "idl").warnings;
  ASSERT_EQ(warnings.size(), 1U);
  EXPECT_EQ(warnings[0].line, 1U);
  EXPECT_EQ(warnings[0].column, 53U);
  EXPECT_EQ(
      warnings[0].en,
      "this @index belongs to the field name and is ignored: an annotation of the model follows a comma or \"{\"");
  EXPECT_FALSE(warnings[0].zh.empty());
  EXPECT_TRUE(parseIdl("model A { name: String, @index(fields: [name]) }", "idl").warnings.empty());
}

TEST(Idl, example_additional_properties_and_comments) {
  expectModels(R"(/** person **/
model P { // trailing note
  id: Long @id,
  mail?: String @additional(widget: "email", hint: x) @unknownThing(1, 2) /* inline */
} // eof without newline)",
               R"([{"type":"entity","name":"P","fields":[{"name":"id","type":"Long","nullable":false,"identity":true},
 {"name":"mail","type":"String","length":255,"additionalProperties":{"widget":"email","hint":"x"}}]}])");
}

TEST(Idl, example_any_other_type_is_an_enum) {
  expectModels("model T { id: Long @id, tags?: String[], owner?: User }",
               R"([{"type":"entity","name":"T","fields":[{"name":"id","type":"Long","nullable":false,"identity":true},
 {"name":"tags","type":"EnumRef","from":"String","multiple":true},
 {"name":"owner","type":"EnumRef","from":"User","multiple":false}]}])");
}

TEST(Idl, example_canonical_text) {
  constexpr char kJson[] = R"([{"type":"entity","name":"Item","comment":"goods","fields":[
 {"name":"id","type":"String","nullable":false,"identity":true,"length":36,"defaultValue":{"type":"generated","name":"uuid"}},
 {"name":"name","type":"String","length":255,"comment":"a \"b\"","defaultValue":{"type":"fixed","value":"x"}},
 {"name":"price","type":"Float","precision":20,"scale":2},
 {"name":"kind","type":"EnumRef","from":"Kind","multiple":true},
 {"name":"parts","type":"Relation","from":"Part","multiple":true,"localField":"id","foreignField":"itemId","cascadeDelete":true}],
 "indexes":[{"name":"IX","fields":[{"fieldName":"name","direction":"ASC"},{"fieldName":"price","direction":"DESC"}],"unique":true}]}])";
  constexpr char kText[] = R"(model Item {
  id : String @id @length("36") @default(uuid()),
  name? : String @comment("a \"b\"") @length("255") @default("x"),
  price? : Float @precision("20") @scale("2"),
  kind? : Kind[],
  parts? : Part[] @relation(localField: "id", foreignField: "itemId", cascadeDelete: "true"),
  @comment("goods"),
  @index(name: "IX", unique: "true", fields: [name, price: (sort: "desc")]),
})";
  EXPECT_EQ(idlOf(readModel(parseJson(kJson)[0])), kText);
  expectModels(kText, kJson);
}

TEST(Idl, canonical_text_says_every_kind_of_default_and_property) {
  const auto models = parsed(R"(enum Other { A, B }
model A { k: K @unique @comment("c") @default("A"), m: K[] @default([A, "b c"]), none: K[] @default([]),
  j: JSON @default("[1, {}]"), t: Text @default("a\n\u0001"), f: Float @default(2), b: Boolean @default(1),
  p: Int @additional(a: 1, b: [x, "y z"], c: f()) })");
  ASSERT_EQ(models.size(), 2U);
  EXPECT_EQ(idlOf(models[0]), "enum Other {\n  A,\n  B\n}");
  EXPECT_EQ(idlOf(models[1]),
            "model A {\n"
            "  k : K @comment(\"c\") @unique @default(\"A\"),\n"
            "  m : K[] @default([A, \"b c\"]),\n"
            "  none : K[] @default([]),\n"
            "  j : JSON @default(\"[1,{}]\"),\n"
            "  t : Text @default(\"a\\n\\u0001\"),\n"
            "  f : Float @precision(\"20\") @scale(\"2\") @default(\"2\"),\n"
            "  b : Boolean @default(\"true\"),\n"
            "  p : Int @additional(a: \"1\", b: [x, \"y z\"], c: \"f()\"),\n"
            "}");
  EXPECT_EQ(jsonOf(parsed(idlOf(models[0]) + idlOf(models[1]))), jsonOf(models));
}

TEST(Idl, what_it_cannot_say_has_no_text) {
  const auto idl = [](const std::string& json) { return idlOf(readModel(parseJson(json))); };
  const auto ofField = [&](const std::string& rest) {
    return idl(R"({"type":"entity","name":"E","fields":[{"name":)" + rest + "}]}");
  };
  EXPECT_EQ(idl(R"({"type":"native_query","name":"q","statement":"select 1"})"), "");
  EXPECT_EQ(idl(R"({"type":"entity","name":"order items"})"), "");
  EXPECT_EQ(idl(R"({"type":"enum","name":"größe","elements":["S"]})"), "");
  EXPECT_EQ(ofField(R"("2nd","type":"Int")"), "");
  EXPECT_EQ(ofField(R"("a","type":"EnumRef","from":"x-y")"), "");
  EXPECT_EQ(ofField(R"("a","type":"Int","additionalProperties":{"x-y":1})"), "");
  EXPECT_EQ(ofField(R"("a","type":"Relation","from":"Text")"), "") << "it would be read as the type";
  EXPECT_NE(ofField(R"("a","type":"Relation","from":"Text","multiple":true)"), "");
  EXPECT_NE(ofField(R"("a","type":"EnumRef","from":"Relation")"), "");
}

TEST(Idl, a_blank_text_has_no_models) {
  for (const char* blank : {"", " \t\r\n\f", "\xEF\xBB\xBF", "// x", "/* x */", "/**/"})
    EXPECT_TRUE(parsed(blank).empty());
}

TEST(Idl, quirks_that_are_accepted) {
  EXPECT_EQ(fieldOf(R"(: String @length("255"))"), fieldOf(": String @length(255)"));
  EXPECT_EQ(jsonOf(parsed("model A { a: Int, b: Int, }")), jsonOf(parsed("model A { a: Int b: Int }")));
  EXPECT_EQ(jsonOf(parsed("enum E { A, B, }")), jsonOf(parsed("enum E { A, B }")));
  EXPECT_EQ(fieldOf(": K[] @default([A, B,],)"), fieldOf(": K[] @default([A, B])"));
  EXPECT_EQ(fieldOf(": Float @default(-1.5)")["defaultValue"]["value"], Json(-1.5));
  EXPECT_EQ(fieldOf(R"(: Int @comment("a \"b\""))")["comment"], Json("a \"b\""));
  EXPECT_EQ(jsonOf(parsed("model A { a: Int } // c")), jsonOf(parsed("model A { a: Int }")));
  EXPECT_EQ(jsonOf(parsed("/** x **/ model A { a: Int } /* **/")), jsonOf(parsed("model A { a: Int }")));
  EXPECT_EQ(fieldOf(": Int @id()"), fieldOf(": Int @id"));
  EXPECT_EQ(jsonOf(parsed("model A { a: Int, @index(fields: [\"a\"]) }")),
            jsonOf(parsed("model A { a: Int, @index(fields: [a]) }")));
  EXPECT_TRUE(parsed("model A { }").size() == 1);
}

TEST(Idl, its_words_are_names_as_well) {
  const auto models = parsed(
      "model model { model: Int, enum: enum, true: Boolean @default(true), false?: false[] } enum enum { model, enum, "
      "true }");
  ASSERT_EQ(models.size(), 2U);
  EXPECT_EQ(std::get<Entity>(models[0]).fields[3].from, "false");
  EXPECT_EQ(std::get<EnumModel>(models[1]).elements, (std::vector<std::string>{"model", "enum", "true"}));
}

TEST(Idl, field_annotations) {
  EXPECT_EQ(fieldOf(": Int @id")["identity"], Json(true));
  EXPECT_EQ(fieldOf(": Int @unique")["unique"], Json(true));
  for (const char* no : {"false", "\"false\"", "0", "FALSE"})
    EXPECT_EQ(fieldOf(": Int @unique(" + std::string(no) + ")")["unique"], Json(false));
  EXPECT_EQ(fieldOf(": String @length(9) @length(value: 10)")["length"], Json(10)) << "the last one wins";
  EXPECT_EQ(fieldOf(": String @length(9, 10)")["length"], Json(10));
  EXPECT_EQ(dumpJson(fieldOf(": Int @length(x) @precision(x) @scale(x)")), dumpJson(fieldOf(": Int")));
  EXPECT_EQ(fieldOf(": Float @precision(1)")["scale"], Json(1));
  EXPECT_EQ(fieldOf(R"(: Int @comment("a") @comment("b"))")["comment"], Json("b"));
  EXPECT_EQ(fieldOf(": String @default(\"now()\")")["defaultValue"]["value"], Json("now()"));
  EXPECT_EQ(fieldOf(": String @default(now())")["defaultValue"]["name"], Json("now"));
  EXPECT_EQ(fieldOf(": K[] @default(A)")["defaultValue"]["value"], parseJson(R"(["A"])"));
  EXPECT_EQ(fieldOf(": JSON @default(\"{\")")["defaultValue"]["value"], Json("{")) << "no JSON, so a text";
  EXPECT_EQ(fieldOf(": JSON @default([a, b])")["defaultValue"]["value"], parseJson(R"(["a","b"])"));
  EXPECT_EQ(fieldOf(": T @relation()")["type"], Json("Relation"));
  EXPECT_EQ(fieldOf(": T @relation()")["localField"], Json(""));
  EXPECT_EQ(fieldOf(": String @relation(localField: a)")["type"], Json("String"));
  EXPECT_EQ(fieldOf(": Int @additional(a: b) @additional(x)")["additionalProperties"], parseJson(R"({"value":"x"})"));
  EXPECT_EQ(fieldOf(": Int @additional()")["additionalProperties"], Json::object());
  EXPECT_EQ(dumpJson(fieldOf(": Int @any @thing(f(), [a(b: [c])], \"x\", k: -1.5,)")), dumpJson(fieldOf(": Int")));
}

TEST(Idl, a_property_said_as_text_is_a_flag) {
  const auto models = parsed("model A { at: DateTime @additional(onUpdate: true) }");
  EXPECT_TRUE(std::get<Entity>(models.at(0)).fields[0].says("onUpdate"));
}

TEST(Idl, model_annotations) {
  const auto models = parsed(R"(model A { @comment("a") @comment(b) a: Int, @whatever @additional(x: y),
      @index(fields: [a: (sort: ASC)]), @index(name: "  ", fields: [a(sort: "DESC")], name: I, unique: "true") })");
  const auto& e = std::get<Entity>(models.at(0));
  EXPECT_EQ(e.comment, "b");
  EXPECT_TRUE(e.additionalProperties.empty());
  ASSERT_EQ(e.indexes.size(), 2U);
  EXPECT_EQ(e.indexes[0].name.substr(0, 4), "IDX_");
  EXPECT_FALSE(e.indexes[0].unique || e.indexes[0].fields[0].descending);
  EXPECT_EQ(e.indexes[1].name, "I");
  EXPECT_TRUE(e.indexes[1].unique && e.indexes[1].fields[0].descending);
}

TEST(Idl, strings_hold_any_character) {
  EXPECT_EQ(fieldOf(R"(: Int @comment("\"\\\/\b\f\n\r\t\u00e4\u4F60\ud83d\ude00\u0041"))")["comment"],
            Json("\"\\/\b\f\n\r\tä你😀A"));
  EXPECT_EQ(fieldOf(": Int @comment(\"two\nlines // no comment\")")["comment"], Json("two\nlines // no comment"));
  EXPECT_EQ(problemsOf(R"(model A { a: Int @comment("\q"))"),
            (std::vector<std::string>{R"(line 1, column 28: invalid escape "\q")"}));
  EXPECT_EQ(problemsOf(R"(model A { a: Int @comment("x\u12g4"))"),
            (std::vector<std::string>{R"(line 1, column 29: \u needs four hexadecimal digits)"}));
  for (const char* half : {R"(\ud83d)", R"(\ude00)", R"(\ud83d\u0041)", R"(\ud83dx)"})
    EXPECT_EQ(problemsOf("model A { a: Int @comment(\"" + std::string(half) + "\")"),
              (std::vector<std::string>{"line 1, column 28: half of a surrogate pair"}));
}

}  // namespace
}  // namespace tenon::modeling
