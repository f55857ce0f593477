# SPDX-License-Identifier: Apache-2.0
"""Native queries on Chinook and the school, through the real host and the real database."""
import base64
import sqlite3
import unittest

from harness import Host, records

SCHOOL = "/api/f/datasources/school/native-query"
CHINOOK = "/api/f/datasources/chinook/native-query"


class NativeQuery(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.host = Host(configs={"modeling": {"limits": {"nativeMaxRows": 5000, "nativeTimeoutMs": 5000}, "datasources": [
            {"name": n, "config": {"dbKind": "sqlite", "url": f"jdbc:sqlite:{n}.sqlite"}, "sync": n != "fresh"}
            for n in ("chinook", "school", "fresh")]}}).start()
        cls.db = sqlite3.connect(cls.host.home / "databases/school.sqlite")

    @classmethod
    def tearDownClass(cls):
        cls.db.close()
        cls.host.__exit__()

    def call(self, statement, parameters=None, path=SCHOOL, **more):
        body = {"statement": statement, **more}
        if parameters is not None:
            body["parameters"] = parameters
        answer = self.host.post(path, body)
        self.assertEqual(answer.status, 200, answer.text)
        self.assertIsInstance(answer.json["time"], int)
        return answer.json

    def result(self, statement, parameters=None, **more):
        return self.call(statement, parameters, **more)["result"]

    def refused(self, body, field, code=1001, path=SCHOOL):
        answer = self.host.post(path, body)
        self.assertEqual((answer.status, answer.json["code"]), (400, code), answer.text)
        self.assertEqual(answer.fields, [field] if isinstance(field, str) else field)
        return answer

    # ---- rows

    def test_the_published_example(self):
        got = self.call('select count(*) as total, gender from Student where age >= ${minAge} group by gender order by gender', {"minAge": 20})
        self.assertEqual(list(got), ["time", "result"])
        self.assertEqual(got["result"], [{"total": n, "gender": g} for n, g in self.db.execute(
            "select count(*), gender from Student where age >= 20 group by gender order by gender")])
        self.assertEqual(list(got["result"][0]), ["total", "gender"], "in select order")

    def test_no_rows_are_an_empty_list(self):
        self.assertEqual(self.result("select * from Student where id < 0"), [])

    def test_values_have_the_types_that_the_driver_says(self):
        one = self.result("select 1 as i, 9007199254740993 as big, 1.5 as d, 'x' as t, null as n, x'00ff10' as b, '' as e")[0]
        self.assertEqual(one, {"i": 1, "big": 9007199254740993, "d": 1.5, "t": "x", "n": None, "e": "",
                               "b": base64.b64encode(b"\x00\xff\x10").decode()})
        self.assertEqual([base64.b64decode(self.result(f"select x'{'ab' * n}' as b")[0]["b"]) for n in range(5)],
                         [b"\xab" * n for n in range(5)])
        invoice = self.result("select InvoiceDate, Total from Invoice where InvoiceId=1", path=CHINOOK)[0]
        self.assertRegex(invoice["InvoiceDate"], r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$")
        self.assertIsInstance(invoice["Total"], float)

    def test_a_column_of_several_types_spoils_nothing(self):
        got = self.result("select 1 as a, 'q' as b union all select 'x', 2 union all select 2.5, null union all select '', ''")
        self.assertEqual([r["a"] for r in got], [1, "x", 2.5, ""])
        self.assertEqual([r["b"] for r in got], ["q", "2", None, ""])

    def test_columns_of_one_label_are_all_there(self):
        got = self.result('select 1 as a, 2 as a, 3 as a, 4 as a_2, 5 as "q""\\"')[0]
        self.assertEqual(got, {"a": 1, "a_3": 2, "a_4": 3, "a_2": 4, 'q"\\': 5})

    def test_every_way_to_ask_for_rows(self):
        for statement in ("-- a comment\n /* another */ select 1 as a", "select 1 as a;",
                          "values (1)", "with t as (select 1 as a) select * from t", "explain query plan select 1",
                          "pragma table_info(Student)"):
            self.assertGreater(len(self.result(statement)), 0, statement)

    # ---- parameters

    def test_values_are_bound(self):
        got = self.result("select ${a} as a, :b as b, ${c} as c, :d as d, :e as e, ${f} as f, :a as again",
                          {"a": "x' or '1'='1", "b": 7, "c": 2.5, "d": True, "e": None, "f": {"k": [1, "\u4e2d"]}, "extra": 1})[0]
        self.assertEqual(got, {"a": "x' or '1'='1", "b": 7, "c": 2.5, "d": 1, "e": None, "f": '{"k":[1,"\u4e2d"]}', "again": "x' or '1'='1"})
        self.assertEqual(self.result("select :u as u", {"u": 2**64 - 1})[0]["u"], str(2**64 - 1))
        self.assertEqual(self.result("select :u as u", {"u": -2**63})[0]["u"], -2**63)

    def test_arrays_expand(self):
        ids = lambda where, **p: [r["id"] for r in self.result(f"select id from Student where id <= 10 and {where} order by id", p)]
        self.assertEqual(ids("id in (${ids}) or id = :one", ids=[1, 3, 99], one=5), [1, 3, 5])
        self.assertEqual(ids("id in (:ids)", ids=[]), [])
        self.assertEqual(ids("id in (:ids)", ids=4), [4])
        self.assertEqual(ids("id in (:ids)", ids=list(range(1, 1001))), list(range(1, 11)))
        self.refused({"statement": "select 1 where 1 in (:ids)", "parameters": {"ids": list(range(1001))}}, "parameters.ids")

    def test_concatenation_is_the_way_into_a_pattern(self):
        self.assertEqual(self.result("select id from Student where studentName like '%' || ${x} || '%' order by id", {"x": "Wei"}), [{"id": 2}])
        answer = self.refused({"statement": "select * from Student where studentName like '%${x}%'", "parameters": {"x": "Wei"}}, "statement")
        self.assertIn("concat", answer.text)

    def test_missing_parameters_are_all_named(self):
        self.refused({"statement": "select :a, ${b}, :c", "parameters": {"b": 1}}, ["parameters.a", "parameters.c"])
        self.refused({"statement": "select :a"}, "parameters.a")

    def test_literals_are_left_alone(self):
        one = self.result("select '10:30:00' as t, ':x' as x, ';' as s -- :y ${z}\n")[0]
        self.assertEqual(one, {"t": "10:30:00", "x": ":x", "s": ";"})

    # ---- writing

    def test_a_statement_that_writes_answers_a_count(self):
        self.assertEqual(self.result("create table if not exists scratch (id integer primary key, name text not null unique)"), 0)
        self.assertEqual(self.result("insert into scratch (name) values (:a), (:b)", {"a": "x", "b": "y"}), 2)
        self.assertEqual(self.result("update scratch set name = name || '!'"), 2)
        self.assertEqual(self.result("with d as (select 'x!' as n) delete from scratch where name in (select n from d)"), 1)
        self.assertEqual(self.db.execute("select name from scratch").fetchall(), [("y!",)])
        rows = self.result("insert into scratch (name) values ('r'), ('s') returning name, id")
        self.assertEqual([r["name"] for r in rows], ["r", "s"])
        capped = self.call("update scratch set name = name || '.' returning name", maxRows=1)
        self.assertEqual((len(capped["result"]), capped["truncated"]), (1, True))
        self.assertEqual(self.db.execute("select count(*) from scratch where name like '%.'").fetchone(), (3,), "all were changed")
        # Values of several types in one column: the statement ran again, and changed once.
        mixed = self.result("insert into scratch (name) values ('7'), ('z') returning case name when '7' then 7 else name end as v")
        self.assertEqual([r["v"] for r in mixed], [7, "z"])
        self.assertEqual(self.db.execute("select count(*) from scratch").fetchone(), (5,))
        self.assertEqual(self.result("create trigger scratch_t after delete on scratch begin delete from scratch where name='7'; delete from scratch where name='z'; end;"), 0)
        self.assertEqual(self.result("drop table scratch"), 0)

    def test_a_file_that_is_not_there_yet_is_made(self):
        path = "/api/f/datasources/fresh/native-query"
        self.assertEqual(self.result("create table a (b int)", path=path), 0)
        self.assertEqual(self.result("select * from a", path=path), [])

    def test_refused_data_is_answered_as_for_records(self):
        self.refused({"statement": "insert into StudentDetail (studentId) values (1)"}, "studentId", 1002)
        self.refused({"statement": "insert into Student (studentName) values (null)"}, "studentName", 1003)
        self.refused({"statement": "insert into Student (studentName, classId) values ('x', 999)"}, [], 1003)

    def test_a_failure_leaves_nothing_behind(self):
        before = self.db.execute("select count(*) from StudentDetail").fetchone()
        self.refused({"statement": "insert into StudentDetail (studentId) values (5), (6), (1)"}, "studentId", 1002)
        self.assertEqual(self.db.execute("select count(*) from StudentDetail").fetchone(), before)

    def test_read_only_refuses_what_writes(self):
        for statement in ("delete from Student", "insert into Classes (className) values ('x') returning id", "drop table Student",
                          "with x as (select 1) delete from Student", "/* select */ update Student set age=1"):
            self.refused({"statement": statement, "readOnly": True}, "statement")
        self.assertEqual(self.result("select count(*) as n from Classes", readOnly=True), [{"n": 3}])
        self.assertEqual(self.result("update Student set age=age where id=1", readOnly=False), 1)

    # ---- bounds

    def test_rows_are_capped(self):
        got = self.call("select TrackId from Track order by TrackId", path=CHINOOK, maxRows=10)
        self.assertEqual([r["TrackId"] for r in got["result"]], list(range(1, 11)))
        self.assertEqual(list(got), ["time", "result", "truncated"])
        self.assertTrue(got["truncated"])
        whole = self.call("select TrackId from Track where TrackId <= 10", path=CHINOOK, maxRows=10)
        self.assertNotIn("truncated", whole)
        many = self.call("with recursive n(i) as (select 1 union all select i + 1 from n where i < 6000) select i from n")
        self.assertEqual((len(many["result"]), many["truncated"]), (5000, True))

    def test_time_is_bounded(self):
        endless = {"statement": "with recursive n(i) as (select 1 union all select i + 1 from n) select count(*) from n", "timeoutMs": 200}
        self.assertEqual(self.host.post(SCHOOL, endless).status, 504)
        self.assertEqual(self.result("select 1 as a"), [{"a": 1}], "the connection goes on")

    def test_bounds_are_checked(self):
        for key, values in (("maxRows", (0, -1, 5001, 1.5, "10")), ("timeoutMs", (0, 5001, "1")), ("readOnly", ("true", 1)),
                            ("parameters", ([], "x", 1))):
            for value in values:
                self.refused({"statement": "select 1", key: value}, key)
        self.refused({"statement": "", "maxRows": 0}, ["statement", "maxRows"])
        self.assertEqual(self.result("select 1 as a", maxRows=None, parameters=None), [{"a": 1}])

    # ---- what is refused

    def test_what_the_database_does_not_understand_is_the_caller_s(self):
        for statement, part in (("selec 1", "SELEC"), ("select * form Student", "syntax"), ("select * from Nowhere", "Nowhere"),
                                ("select nope from Student", "nope"), ("create table Student (a)", "exists"), ("select ?", "parameter"),
                                ("select 1 where 'a' regexp '('", "regular expression"), ("pragma nothing_known", "no rows")):
            answer = self.refused({"statement": statement}, "statement")
            self.assertIn(part, answer.json["errors"][0]["message"])

    def test_unsupported_statements(self):
        for statement in ("attach database 'x.db' as x", "vacuum", "begin", "commit", "pragma query_only = 0", "pragma foreign_keys(0)",
                          "explain pragma query_only = 0", "select 1; select 2", "select 1; drop table Student", "", "  ", "-- only\n",
                          "select 'open", "${x}", "x" * 1048577):
            self.refused({"statement": statement}, "statement")
        self.assertEqual(self.result("select count(*) as n from Classes"), [{"n": 3}])

    def test_bodies_that_are_no_call(self):
        for body in ("", "[]", "1", "{", '{"statement":"\udcff"}'.encode("utf-8", "surrogateescape")):
            self.refused(body, "body")
        self.refused({}, "statement")
        self.refused({"statement": 1}, "statement")
        self.refused({"statement": None}, "statement")

    def test_the_platform_s_own_tables_are_out_of_reach(self):
        answer = self.host.post("/api/f/datasources/system/native-query", {"statement": "select * from f_user"})
        self.assertEqual(answer.status, 403, answer.text)

    def test_who_may_not_is_refused(self):
        self.assertEqual(self.host.post(SCHOOL, {"statement": "select 1"}, token=None).status, 401)
        self.assertEqual(self.host.post("/api/f/datasources/nowhere/native-query", {"statement": "select 1"}).status, 404)
        self.assertEqual(self.host.get(SCHOOL).status, 405)

    def test_messages_come_in_both_languages(self):
        chinese = self.host.post(SCHOOL, {"statement": "vacuum"}, headers={"Accept-Language": "zh-CN"}).json
        self.assertEqual(chinese["errors"], [{"field": "statement", "message": "不支持的 SQL 语句: VACUUM"}])

    # ---- models

    def test_only_native_queries_are_run_by_name(self):
        for name in ("Student", "Nowhere"):
            self.assertEqual(self.host.post(SCHOOL, {"modelName": name}).status, 404)
        self.refused({"modelName": "Student", "statement": "select 1"}, "modelName")

    def test_a_stored_native_query_is_run_by_name(self):
        models = "/api/f/datasources/school/models"
        statement = "select id from Student where id in (${ids}) order by id"
        made = self.host.post(models, {"type": "native_query", "name": "ById", "statement": statement})
        self.assertEqual(made.status, 200, made.text)
        got = self.host.post(SCHOOL, {"modelName": "ById", "parameters": {"ids": [2, 1]}})
        self.assertEqual(got.json["result"], [{"id": 1}, {"id": 2}], got.text)
        self.refused({"modelName": "ById"}, "parameters.ids")
        self.assertEqual(self.host.get(records("school", "ById")).status, 404, "it has no records")


if __name__ == "__main__":
    unittest.main()
