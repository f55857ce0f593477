// SPDX-License-Identifier: Apache-2.0
#include "schema/table_text.h"

#include <gtest/gtest.h>

namespace tenon::modeling {
namespace {

std::string redefined(std::string_view text, std::string_view column, const std::string& definition) {
  auto table = TableText::parse(text);
  if (!table || !table->define(column, definition)) return "refused";
  return table->under("\"n\"");
}

TEST(TableText, gives_a_column_another_definition_and_leaves_the_rest) {
  EXPECT_EQ(redefined("CREATE TABLE \"T\" (id integer not null, \"a, b\" text default '),(', c int, primary key (id))",
                      "c", "\"c\" bigint"),
            "create table \"n\" (\nid integer not null\n,  \"a, b\" text default '),('\n, \"c\" bigint\n,  primary key "
            "(id)\n)");
}

TEST(TableText, keeps_keys_checks_references_and_collations_of_a_redefined_column) {
  EXPECT_EQ(redefined("create table T (a int not null default (1 + (2)) primary key autoincrement)", "a", "a text"),
            "create table \"n\" (\na text primary key autoincrement\n)");
  EXPECT_EQ(redefined("create table T (a varchar(10) constraint c check (a in ('not null', 'x')) collate nocase "
                      "references U(x) on delete set null default 'x', b)",
                      "A", "a int"),
            "create table \"n\" (\na int constraint c check (a in ('not null', 'x')) collate nocase references U(x) on "
            "delete set "
            "null\n,  b\n)");
}

TEST(TableText, takes_comments_and_every_kind_of_quote) {
  EXPECT_EQ(redefined("create table [my table] -- why ( not\n (/* , */ `a`` b` int, [c d] text -- end, of\n) strict",
                      "a` b", "x int"),
            "create table \"n\" (\nx int\n,  [c d] text -- end, of\n\n) strict");
}

TEST(TableText, adds_columns_before_the_tables_own_constraints) {
  auto table = TableText::parse("create table T (a int, unique (a))");
  ASSERT_TRUE(table);
  table->add("b int not null");
  EXPECT_EQ(table->under("n"), "create table n (\na int\n, b int not null\n,  unique (a)\n)");
}

std::string withoutKey(std::string_view text, const std::vector<std::string>& columns) {
  auto table = TableText::parse(text);
  return table && table->dropKey(columns) ? table->under("n") : "refused";
}

TEST(TableText, drops_unique_keys_by_their_columns) {
  EXPECT_EQ(withoutKey("create table T (a int, b int,constraint k unique (a, \"B\" collate nocase) on conflict ignore, "
                       "unique (b))",
                       {"a", "b"}),
            "create table n (\na int\n,  b int\n,  unique (b)\n)");
  EXPECT_EQ(
      withoutKey("create table T (a varchar(9) not null constraint k unique on conflict fail check (a > 'unique'),"
                 "unique (a),b int unique)",
                 {"A"}),
      "create table n (\na varchar(9) not null  check (a > 'unique')\n, b int unique\n)");
  EXPECT_EQ(withoutKey("create table T (a int, b int, unique (b, a))", {"a", "b"}), "refused");
  EXPECT_EQ(withoutKey("create table T (a int, unique (a) check (a > 0))", {"a"}), "refused");
  EXPECT_EQ(withoutKey("create table T (a int primary key, b int)", {"a"}), "refused");
}

std::string userOf(std::string_view text, std::string_view column) {
  const auto table = TableText::parse(text);
  return table ? table->userOf(column) : "refused";
}

TEST(TableText, tells_what_else_names_a_column) {
  EXPECT_EQ(userOf("create table T (a int, b int, constraint c check (\"A\" + b > 0) )", "a"),
            "constraint c check (\"A\" + b > 0)");
  EXPECT_EQ(userOf("create table T (a int check (a > 0), b int default (1) check (a < b))", "a"),
            "b int default (1) check (a < b)");
  EXPECT_EQ(userOf("create table T (a int, g int generated always as (a + 1))", "a"),
            "g int generated always as (a + 1)");
  EXPECT_EQ(userOf("create table T (a int check (a > 0), b int references U(a) check (b <> 'a'), "
                   "foreign key (b) references U (a))",
                   "a"),
            "");
}

TEST(TableText, refuses_what_is_no_list_of_columns) {
  EXPECT_FALSE(TableText::parse("create virtual table t using fts5(a)"));
  EXPECT_FALSE(TableText::parse("create table t as select 1"));
  EXPECT_FALSE(TableText::parse("create table t (a int"));
  EXPECT_EQ(redefined("create table t (a int)", "b", "b int"), "refused");
}

}  // namespace
}  // namespace tenon::modeling
