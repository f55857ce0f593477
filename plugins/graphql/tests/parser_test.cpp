// SPDX-License-Identifier: Apache-2.0
#include "language/parser.h"

#include <gtest/gtest.h>

#include "language/printer.h"

namespace tenon::graphql {
namespace {

/// "Syntax Error: ... (line:column)", or "" for what parses.
std::string problemOf(std::string source, const ParseLimits& limits = {}) {
  try {
    parse(std::move(source), limits);
    return {};
  } catch (const SyntaxError& e) {
    return std::string(e.what()) + " (" + std::to_string(e.location().line) + ":" +
           std::to_string(e.location().column) + ")";
  }
}

/// The value of the only argument of the only field, as it is printed.
std::string valueOf(const std::string& literal) {
  const auto document = parse("{ f(a: " + literal + ") }");
  return printed(document->definitions()[0].operation->selectionSet->selections[0].arguments[0].value);
}

std::string textOf(const std::string& literal) {
  const auto document = parse("{ f(a: " + literal + ") }");
  return std::string(document->definitions()[0].operation->selectionSet->selections[0].arguments[0].value.text);
}

TEST(Parser, SaysWhereItStopsInTheWordsOfTheReference) {
  EXPECT_EQ(problemOf("{"), "Syntax Error: Expected Name, found <EOF>. (1:2)");
  EXPECT_EQ(problemOf("{ f(a: ) }"), "Syntax Error: Unexpected \")\". (1:8)");
  EXPECT_EQ(problemOf("query\n  Q { a } }"), "Syntax Error: Unexpected \"}\". (2:11)");
  EXPECT_EQ(problemOf("{ a(b: \"x\ny\") }"), "Syntax Error: Unterminated string. (1:10)");
  EXPECT_EQ(problemOf("{ a(b: 01) }"), "Syntax Error: Invalid number, unexpected digit after 0: \"1\". (1:9)");
  EXPECT_EQ(problemOf("fragment on on T { a }"), "Syntax Error: Unexpected Name \"on\". (1:10)");
  EXPECT_EQ(problemOf("{ a(b: \"\\x\") }"), "Syntax Error: Invalid character escape sequence: \"\\x\". (1:9)");
  EXPECT_EQ(problemOf(""), "Syntax Error: Unexpected <EOF>. (1:1)");
}

TEST(Parser, CountsColumnsInUtf16UnitsAndLinesByAnyEnd) {
  EXPECT_EQ(problemOf("{ a(b: \"\xF0\x9F\x98\x80\") ? }"), "Syntax Error: Unexpected character: \"?\". (1:14)");
  EXPECT_EQ(problemOf("{\r\n a\r ? }"), "Syntax Error: Unexpected character: \"?\". (3:2)");
}

TEST(Parser, FindsManyPlacesAsItFindsEach) {
  const std::string source = "{ a\r\n b\rc \xF0\x9F\x98\x80 d\n\n e }";
  const std::vector<uint32_t> offsets = {19, 0, 7, 5, 4, 19, 12, 1000, 2};
  const auto places = locationsOf(source, offsets);
  ASSERT_EQ(places.size(), offsets.size());
  for (size_t i = 0; i < offsets.size(); ++i) EXPECT_EQ(places[i], locationOf(source, offsets[i])) << offsets[i];
}

TEST(Parser, ReadsStringsAsTheSpecificationSays) {
  EXPECT_EQ(textOf(R"("\u00e9\u{1F600}\uD83D\uDE00\n")"), "\xC3\xA9\xF0\x9F\x98\x80\xF0\x9F\x98\x80\n");
  EXPECT_EQ(textOf("\"\"\"\n    a\n      b\n\n    c\n  \"\"\""), "a\n  b\n\nc");
  EXPECT_EQ(textOf(R"("""x \""" y""")"), "x \"\"\" y");
  EXPECT_NE(problemOf(R"({ f(a: "\uD800") })"), "");
  EXPECT_NE(problemOf(R"({ f(a: "\u{110000}") })"), "");
}

TEST(Parser, KeepsValuesAsTheyWereWritten) {
  EXPECT_EQ(valueOf("{a: [1, -2.5e3, $v], b: {c: null, d: E}}"), "{a: [1, -2.5e3, $v], b: {c: null, d: E}}");
  EXPECT_EQ(valueOf("[]"), "[]");
  EXPECT_EQ(valueOf("true"), "true");
}

TEST(Parser, RefusesNestingBeforeTheStackFeelsIt) {
  for (const char* open : {"{a", "{a(b:[", "{a(b:{c:", "query($a:["}) {
    std::string deep;
    for (int i = 0; i < 1000000; ++i) deep += i == 0 ? open : std::string_view(open).back() == 'a' ? "{a" : "[";
    EXPECT_NE(problemOf(deep, {2000000, 200}), "") << open;
  }
}

TEST(Parser, RefusesMoreTokensThanItIsAllowed) {
  std::string many = "{";
  for (int i = 0; i < 100; ++i) many += " a";
  EXPECT_EQ(problemOf(many + "}", {50, 200}),
            "Syntax Error: Document contains more than 50 tokens. Parsing aborted. (1:101)");
  EXPECT_EQ(problemOf(many + "}", {102, 200}), "");
}

}  // namespace
}  // namespace tenon::graphql
