# SPDX-License-Identifier: Apache-2.0
"""Native queries against each database: bound values, caps, time-outs, read-only calls, and models that are queries."""
import unittest

from databases import OnEachDatabase, on_each_database
from harness import DATASOURCES

MODELS = f"{DATASOURCES}/d/models"
QUERY = f"{DATASOURCES}/d/native-query"
ENDLESS = {"sqlite": "with recursive n(i) as (select 1 union all select i + 1 from n) select count(*) from n",
           "mariadb": "select sleep(60)", "postgresql": "select pg_sleep(60)"}
TEXTS = ("x' or '1'='1", "\\", "\\' or 1=1 --", "${b}", ":b", "?", "$1", "; drop table city; --", "\u4e2d\U0001f600", "")


class NativeQuery(OnEachDatabase):
    def setUp(self):
        self.sql("drop table if exists city; create table city (id integer primary key, name varchar(40) not null, area numeric(20,4), founded date, seen timestamp);"
                 "insert into city values (1, 'Rome', 1285.31, '0753-04-21', '2026-01-02 03:04:05'), (2, 'Oslo', null, '1040-01-01', null), (3, 'Bern', 51.6, '1191-01-01', null);")

    def call(self, statement, parameters=None, **more):
        return self.host.post(QUERY, {"statement": statement, **({"parameters": parameters} if parameters is not None else {}), **more})

    def result(self, statement, parameters=None, **more):
        answer = self.call(statement, parameters, **more)
        self.assertEqual(answer.status, 200, answer.text)
        return answer.json["result"]

    def assertRefused(self, answer, *fields, code=1001):
        self.assertEqual((answer.status, answer.json["code"], answer.fields), (400, code, list(fields)), answer.text)

    def test_values_are_bound_in_both_spellings(self):
        for text in TEXTS:
            for spelling in ("${a}", ":a"):
                with self.subTest(text, spelling=spelling):
                    self.assertEqual(self.result(f"select id from city where id = 1 and name <> {spelling}", {"a": text}), [{"id": 1}])
                    self.result(f"update city set name = {spelling} where id = 2", {"a": text})
                    self.assertEqual(self.result("select name from city where id = 2"), [{"name": text}])
        self.assertEqual(self.result("select id from city where id = :one and area > ${least} and :one = id", {"one": 3, "least": 51.5}), [{"id": 3}])

    def test_arrays_expand(self):
        for ids, found in (([1, 3, 99], [1, 3]), ([], []), (2, [2]), (list(range(1, 1001)), [1, 2, 3])):
            self.assertEqual([r["id"] for r in self.result("select id from city where id in (${ids}) order by id", {"ids": ids})], found)

    def test_an_empty_list_holds_nothing(self):
        for condition, found in (("id in (:ids)", []), ("id not in (:ids)", [1, 2, 3]), ("not id in ( ${ids} /* x */ )and 1 = 1", [1, 2, 3]),
                                 ("area NOT IN (:ids) and id > 1", [2, 3]), ("id in (:ids) or id = 2", [2]), ("(id = 1 and name not in (:ids)) or id in (:ids)", [1]),
                                 ("id in (:ids, 3)", [3]), ("case when id in (:ids) then 1 else 0 end = 0", [1, 2, 3])):
            with self.subTest(condition):
                self.assertEqual([r["id"] for r in self.result(f"select id from city where {condition} order by id", {"ids": []})], found)

    def test_types_come_back_as_the_database_has_them(self):
        rome = self.result("select * from city where id = 1")[0]
        self.assertEqual((rome["name"], float(rome["area"]), rome["founded"]), ("Rome", 1285.31, "0753-04-21"))
        self.assertEqual(rome["seen"][:19].replace(" ", "T"), "2026-01-02T03:04:05")
        self.assertEqual(self.result("select area from city where id = 2"), [{"area": None}])

    def test_numbers_and_truth_values_are_that_in_json(self):
        sums = self.result("select sum(area) as total, avg(id) as mean, count(*) as n, max(area) * 1000 as large from city")[0]
        self.assertEqual({k: v if isinstance(v, str) else round(v, 4) for k, v in sums.items()}, {"total": 1336.91, "mean": 2.0, "n": 3.0, "large": 1285310.0})
        self.sql("drop table if exists flags; create table flags (id integer primary key, f boolean); insert into flags values (1, true), (2, false), (3, null);")
        self.assertEqual([r["f"] for r in self.result("select f from flags order by id")], [True, False, None])
        if self.kind != "sqlite":  # which has no numbers of that many digits
            exact = "12345678901234567890123456789012345678901234567890.5"
            self.assertIn(f'"v":{exact}', self.call(f"select cast({exact} as decimal(60,2)) as v").text)

    def test_rows_are_capped_and_the_session_goes_on(self):
        self.result("insert into city (id, name) select a.id + 10 * b.id, 'x' from city a cross join city b")
        answer = self.call("select id from city order by id", maxRows=5).json
        self.assertEqual(([r["id"] for r in answer["result"]], answer["truncated"]), ([1, 2, 3, 11, 12], True))
        self.assertNotIn("truncated", self.call("select id from city", maxRows=12).json)
        self.assertEqual(self.result("select count(*) as n from city"), [{"n": 12}])

    def test_rows_that_break_off_are_no_answer(self):
        self.sql("drop table if exists numbers; create table numbers (n integer primary key);")
        self.result("insert into numbers values " + ", ".join(f"({n})" for n in range(2500)))
        failing = {"sqlite": "select case when n < 2400 then n else abs(-9223372036854775807 - 1) end as v from numbers order by n",
                   "mariadb": "select cast(2400 as unsigned) - n as v from numbers order by n", "postgresql": "select 1 / (2400 - n) as v from numbers order by n"}[self.kind]
        for parameters in (None, {"a": 1}):
            statement = failing if parameters is None else failing.replace(" order by", " where :a = 1 order by")
            answer = self.call(statement, parameters, maxRows=100000)
            self.assertEqual(answer.status, 400, answer.text[:200])
            self.assertEqual(self.result("select count(*) as n from numbers"), [{"n": 2500}])

    def test_rows_that_a_write_answers_may_be_cut_but_not_the_write(self):
        self.sql("drop table if exists numbers; create table numbers (n integer primary key);")
        self.result("insert into numbers values " + ", ".join(f"({n})" for n in range(20000)))
        answer = self.call("delete from numbers where n >= 10 returning n", maxRows=5)
        self.assertEqual((answer.status, len(answer.json["result"]), answer.json["truncated"]), (200, 5, True), answer.text[:200])
        self.assertEqual(self.result("select count(*) as n from numbers"), [{"n": 10}])

    def test_a_definition_that_changes_is_not_read_by_its_old_columns(self):
        made = {"type": "entity", "name": "Wide", "fields": [{"name": "id", "type": "Int", "identity": True, "nullable": False}, {"name": "qty", "type": "Int"}, {"name": "name", "type": "String"}], "indexes": []}
        self.assertEqual(self.host.post(MODELS, made).status, 200)
        rows = f"{MODELS}/Wide/records"
        self.assertEqual(self.host.post(rows, {"id": 1, "qty": 7, "name": "seven"}).status, 200)
        for _ in range(5):
            self.assertEqual(self.host.get(rows).json["list"], [{"id": 1, "qty": 7, "name": "seven"}])
        for definition, shown in (("bigint", 7), ("varchar(20)", "7")):
            if self.kind == "sqlite":  # whose columns hold what they are given
                break
            change = f"modify column qty {definition}" if self.kind == "mariadb" else f"alter column qty type {definition}"
            table = "Wide" if self.kind == "mariadb" else '"Wide"'
            self.result(f"alter table {table} {change}")
            for _ in range(5):
                found = self.host.get(rows).json["list"][0]
                self.assertEqual((found["id"], str(found["qty"]), found["name"]), (1, str(shown), "seven"))
        self.assertEqual(self.host.call("DELETE", f"{MODELS}/Wide").status, 204)

    def test_single_precision_is_shown_as_the_database_writes_it(self):
        kind = "real" if self.kind == "postgresql" else "float"
        self.sql(f"drop table if exists single; create table single (id integer primary key, f {kind}); insert into single values (1, 19.99);")
        self.assertEqual(self.host.post(f"{DATASOURCES}/d/sync", ["single"]).status, 200)
        for _ in range(3):
            self.assertEqual(self.host.get(f"{MODELS}/single/records").json["list"], [{"id": 1, "f": 19.99}])
        self.assertEqual(self.result("select f from single"), [{"f": 19.99}])
        self.host.call("DELETE", f"{MODELS}/single")

    def test_time_is_bounded_and_the_session_goes_on(self):
        for _ in range(3):
            self.assertEqual(self.call(ENDLESS[self.kind], timeoutMs=200).status, 504)
            self.assertEqual(self.result("select 1 as a"), [{"a": 1}])

    def test_a_read_only_call_changes_nothing(self):
        for statement in ("delete from city", "update city set name = 'x'", "insert into city (id, name) values (9, 'x')", "drop table city", "create table other (id int)"):
            answer = self.call(statement, readOnly=True)
            self.assertEqual(answer.status, 400, (statement, answer.text))
        self.assertEqual(self.result("select count(*) as n from city", readOnly=True), [{"n": 3}])

    def test_a_write_answers_its_count_and_one_that_fails_leaves_nothing(self):
        self.assertEqual(self.result("update city set area = 1 where id > ${id}", {"id": 1}), 2)
        refused = self.call("insert into city (id, name) values (8, 'a'), (1, 'b')")
        self.assertEqual((refused.status, refused.json["code"]), (400, 1002), refused.text)
        self.assertEqual(self.result("select count(*) as n from city"), [{"n": 3}])

    def test_what_the_database_does_not_understand_is_the_callers(self):
        for statement in ("selec 1", "select * from nowhere", "select nothing from city", "select 1; select 2"):
            self.assertRefused(self.call(statement), "statement")

    def test_a_query_that_is_a_model_is_listed_and_run(self):
        statement = "select name from city where id in (${ids}) and name <> :other and name <> 'of :none' order by id"
        made = self.host.post(MODELS, {"type": "native_query", "name": "Named", "statement": statement})
        self.assertEqual(made.status, 200, made.text)
        self.addCleanup(lambda: self.host.call("DELETE", f"{MODELS}/Named"))
        self.assertEqual(made.json["parameters"], ["ids", "other"])
        self.assertIn(("native_query", "Named", statement), [(m["type"], m["name"], m.get("statement")) for m in self.host.get(MODELS).json])
        answer = self.host.post(QUERY, {"modelName": "Named", "parameters": {"ids": [1, 2, 3], "other": "Oslo"}})
        self.assertEqual((answer.status, answer.json.get("result")), (200, [{"name": "Rome"}, {"name": "Bern"}]), answer.text)
        self.assertRefused(self.host.post(QUERY, {"modelName": "Named"}), "parameters.ids", "parameters.other")


on_each_database(globals(), NativeQuery)

if __name__ == "__main__":
    unittest.main()
