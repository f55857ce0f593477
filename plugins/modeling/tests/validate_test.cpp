// SPDX-License-Identifier: Apache-2.0
#include "model/validate.h"

#include <gtest/gtest.h>

#include "model/model_json.h"
#include "model/names.h"
#include "routes/answer.h"

namespace tenon::modeling {
namespace {

using Problems = std::vector<std::string>;

/// "field: English text" of each problem.
Problems problemsOf(const std::string& model, const std::string& path = {}) {
  Problems out;
  try {
    readModel(parseJson(model), path);
  } catch (const Invalid& invalid) {
    for (const auto& p : invalid.problems()) {
      out.push_back(p.field + ": " + p.en);
      EXPECT_FALSE(p.zh.empty());
    }
  }
  return out;
}

std::string entity(const std::string& fields, const std::string& indexes = {}) {
  return R"({"type":"entity","name":"E","fields":[)" + fields + R"(],"indexes":[)" + indexes + "]}";
}

/// Of an entity whose first field is `x` of that type and more.
Problems ofField(const std::string& rest) {
  return problemsOf(entity(R"({"name":"x","type":)" + rest + "}"));
}

Problems ofDefault(const std::string& type, const std::string& value) {
  return ofField(type + R"(,"defaultValue":{"type":"fixed","value":)" + value + "}");
}

Json defaultOf(const std::string& type, const std::string& value) {
  const Model m = readModel(parseJson(
      entity(R"({"name":"x","type":)" + type + R"(,"defaultValue":{"type":"fixed","value":)" + value + "}}")));
  return std::get<Entity>(m).fields[0].defaultValue.value;
}

TEST(Validate, names_can_stand_in_statements_and_paths) {
  const auto quoted = [](const std::string& s) { return dumpJson(Json(s)); };
  const auto ofName = [&](const std::string& name) {
    return problemsOf(R"({"type":"entity","name":)" + quoted(name) + R"(,"fields":[{"type":"Int","name":)" +
                      quoted(name) + "}]}");
  };
  EXPECT_EQ(ofName("order items"), Problems());
  EXPECT_EQ(ofName("订单-1"), Problems());
  for (const char* blank : {"", " ", "\t"})
    EXPECT_EQ(ofName(blank), (Problems{"name: name must not be blank", "fields[0].name: name must not be blank"}));
  for (const char* bad : {"a\"b", "a'b", "a`b", "a.b", "a\nb", "a\x7F"})
    EXPECT_EQ(ofName(bad), (Problems{"name: name must hold no quote, dot or control character",
                                     "fields[0].name: name must hold no quote, dot or control character"}));
  for (const char* bad : {" a", "a "})
    EXPECT_EQ(ofName(bad), (Problems{"name: name must not start or end with a blank",
                                     "fields[0].name: name must not start or end with a blank"}));
  std::string wide;
  for (int i = 0; i < 100; ++i) wide += "字";  // characters count, not bytes
  EXPECT_EQ(ofName(wide), Problems());
  EXPECT_EQ(ofName(wide + "x"), (Problems{"name: name must have at most 100 characters",
                                          "fields[0].name: name must have at most 100 characters"}));
}

TEST(Validate, names_of_other_kinds_need_only_be_there_and_fit) {
  EXPECT_EQ(problemsOf(R"({"type":"native_query","name":"report.daily","statement":"select 1"})"), Problems());
  EXPECT_EQ(problemsOf(R"({"type":"native_query","name":"","statement":" "})"),
            (Problems{"name: name must not be blank", "statement: statement must not be blank"}));
  EXPECT_EQ(problemsOf(R"({"type":"enum","name":"x y","elements":["A"]})"), Problems());
  EXPECT_EQ(problemsOf(R"({"type":"view","name":"x"})"), (Problems{"type: must be entity, enum or native_query"}));
}

TEST(Validate, a_path_precedes_every_field) {
  EXPECT_EQ(
      problemsOf(R"({"type":"enum","name":"","elements":[]})", "objects[2]."),
      (Problems{"objects[2].name: name must not be blank", "objects[2].elements: at least one element is needed"}));
}

TEST(Validate, fields_are_unique_whatever_their_case) {
  EXPECT_EQ(problemsOf(entity(R"({"name":"a","type":"Int"},{"name":"b","type":"Int"},{"name":"A","type":"Int"})")),
            (Problems{"fields[2].name: duplicate field"}));
}

TEST(Validate, sizes_have_bounds) {
  EXPECT_EQ(ofField(R"("String","length":10485760)"), Problems());
  for (const char* n : {"0", "10485761", "-1", "99999999999", "\"10485761\""})
    EXPECT_EQ(ofField(R"("String","length":)" + std::string(n)),
              (Problems{"fields[0].length: length must be within 1..10485760"}));
  EXPECT_EQ(ofField(R"("Float","precision":65,"scale":65)"), Problems());
  EXPECT_EQ(ofField(R"("Float","precision":66,"scale":2)"),
            (Problems{"fields[0].precision: precision must be within 1..65"}));
  EXPECT_EQ(ofField(R"("Float","precision":5,"scale":6)"), (Problems{"fields[0].scale: scale must be within 0..5"}));
  EXPECT_EQ(ofField(R"("Float","scale":-1)"), (Problems{"fields[0].scale: scale must be within 0..20"}));
  EXPECT_EQ(ofField(R"("Int","length":0)"), Problems()) << "of another type it says nothing";
}

TEST(Validate, an_identity_is_one_of_three_types_and_alone) {
  for (const char* type : {R"("String")", R"("Int")", R"("Long")"})
    EXPECT_EQ(ofField(std::string(type) + R"(,"identity":true)"), Problems());
  EXPECT_EQ(ofField(R"("Date","identity":true)"),
            (Problems{"fields[0].identity: an identity is a String, an Int or a Long"}));
  EXPECT_EQ(
      problemsOf(entity(R"({"name":"a","type":"Int","identity":true},{"name":"b","type":"Int","identity":true})")),
      (Problems{"fields[1].identity: at most one field is the identity"}));
}

TEST(Validate, references_say_what_they_refer_to) {
  EXPECT_EQ(ofField(R"("EnumRef")"), (Problems{"fields[0].from: from must not be blank"}));
  EXPECT_EQ(ofField(R"("Relation","from":" ")"), (Problems{"fields[0].from: from must not be blank"}));
  EXPECT_EQ(ofField(R"("Relation","from":"Gone","foreignField":"gone")"), Problems()) << "it may come later";
}

TEST(Validate, a_relation_is_no_column) {
  EXPECT_EQ(ofField(R"("Relation","from":"T","unique":true,"identity":true,"defaultValue":1)"),
            (Problems{"fields[0].unique: a relation cannot be unique",
                      "fields[0].identity: a relation cannot be the identity",
                      "fields[0].defaultValue: a relation cannot have a default"}));
}

TEST(Validate, generators_fit_their_field) {
  const auto ofGenerator = [](const std::string& type, const std::string& name) {
    return ofField(type + R"(,"defaultValue":{"type":"generated","name":")" + name + "\"}");
  };
  for (const char* type : {R"("String")", R"("Text")"})
    for (const char* name : {"uuid", "ulid"}) EXPECT_EQ(ofGenerator(type, name), Problems());
  for (const char* type : {R"("DateTime")", R"("Date")", R"("Time")", R"("String")"})
    EXPECT_EQ(ofGenerator(type, "now"), Problems());
  for (const char* type : {R"("Int","identity":true)", R"("Long","identity":true)"})
    EXPECT_EQ(ofGenerator(type, "autoIncrement"), Problems());
  const auto misfit = [](const std::string& name) {
    return Problems{"fields[0].defaultValue.name: the generator " + name + " does not fit this field"};
  };
  EXPECT_EQ(ofGenerator(R"("Long")", "uuid"), misfit("uuid"));
  EXPECT_EQ(ofGenerator(R"("JSON")", "now"), misfit("now"));
  EXPECT_EQ(ofGenerator(R"("Long")", "autoIncrement"), misfit("autoIncrement"));
  EXPECT_EQ(ofGenerator(R"("String","identity":true)", "autoIncrement"), misfit("autoIncrement"));
  EXPECT_EQ(ofGenerator(R"("String")", "UUID"), (Problems{"fields[0].defaultValue.name: unknown generator UUID"}));
}

TEST(Validate, a_fixed_default_becomes_a_value_of_its_type) {
  EXPECT_EQ(defaultOf(R"("Int")", R"("7")"), Json(7));
  EXPECT_EQ(defaultOf(R"("Long")", R"("5000000000")"), Json(5000000000));
  EXPECT_EQ(dumpJson(defaultOf(R"("Float")", R"("0.5")")), "0.5");
  EXPECT_EQ(dumpJson(defaultOf(R"("Float")", "5.0")), "5");
  for (const char* on : {"true", "1", R"("1")", R"("true")", R"("TRUE")"})
    EXPECT_EQ(dumpJson(defaultOf(R"("Boolean")", on)), "true");
  for (const char* off : {"false", "0", R"("0")", R"("false")"})
    EXPECT_EQ(dumpJson(defaultOf(R"("Boolean")", off)), "false");
  EXPECT_EQ(defaultOf(R"("Date")", R"("2024-01-31")"), Json("2024-01-31"));
  EXPECT_EQ(defaultOf(R"("DateTime")", R"("2024-01-31 10:20")"), Json("2024-01-31T10:20:00"));
  EXPECT_EQ(defaultOf(R"("Time")", R"("10:20")"), Json("10:20:00"));
  EXPECT_EQ(defaultOf(R"("String")", "5"), Json("5"));
  EXPECT_EQ(dumpJson(defaultOf(R"("JSON")", R"("{\"a\":1}")")), R"({"a":1})");
  EXPECT_EQ(dumpJson(defaultOf(R"("JSON")", R"({"a":[1]})")), R"({"a":[1]})");
  EXPECT_EQ(defaultOf(R"("JSON")", R"("plain text")"), Json("plain text"));
  EXPECT_EQ(defaultOf(R"("JSON")", R"("\"5\"")"), Json(5)) << "reading it again changes nothing";
  EXPECT_TRUE(defaultOf(R"("JSON")", R"("null")").is_null());
  EXPECT_EQ(dumpJson(defaultOf(R"("EnumRef","from":"K","multiple":true)", R"("A,B")")), R"(["A","B"])");
  EXPECT_EQ(dumpJson(defaultOf(R"("EnumRef","from":"K","multiple":true)", R"([",A","","B,"])")), R"(["A","B"])");
  EXPECT_EQ(dumpJson(defaultOf(R"("EnumRef","from":"K","multiple":true)", "[]")), "[]");
  EXPECT_EQ(defaultOf(R"("EnumRef","from":"K")", R"("A")"), Json("A"));
}

TEST(Validate, a_fixed_default_must_parse_for_its_type) {
  const auto bad = [](const std::string& text) { return Problems{"fields[0].defaultValue.value: default " + text}; };
  EXPECT_EQ(ofDefault(R"("Int")", "2147483648"), bad("'2147483648' is not a valid Int"));
  EXPECT_EQ(ofDefault(R"("Int")", "1.5"), bad("'1.5' is not a valid Int"));
  EXPECT_EQ(ofDefault(R"("Long")", R"("9223372036854775808")"), bad("'9223372036854775808' is not a valid Long"));
  EXPECT_EQ(ofDefault(R"("Boolean")", R"("yes")"), bad("'yes' is not a valid Boolean"));
  EXPECT_EQ(ofDefault(R"("Date")", R"("2024-02-30")"), bad("'2024-02-30' is not a valid Date"));
  EXPECT_EQ(ofDefault(R"("Date")", R"("")"), bad("'' is not a valid Date"));
  EXPECT_EQ(ofDefault(R"("DateTime")", R"("soon")"), bad("'soon' is not a valid DateTime"));
  EXPECT_EQ(ofDefault(R"("Time")", R"("25:00")"), bad("'25:00' is not a valid Time"));
  EXPECT_EQ(ofDefault(R"("Float")", R"("x")"), bad("'x' is not a valid Float (must be a number)"));
  EXPECT_EQ(ofDefault(R"("Float","precision":4,"scale":2)", "99.999"),
            bad("'99.999' is not a valid Float (has more digits than the field keeps)"))
      << "rounded it is 100";
  EXPECT_EQ(ofDefault(R"("String","length":2)", R"("abc")"),
            bad("'abc' is not a valid String (must have at most 2 characters)"));
  EXPECT_EQ(ofDefault(R"("EnumRef","from":"K")", R"(["A"])"), bad("'[\"A\"]' is not a valid EnumRef (must be a text)"));
  const std::string deep = std::string(33, '[') + std::string(33, ']');
  EXPECT_EQ(ofDefault(R"("JSON")", deep), bad("'" + deep + "' is not a valid JSON (is nested too deep)"));
  EXPECT_EQ(ofDefault(R"("JSON")", '"' + deep + '"'), bad("'" + deep + "' is not a valid JSON (is nested too deep)"));
}

TEST(Validate, a_wrong_value_is_shown_in_part) {
  const std::string text = ofDefault(R"("Int")", '"' + std::string(5000, 'x') + '"').at(0);
  EXPECT_LT(text.size(), 200U);
}

TEST(Validate, indexes_name_columns) {
  const std::string fields = R"({"name":"a","type":"Int"},{"name":"r","type":"Relation","from":"T"})";
  const auto ofIndex = [&](const std::string& names) {
    std::string list;
    for (const char c : names) list += (list.empty() ? "" : ",") + (R"({"fieldName":")" + std::string(1, c) + "\"}");
    return problemsOf(entity(fields, R"({"name":"i","fields":[)" + list + "]}"));
  };
  EXPECT_EQ(ofIndex("a"), Problems());
  EXPECT_EQ(ofIndex(""), (Problems{"indexes[0].fields: an index needs at least one field"}));
  EXPECT_EQ(ofIndex("A"), (Problems{"indexes[0].fields[0].fieldName: no such field: A"}));
  EXPECT_EQ(ofIndex("ar"), (Problems{"indexes[0].fields[1].fieldName: a relation cannot be indexed: r"}));
  EXPECT_EQ(ofIndex("aa"), (Problems{"indexes[0].fields[1].fieldName: duplicate index field: a"}));
  EXPECT_EQ(ofIndex(" "), (Problems{"indexes[0].fields[0].fieldName: an index field must not be blank"}));
  const std::string one = R"({"name":"i","fields":[{"fieldName":"a"}]})", unnamed = R"({"fields":[{"fieldName":"a"}]})";
  EXPECT_EQ(problemsOf(entity(fields, one + "," + one)), (Problems{"indexes[1].name: duplicate index"}));
  EXPECT_EQ(problemsOf(entity(fields, unnamed + "," + unnamed)), (Problems{"indexes[1].name: duplicate index"}));
  EXPECT_EQ(problemsOf(entity(fields, R"({"name":")" + std::string(101, 'i') + R"(","fields":[{"fieldName":"a"}]})")),
            (Problems{"indexes[0].name: an index name must have at most 100 characters and no control character"}));
}

TEST(Validate, elements_are_identifiers_and_unique) {
  EXPECT_EQ(
      problemsOf(R"({"type":"enum","name":"E","elements":["A","_b2","A","1x","","a b","ä"]})"),
      (Problems{"elements[2]: duplicate element: A",
                "elements[3]: an element is made of letters, digits and underscores and starts with no digit: 1x",
                "elements[4]: an element is made of letters, digits and underscores and starts with no digit: ",
                "elements[5]: an element is made of letters, digits and underscores and starts with no digit: a b",
                "elements[6]: an element is made of letters, digits and underscores and starts with no digit: ä"}));
  EXPECT_EQ(problemsOf(R"({"type":"enum","name":"E"})"), (Problems{"elements: at least one element is needed"}));
}

TEST(Validate, lists_have_bounds) {
  std::string fields;
  for (int i = 0; i <= 1000; ++i)
    fields += (i > 0 ? "," : "") + (R"({"type":"Int","name":"f)" + std::to_string(i) + "\"}");
  EXPECT_EQ(problemsOf(entity(fields)), (Problems{"fields: at most 1000 are allowed"}));
}

}  // namespace
}  // namespace tenon::modeling
