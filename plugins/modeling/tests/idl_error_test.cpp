// SPDX-License-Identifier: Apache-2.0
// What is said of a text that is not accepted, and where.
#include <gtest/gtest.h>

#include <chrono>

#include "idl/idl.h"
#include "idl/lexer.h"
#include "routes/answer.h"

namespace tenon::modeling {
namespace {

using Problems = std::vector<std::string>;

Problems problemsOf(std::string_view idl) {
  Problems out;
  try {
    parseIdl(idl, "script");
  } catch (const Invalid& invalid) {
    for (const auto& p : invalid.problems()) {
      out.push_back(p.en);
      EXPECT_EQ(p.field, "script");
      EXPECT_FALSE(p.zh.empty());
    }
  }
  return out;
}

TEST(IdlErrors, syntax_is_told_in_full_words) {
  const std::pair<const char*, const char*> kCases[] = {
      {"model A { a: Int", R"(line 1, column 17: expected field, "@" or "}" but found end of input)"},
      {"foo A {}", R"(line 1, column 1: expected "model" or "enum" but found "foo")"},
      {"model A { name: String? }", R"(line 1, column 23: expected field, "@" or "}" but found "?")"},
      {"model A { a: Int,, b: Int }", R"(line 1, column 18: expected field, "@" or "}" but found ",")"},
      {"enum E { }", R"(line 1, column 10: expected enum element but found "}")"},
      {"enum E { A B }", R"(line 1, column 12: expected "," or "}" but found "B")"},
      {"model A { a: Int @default(uuid(4)) }",
       R"~(line 1, column 32: expected ")" (functions take no arguments) but found "4")~"},
      {R"(model A { a: String @comment("x })", "line 1, column 30: unterminated string"},
      {"model A { a: Int ; }", R"(line 1, column 18: unexpected character ";")"},
      {"model A { a: Int @comment('x') }", R"(line 1, column 27: unexpected character "'")"},
      {"model A { größe: Int }", R"(line 1, column 13: unexpected character "ö")"},
      {"model A { a: Int \x01 }", R"(line 1, column 18: unexpected character "U+0001")"},
      {"model {}", R"(line 1, column 7: expected model name but found "{")"},
      {"model A ( }", R"(line 1, column 9: expected "{" but found "(")"},
      {"model A { a Int }", R"(line 1, column 13: expected "?" or ":" but found "Int")"},
      {"model A { a? Int }", R"(line 1, column 14: expected ":" but found "Int")"},
      {"model A { a: \"Int\" }", R"(line 1, column 14: expected type but found a string)"},
      {"model A { a: Int[3] }", R"(line 1, column 18: expected "]" but found "3")"},
      {"model A { a: Int @ }", R"(line 1, column 20: expected annotation name but found "}")"},
      {"model A { a: Int @x(,) }", R"(line 1, column 21: expected value but found ",")"},
      {"model A { a: Int @x(a b) }", R"~(line 1, column 23: expected "," or ")" but found "b")~"},
      {"model A { a: Int @x(a:) }", R"~(line 1, column 23: expected value but found ")")~"},
      {"model A { a: Int @x([1]) }", R"(line 1, column 22: expected list element but found "1")"},
      {"model A { a: Int @x([a b]) }", R"(line 1, column 24: expected "," or "]" but found "b")"},
      {"model A { a: Int @x([a(b)]) }", R"~(line 1, column 25: expected ":" but found ")")~"},
      {"model A { a: Int @x([a(b: c d)]) }", R"~(line 1, column 29: expected "," or ")" but found "d")~"},
      {"enum E { A,, }", R"(line 1, column 12: expected enum element but found ",")"},
      {"enum E", R"(line 1, column 7: expected "{" but found end of input)"},
      {"model A { a: Int @x(-) }", R"(line 1, column 21: unexpected character "-")"},
      {"model A { a: Int @x(1.) }", R"(line 1, column 22: unexpected character ".")"},
      {"model A {} /* x *", "line 1, column 12: unterminated comment"},
      {"model A {} / x", R"(line 1, column 12: unexpected character "/")"},
  };
  for (const auto& [idl, message] : kCases) EXPECT_EQ(problemsOf(idl), Problems{message}) << idl;
}

TEST(IdlErrors, meaning_is_told_where_it_stands) {
  const std::pair<const char*, const char*> kCases[] = {
      {R"(model A { a: Int @default("x") })", "line 1, column 19: default 'x' is not a valid Int"},
      {"model A { a: Int @default(2147483648) }", "line 1, column 19: default '2147483648' is not a valid Int"},
      {"model A { a: Int @default([x]) }", "line 1, column 19: a list is not a valid default of Int"},
      {"model A { a: Int @default }", "line 1, column 19: @default needs a value"},
      {"model A { a: Int @default(uuid()) }", "line 1, column 19: the generator uuid does not fit this field"},
      {"model A { a: Int @default(today()) }", "line 1, column 19: unknown generator today"},
      {"model A { a: String @length(0) }", "line 1, column 22: length must be within 1..10485760"},
      {"model A { a: String @length(-99999999999999999999) }", "line 1, column 22: length must be within 1..10485760"},
      {"model A { a: String @length(x) }", "line 1, column 22: length 'x' is not a whole number"},
      {"model A { a: String @length() }", "line 1, column 22: @length needs a value"},
      {"model A { a: Float @precision(70) @scale(1) }", "line 1, column 21: precision must be within 1..65"},
      {"model A { a: Float @precision(5) @scale(\"6\") }", "line 1, column 35: scale must be within 0..5"},
      {"model A { a: Float @scale(1.5) }", "line 1, column 21: scale '1.5' is not a whole number"},
      {"model A { a: Int @unique(maybe) }", "line 1, column 19: argument 'maybe' of @unique is not true or false"},
      {"model A { a: Int @comment(f()) }", "line 1, column 19: @comment takes texts"},
      {"model A { a: Int @comment }", "line 1, column 19: @comment needs a value"},
      {"model A { a: Date @id }", "line 1, column 20: an identity is a String, an Int or a Long"},
      {"model A { a: Int @id b: Int @id }", "line 1, column 30: at most one field is the identity"},
      {"model A { a: T @relation() @unique }", "line 1, column 29: a relation cannot be unique"},
      {"model A { a: T @relation() @id }", "line 1, column 29: a relation cannot be the identity"},
      {"model A { a: T @relation() @default(1) }", "line 1, column 29: a relation cannot have a default"},
      {"model A { a: T @relation(cascadeDelete: 2) }",
       "line 1, column 17: argument '2' of @relation is not true or false"},
      {"model A { a: T @relation(localField: [a]) }", "line 1, column 17: @relation takes texts"},
      {"model A { a: Int, A: Int }", "line 1, column 19: duplicate field"},
      {"model A { a: Int, @index(fields: [a, b]) }", "line 1, column 38: no such field: b"},
      {"model A { a: T @relation(), @index(fields: [a]) }", "line 1, column 45: a relation cannot be indexed: a"},
      {"model A { a: Int, @index(fields: [a, a]) }", "line 1, column 38: duplicate index field: a"},
      {"model A { a: Int, @index(fields: []) }", "line 1, column 34: an index needs at least one field"},
      {"model A { a: Int, @index(fields: a) }", "line 1, column 34: an index needs at least one field"},
      {"model A { a: Int, @index(name: x) }", "line 1, column 20: an index needs at least one field"},
      {"model A { a: Int, @index(fields: [a(sort: up)]) }", "line 1, column 43: sort must be asc or desc"},
      {"model A { a: Int, @index(name: f(), fields: [a]) }", "line 1, column 20: @index takes texts"},
      {"model A { a: Int, @x, @index(name: i, fields: [a]), @index(name: i, fields: [a]) }",
       "line 1, column 66: duplicate index"},
      {"enum E { A, B, A }", "line 1, column 16: duplicate element: A"},
      {"enum E { A } model E { a: Int }", "line 1, column 20: duplicate object: E"},
  };
  for (const auto& [idl, message] : kCases) EXPECT_EQ(problemsOf(idl), Problems{message}) << idl;
}

TEST(IdlErrors, all_of_meaning_are_told_in_their_order) {
  EXPECT_EQ(problemsOf("model A {\n  a: Int @default(x),\n  A: String @length(0) @unique(x),\n}\nenum A { B, B }"),
            (Problems{"line 2, column 11: default 'x' is not a valid Int", "line 3, column 3: duplicate field",
                      "line 3, column 14: length must be within 1..10485760",
                      "line 3, column 25: argument 'x' of @unique is not true or false",
                      "line 5, column 6: duplicate object: A", "line 5, column 13: duplicate element: B"}));
}

TEST(IdlErrors, of_syntax_only_the_first_is_told) {
  EXPECT_EQ(problemsOf("model A { a: Int @default(x) ; ; }"),
            (Problems{R"(line 1, column 30: unexpected character ";")"}));
  EXPECT_EQ(problemsOf("foo ;"), (Problems{R"(line 1, column 1: expected "model" or "enum" but found "foo")"}));
}

TEST(IdlErrors, positions_count_characters) {
  EXPECT_EQ(problemsOf("model A {\r\n\ta: Int;\r\n}"), (Problems{R"(line 2, column 8: unexpected character ";")"}));
  EXPECT_EQ(problemsOf("model A {\n\t\t;"), (Problems{R"(line 2, column 3: unexpected character ";")"}));
  EXPECT_EQ(problemsOf("/* 你😀 */ ;"), (Problems{R"(line 1, column 10: unexpected character ";")"}));
  EXPECT_EQ(problemsOf("\xEF\xBB\xBF;"), (Problems{R"(line 1, column 1: unexpected character ";")"}));
  EXPECT_EQ(problemsOf("model A { a: Int @comment(\"你\n好\") ; }"),
            (Problems{R"(line 2, column 5: unexpected character ";")"}));
}

TEST(IdlErrors, both_languages_say_the_same) {
  try {
    parseIdl("foo", "idl");
    FAIL();
  } catch (const Invalid& invalid) {
    EXPECT_EQ(invalid.problems().at(0).zh, R"(第 1 行第 1 列: 应为 "model" 或 "enum"，但遇到 "foo")");
  }
}

TEST(IdlErrors, text_must_be_utf8) {
  for (const char* bad :
       {"\xFF", "\xC3", "\xC0\x80", "\xE0\x80\x80", "\xED\xA0\x80", "\xF4\x90\x80\x80", "\xF0\x9F\x98"})
    for (const char* around : {"", "// ", "/* ", "enum E { A } model A { @comment(\""})
      EXPECT_NE(problemsOf(std::string(around) + bad).at(0).find(": not valid UTF-8"), std::string::npos) << around;
}

TEST(IdlErrors, a_text_has_bounds) {
  EXPECT_EQ(problemsOf(std::string((4 << 20) + 1, ' ')), (Problems{"must have at most 4 MiB of text"}));
  EXPECT_EQ(problemsOf(std::string(4 << 20, ' ')), Problems());
  std::string many = "model A {";
  for (size_t i = 0; i < Lexer::kMostTokens / 2; ++i) many += "@a";
  EXPECT_EQ(problemsOf(many), (Problems{"line 1, column 1000007: more than 1000000 tokens"}));
  std::string nested = "model A { a: Int @x(";
  for (int i = 0; i < 100000; ++i) nested += "[a(b:";
  EXPECT_EQ(problemsOf(nested), (Problems{"line 1, column 61: lists are nested deeper than 8 levels"}));
  std::string properties = "model A { a: Int @additional(";
  for (int i = 0; i < 1001; ++i) properties += "a" + std::to_string(i) + ": 1, ";
  EXPECT_EQ(problemsOf(properties + ") }"), (Problems{"line 1, column 19: @additional takes at most 1000 arguments"}));
  std::string fields = "model A { ";
  for (int i = 0; i < 1001; ++i) fields += "f" + std::to_string(i) + ": Int ";
  EXPECT_EQ(problemsOf(fields + "}"), (Problems{"line 1, column 7: at most 1000 are allowed"}));
}

TEST(IdlErrors, a_large_text_full_of_errors_takes_little_time) {
  std::string text;
  while (text.size() < (1U << 20U)) {
    text += "model A { a: Int @default(x) ";
    for (int i = 0; i < 900; ++i) text += ", @index(fields: [b, c, d])";
    text += "}";
  }
  const auto start = std::chrono::steady_clock::now();
  EXPECT_GT(problemsOf(text).size(), 100000U);
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(60));
}

}  // namespace
}  // namespace tenon::modeling
