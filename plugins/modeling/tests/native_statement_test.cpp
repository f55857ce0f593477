// SPDX-License-Identifier: Apache-2.0
#include "native/statement.h"

#include <gtest/gtest.h>

#include "native/binding.h"
#include "routes/answer.h"
#include "school.h"

namespace tenon::modeling::native {
namespace {

using Names = std::vector<std::string>;

Statement statement(std::string text, const char* dialect = "sqlite") {
  return Statement(std::move(text), Lexicon::of(dialect));
}

/// "field: message" of what is refused, or "" when nothing is.
std::string refusal(const std::string& text, const char* dialect = "sqlite") {
  try {
    statement(text, dialect);
    return "";
  } catch (const Invalid& invalid) {
    return invalid.problems().front().field + ": " + invalid.what();
  }
}

/// The text with every parameter of one value.
std::string rendered(const std::string& text, const char* dialect = "sqlite") {
  const Statement s = statement(text, dialect);
  return s.render(Dialect(testDialect()), std::vector<size_t>(s.names().size(), 1));
}

std::string kind(const std::string& text, const char* dialect = "sqlite") {
  const Statement s = statement(text, dialect);
  return std::string(s.answersRows() ? "rows" : "count") + (s.writes() ? " writes" : "");
}

TEST(NativeStatement, finds_both_spellings_in_order_of_first_use) {
  const Statement s = statement("select :b, ${a}, ${ b }, :a_1 from t where x=:a.b and y=${long-name.x}");
  EXPECT_EQ(s.names(), (Names{"b", "a", "a_1", "a.b", "long-name.x"}));
  EXPECT_EQ(s.places(), (std::vector<size_t>{0, 1, 0, 2, 3, 4}));
  EXPECT_EQ(rendered("select :b, ${a}, ${ b }"), "select $1, $2, $3");
  EXPECT_EQ(statement("select :姓名").names(), Names{"姓名"});
}

TEST(NativeStatement, a_name_ends_where_no_name_goes_on) {
  for (const char* end : {"",   " ",  ",1", ")",     "=1", "|",  "||'x'", "+1",  "-1", "*2", "/2", "%2",
                          "<1", ">1", "^1", "::int", ";",  "&1", "\\",    "'x'", "]",  "\n", "."})
    EXPECT_EQ(statement(std::string("select :x") + end, "postgresql").names(), Names{"x"}) << end;
}

TEST(NativeStatement, colons_that_are_no_parameters) {
  for (const char* text : {"select a::int", "set_x := 1", "a : b", "arr[1:2]", "select :1", "select ::x"})
    EXPECT_EQ(parametersOf(text), Names{}) << text;
  EXPECT_EQ(parametersOf("select :x::int, arr[:i]"), (Names{"x", "i"}));
  EXPECT_EQ(rendered("select :x::int", "postgresql"), "select $1::int");
}

TEST(NativeStatement, a_parameter_does_not_run_together_with_its_neighbours) {
  EXPECT_EQ(rendered("select ${a}5, x${a} from t"), "select $1 5, x $2 from t");
  EXPECT_EQ(rendered("select ${a}${b}"), "select $1 $2");
}

TEST(NativeStatement, quotes_hide_parameters) {
  for (const char* text : {"select ':x'", "select 'it''s :x'", "select \":x\"", "select \"a\"\":x\"", "select `:x`",
                           "select [:x]", "select [a]]:x]", "select '\\', ':x'", "select '10:30:00'",
                           "select '$' || '{x}'", "select '${}'", "select '${a b}'"})
    EXPECT_EQ(statement(text).names(), Names{}) << text;
  EXPECT_EQ(statement("select '', :x, ''''").names(), Names{"x"});
}

TEST(NativeStatement, quotes_are_each_database_s_own) {
  EXPECT_EQ(statement(R"(select 'it\'s :x', "say \":x\"", :y)", "mysql").names(), Names{"y"});
  EXPECT_EQ(statement(R"(select '\\', :y)", "mariadb").names(), Names{"y"});
  EXPECT_EQ(statement(R"(select '\', :y)", "postgresql").names(), Names{"y"}) << "a backslash is itself";
  EXPECT_EQ(statement(R"(select E'\':x', e'\\', :y)", "postgresql").names(), Names{"y"});
  EXPECT_EQ(statement(R"(select type'\', :y)", "postgresql").names(), Names{"y"}) << "the word only ends in e";
  EXPECT_EQ(statement("select $$ :x 'it $$, $a$ $b$ :x $$ $a$, :y", "postgresql").names(), Names{"y"});
  EXPECT_EQ(statement("select $1, a$b$ || :y, c$b$", "postgresql").names(), Names{"y"}) << "words hold dollars";
  EXPECT_EQ(statement("select arr[:i]", "postgresql").names(), Names{"i"}) << "no quotes there";
  EXPECT_EQ(statement("select $$ || :y", "sqlite").names(), Names{"y"});
}

TEST(NativeStatement, comments_hide_parameters) {
  EXPECT_EQ(statement("select -- :x ' ${x}\n :y /* :z ' */").names(), Names{"y"});
  EXPECT_EQ(statement("select /* /* */ :y").names(), Names{"y"});
  EXPECT_EQ(statement("select /* /* */ :x */ :y", "postgresql").names(), Names{"y"});
  EXPECT_EQ(statement("select 1 # :x ' \n, :y", "mysql").names(), Names{"y"});
  EXPECT_EQ(statement("select a # :y", "postgresql").names(), Names{"y"}) << "an operator there";
  EXPECT_EQ(statement("select 5--:y", "mysql").names(), Names{"y"}) << "minus minus";
  EXPECT_EQ(statement("select 5 -- :y\n--", "mysql").names(), Names{});
  EXPECT_EQ(statement("select 1 --\r, :y", "postgresql").names(), Names{"y"}) << "a carriage return ends the line";
  EXPECT_EQ(refusal("select 1 /*!50000 into outfile 'x' */", "mysql"),
            "statement: holds a comment that the database would execute: /*! */");
  EXPECT_EQ(refusal("select /*+ hint */ 1", "mysql"), "");
}

TEST(NativeStatement, a_parameter_inside_quotes_is_refused_with_a_hint) {
  for (const char* text :
       {"select * from t where a like '%${x}%'", "select \"${x}\"", "select [${ x }]", "select `a${x}`"})
    EXPECT_EQ(refusal(text),
              "statement: ${x} stands inside quotes, where nothing is bound: concatenate, as in '%' || ${x} || '%' or "
              "concat('%', ${x}, '%')")
        << text;
  EXPECT_NE(refusal("select $$ ${x} $$", "postgresql"), "");
  EXPECT_EQ(refusal("select '%' || ${x} || '%' -- '${y}'"), "");
}

TEST(NativeStatement, what_is_not_well_formed_is_refused) {
  for (const char* text : {"select 'x", "select \"x", "select /* x", "select [x", "select ${", "select ${x",
                           "select ${}", "select ${a b}", "select ${'x'}", "select ${ }"})
    EXPECT_NE(refusal(text), "") << text;
  EXPECT_NE(refusal("select $$ x", "postgresql"), "");
  EXPECT_NE(refusal("select /* /* */", "postgresql"), "");
  EXPECT_NE(refusal("select 'x\\'", "mysql"), "");
  EXPECT_EQ(refusal(std::string("select 1\0", 9)), "statement: must not hold a zero character");
  EXPECT_EQ(refusal("select 1" + std::string(1U << 20U, ' ')), "statement: must not be longer than 1 MiB");
}

TEST(NativeStatement, the_first_word_decides_what_is_answered) {
  for (const char* text : {"select 1",
                           "SELECT 1",
                           "values (1)",
                           "table t",
                           "with a as (select 1) select * from a",
                           "pragma table_info(t)",
                           "PRAGMA main.index_list = x",
                           "pragma user_version",
                           "explain select 1",
                           "describe t",
                           "desc t",
                           "show tables",
                           "(select 1)",
                           "((select 1) union (select 2))",
                           "/* a */ -- b\n ( select 1)",
                           "select replace(a, 'x', 'y') from t for update",
                           "explain query plan delete from t",
                           "explain (costs off) delete from t",
                           "with a as (select 1), replace as (select 2) select * from replace",
                           "with recursive a(n) as (select 1 union all select n + 1 from a) select n from a",
                           "with a as (select 1) (select * from a)",
                           "with a as (select (insert('a', 1, 1, 'b'))) select 1",
                           "explain analyze select * from t"})
    EXPECT_EQ(kind(text), "rows") << text;
  for (const char* text :
       {"insert into t values (1)", "update t set a=1", "DELETE from t", "replace into t values (1)",
        "merge into t using u on a=b when matched then delete", "create table t (a int)", "alter table t",
        "drop table t", "truncate table t", "with a as (select 1) insert into t select * from a",
        "with a as (select 1) delete from t", "insert into t select (select 1 as returning_x)",
        "select * into u from t", "select 1 into outfile 'x'", "create table u as select 1"})
    EXPECT_EQ(kind(text), "count writes") << text;
}

TEST(NativeStatement, statements_that_answer_rows_may_write) {
  for (const char* text :
       {"insert into t values (1) returning id", "with a as (select 1) update t set b=1 RETURNING *",
        "with gone as (delete from t returning *) select * from gone",
        "with a as (select 1), b as materialized (insert into t values (1) returning a) select 1",
        "(with a as (update t set b=1 returning b) select * from a)", "select * from final table (update t set a=1)",
        "explain analyze delete from t", "explain (analyze, verbose) insert into t values (1)",
        "EXPLAIN ANALYZE create table u as select 1",
        "explain analyze with a as (delete from t returning 1) select * from a"})
    EXPECT_EQ(kind(text, "postgresql"), "rows writes") << text;
  EXPECT_EQ(kind("insert into t values ((select 1 returning))"), "count writes") << "not at the top";
  EXPECT_EQ(kind("delete from t where a = 'returning' -- returning"), "count writes");
}

TEST(NativeStatement, everything_else_is_unsupported) {
  for (const char* text :
       {"attach 'x' as y", "begin", "commit", "set x = 1", "call f()", "vacuum", "grant all", "lock t", "${x}",
        "'select'", "selects 1", "1", "with a as (select 1)", "with", "analyze t", "copy t"})
    EXPECT_NE(refusal(text).find("statement: unsupported statement: "), std::string::npos) << text << refusal(text);
  EXPECT_EQ(refusal("vacuum into 'x'"), "statement: unsupported statement: VACUUM");
  for (const char* text : {"", " ", ";", "-- select 1", "/* select 1 */", "(("})
    EXPECT_EQ(refusal(text), "statement: must not be blank") << text;
}

TEST(NativeStatement, a_pragma_sets_nothing) {
  for (const char* text : {"pragma query_only=0", "pragma query_only(0)", "pragma main.journal_mode = delete",
                           "pragma \"query_only\"(0)", "explain pragma foreign_keys = off", "pragma (x)"})
    EXPECT_EQ(refusal(text), "statement: unsupported statement: a pragma that sets something") << text;
}

TEST(NativeStatement, there_is_one_statement) {
  EXPECT_EQ(rendered("select :a ; -- done\n ; "), "select $1 ");
  EXPECT_EQ(rendered("select ';' -- ;\n"), "select ';' -- ;\n");
  for (const char* text :
       {"select 1; select 2", "select 1; drop table t; --", "; select 1", "select 1;;x", "select 1; '", "select 1; :x"})
    EXPECT_NE(refusal(text), "") << text;
  EXPECT_EQ(refusal("select 1; select 2"), "statement: holds more than one statement");
}

TEST(NativeStatement, the_body_of_a_routine_is_part_of_it) {
  const std::string trigger =
      "create trigger a after insert on t begin update t set b=case when 1 then 2 end; delete from u; end";
  EXPECT_EQ(rendered(trigger + ";"), trigger);
  EXPECT_EQ(refusal("create or replace procedure p() begin if a then select 1; end if; begin end; end", "mysql"), "");
  EXPECT_EQ(refusal("create procedure p() begin case a when 1 then set b=1; end case; set c=2; end;", "mysql"), "");
  EXPECT_EQ(refusal(trigger + "; drop table t"), "statement: holds more than one statement");
  EXPECT_EQ(refusal("create table trigger_log (a int); begin"), "statement: holds more than one statement");
  EXPECT_EQ(refusal("create table begin (a int); drop table t; end"), "statement: holds more than one statement");
}

TEST(NativeStatement, parameters_are_counted) {
  std::string text = "select 1";
  for (size_t i = 0; i < kMostParameters; ++i) text += ",:p";
  EXPECT_EQ(refusal(text), "");
  EXPECT_EQ(refusal(text + ",:p"), "statement: must not have more than 1000 parameters");
}

TEST(NativeStatement, names_are_shown_of_any_text) {
  EXPECT_EQ(parametersOf("select * from t where a=${b} and c=:a and d=${b}"), (Names{"b", "a"}));
  EXPECT_EQ(parametersOf("anything ${a} 'open ${b}"), Names{"a"});
  EXPECT_EQ(parametersOf(""), Names{});
}

TEST(NativeBinding, lists_without_values_are_told_from_other_places) {
  const auto sqlOf = [](const char* text) {
    return bindParameters(statement(text), Dialect(testDialect()), parseJson(R"({"n":[],"o":[1]})")).sql;
  };
  EXPECT_EQ(sqlOf("select 1 where a not in (:n)and b in( ${n} ) and c in (:o)"),
            "select 1 where a not in (null) is null and b in( null ) is true and c in ($1)");
  EXPECT_EQ(sqlOf("select f(:n), 'not in (:n)' where a in (:n, 1) or b = (:n)"),
            "select f(null), 'not in (:n)' where a in (null, 1) or b = (null)");
}

TEST(NativeBinding, arrays_are_spread_and_values_keep_their_kinds) {
  const Statement s =
      statement("select * from t where a in (${ids}) and b=:x and c in (:none) and d in (:ids) and e=:o");
  const Bound b =
      bindParameters(s, Dialect(testDialect()),
                     parseJson(R"({"ids":[1,"two",null],"x":18446744073709551615,"none":[],"o":{"k":[1]},"extra":1})"));
  EXPECT_EQ(b.sql,
            "select * from t where a in ($1, $2, $3) and b=$4 and c in (null) is true and d in ($5, $6, $7) and e=$8");
  std::string formats;
  for (const auto& v : b.values) formats += v.format;
  EXPECT_EQ(formats, "luuuluuu");
  EXPECT_EQ(b.values[0].integer, 1);
  EXPECT_EQ(b.values[1].text, "two");
  EXPECT_TRUE(b.values[2].isNull());
  EXPECT_EQ(b.values[3].text, "18446744073709551615");
  EXPECT_EQ(b.values[7].text, R"({"k":[1]})");
}

TEST(NativeBinding, scalars) {
  const Bound b =
      bindParameters(statement("select :a, :b, :c, :d, :e"), Dialect(testDialect()),
                     parseJson(R"({"a":true,"b":1.5,"c":-9223372036854775808,"d":null,"e":"' or 1=1 --"})"));
  EXPECT_EQ(b.sql, "select $1, $2, $3, $4, $5");
  EXPECT_TRUE(b.values[0].boolean);
  EXPECT_EQ(b.values[1].number, 1.5);
  EXPECT_EQ(b.values[2].integer, INT64_MIN);
  EXPECT_TRUE(b.values[3].isNull());
  EXPECT_EQ(b.values[4].text, "' or 1=1 --");
}

std::string bindingRefusal(const std::string& text, const std::string& json) {
  try {
    bindParameters(statement(text), Dialect(testDialect()), parseJson(json));
    return "";
  } catch (const Invalid& invalid) {
    std::string fields;
    for (const auto& p : invalid.problems()) fields += p.field + " ";
    return fields;
  }
}

TEST(NativeBinding, what_is_missing_is_named_all_at_once) {
  EXPECT_EQ(bindingRefusal("select :a, ${b}, :a, :c", R"({"b":1})"), "parameters.a parameters.c ");
  EXPECT_EQ(bindingRefusal("select :a", R"({"a":"x\u0000"})"), "parameters.a ");
}

TEST(NativeBinding, no_more_values_than_the_database_takes) {
  Json many = Json::array();
  for (int i = 0; i < 60; ++i) many.push_back(i);
  const std::string json = dumpJson(Json{{"a", many}});
  EXPECT_EQ(bindingRefusal("select :a", json), "");
  EXPECT_EQ(bindingRefusal("select :a, :a", json), "parameters ") << "the test dialect takes 100";
  for (int i = 0; i < 60; ++i) many.push_back(i);
  EXPECT_EQ(bindingRefusal("select :a", dumpJson(Json{{"a", many}})), "parameters.a ");
}

}  // namespace
}  // namespace tenon::modeling::native
