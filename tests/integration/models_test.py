# SPDX-License-Identifier: Apache-2.0
"""Models, fields and indexes: the registry and the tables change together, on each database."""
import re
import sqlite3
import threading
import unittest
from urllib.parse import quote

from databases import OnEachDatabase, on_each_database
from harness import DATASOURCES, records

MODELS = "/api/f/datasources/d/models"


def entity(name, *fields, indexes=(), **more):
    return {"type": "entity", "name": name, "fields": list(fields), "indexes": list(indexes), **more}


def field(name, type="String", **more):
    return {"name": name, "type": type, **more}


ID = field("id", "Long", identity=True, nullable=False, defaultValue={"type": "generated", "name": "autoIncrement"})
EVERY_TYPE = [ID, field("s", length=40), field("t", "Text"), field("f", "Float", precision=12, scale=3), field("i", "Int"),
              field("l", "Long"), field("b", "Boolean"), field("dt", "DateTime"), field("d", "Date"), field("tm", "Time"),
              field("j", "JSON"), field("e", "EnumRef", **{"from": "Kind"}), field("m", "EnumRef", **{"from": "Kind"}, multiple=True)]


class Models(OnEachDatabase):
    def make(self, name, *fields, **more):
        answer = self.host.post(MODELS, entity(name, ID, *fields, **more))
        self.assertEqual(answer.status, 200, answer.text)
        return answer.json

    def add(self, model, **row):
        answer = self.host.post(records("d", model), row)
        self.assertEqual(answer.status, 200, answer.text)
        return answer.json

    def rows(self, model):
        answer = self.host.get(records("d", model), query={"size": 100, "sort": "id"})
        self.assertEqual(answer.status, 200, answer.text)
        return answer.json["list"]

    def model(self, name):
        return self.host.get(f"{MODELS}/{name}").json

    def put_field(self, model, name, body, **query):
        return self.host.call("PUT", f"{MODELS}/{model}/fields/{name}", body, query=query)

    def assertSound(self):
        """Registry and tables say the same."""
        answer = self.host.get(MODELS, query={"verify": "true"})
        self.assertEqual((answer.status, answer.json), (200, []), answer.text)
        self.assertEqual(self.kept_tables(), [])

    def assertRefused(self, answer, *fields, code=1001):
        self.assertEqual((answer.status, answer.json.get("code")), (400, code), answer.text)
        self.assertEqual(answer.fields, list(fields), answer.text)

    # ---- whole models ----

    def test_a_model_of_every_type_keeps_what_is_written_into_it(self):
        self.host.post(MODELS, {"type": "enum", "name": "Kind", "elements": ["A", "B"]})
        answer = self.host.post(MODELS, entity("Every", *EVERY_TYPE))
        self.assertEqual(answer.status, 200, answer.text)
        self.assertEqual([f["concreteType"] for f in answer.json["fields"]][-2:], ["Kind", "Kind[]"])
        row = {"s": "it's \\ \"ü\" 😀", "t": "x" * 70000, "f": 12345678.125, "i": -2147483648, "l": 9007199254740993,
               "b": True, "dt": "2024-02-29T23:59:59.125", "d": "2024-02-29", "tm": "12:15:50",
               "j": {"a": [1, None, "ü"]}, "e": "A", "m": ["B", "A"]}
        stored = self.add("Every", **row)
        self.assertEqual({k: stored[k] for k in row}, row)
        nothing = self.add("Every")
        self.assertEqual({k: v for k, v in nothing.items() if k != "id"}, {**{k: None for k in row}, "m": []})
        self.assertSound()

    def test_a_created_model_is_answered_in_full_and_listed(self):
        made = self.make("Made", field("name", comment="the name", additionalProperties={"ui": 1}), comment="goods",
                         additionalProperties={"icon": "box"})
        self.assertEqual(made["comment"], "goods")
        self.assertEqual(made["additionalProperties"], {"icon": "box"})
        self.assertIn("model Made {", made["idl"])
        self.assertIn(made, self.host.get(MODELS).json)
        self.assertEqual(self.model("Made"), made)

    def test_what_no_table_could_be_is_refused_before_there_is_one(self):
        self.assertRefused(self.host.post(MODELS, entity("Bare")), "fields")
        self.assertRefused(self.host.post(MODELS, entity("Precise", ID, field("n", "Float", precision=66, scale=2))), "fields[1].precision")
        if self.kind != "mariadb":
            self.assertRefused(self.host.post(MODELS, entity("Precise", ID, field("n", "Float", precision=39, scale=2))), "fields[1].precision")
        self.make("Precise", field("n", "Float", precision=38, scale=2))

    def test_a_name_that_the_database_has_already_is_refused(self):
        self.make("Held", field("a"))
        if self.kind == "sqlite":  # where names that differ in case alone are one
            self.assertRefused(self.host.post(MODELS, entity("HELD", ID)), "name")
        self.sql(f"create table {self.quoted('Foreign Table')} (other integer)")
        self.assertRefused(self.host.post(MODELS, entity("Foreign Table", ID)), "name")
        self.assertSound()

    def test_a_default_stays_an_element_of_its_enum(self):
        self.host.post(MODELS, {"type": "enum", "name": "Hue", "elements": ["RED", "BLUE"]})
        hue = lambda value: field("hue", "EnumRef", **{"from": "Hue"}, defaultValue={"type": "fixed", "value": value})
        self.assertRefused(self.host.post(MODELS, entity("Car", ID, hue("GREEN"))), "fields[1].defaultValue.value")
        self.make("Car", hue("RED"))
        self.assertRefused(self.host.call("PUT", f"{MODELS}/Hue", {"type": "enum", "name": "Hue", "elements": ["BLUE"]}), "elements")
        self.assertEqual(self.host.call("PUT", f"{MODELS}/Hue", {"type": "enum", "name": "Hue", "elements": ["RED", "GREEN"]}).status, 200)
        self.assertEqual(self.add("Car")["hue"], "RED")

    def test_every_problem_of_a_model_is_told_at_once(self):
        answer = self.host.post(MODELS, entity("Bad", ID, field("a", "Nothing"), field("a"), field("s", length=0),
                                               field("n", "Int", defaultValue={"type": "fixed", "value": "x"})))
        self.assertEqual(answer.status, 400)
        self.assertEqual(answer.json["code"], 1001)
        self.assertLessEqual({"fields[1].type", "fields[2].name", "fields[3].length"}, set(answer.fields))
        self.assertEqual(self.host.get(f"{MODELS}/Bad").status, 404)

    def test_what_only_writes_of_records_have_is_refused_for_models(self):
        for more in ({"query": {"dryRun": "true"}}, {"headers": {"Idempotency-Key": "k"}}):
            for path, body in ((MODELS, entity("Dry", ID)), (f"{MODELS}/idl/execute", {"idl": "model Dry { id: Long @id }"}),
                               ("/api/f/datasources/d/import", {"script": "{}"}), ("/api/f/datasources/d/native-query", {"statement": "select 1"})):
                self.assertRefused(self.host.call("POST", path, body, **more), *(["dryRun"] if "query" in more else ["Idempotency-Key"]))
        self.assertEqual(self.host.get(f"{MODELS}/Dry").status, 404)

    def test_a_taken_name_is_refused(self):
        self.make("Taken")
        self.assertRefused(self.host.post(MODELS, entity("Taken", ID)), "name")
        self.assertRefused(self.host.post(MODELS, {"type": "enum", "name": "Taken", "elements": ["A"]}), "name")

    def test_a_table_that_nobody_registered_is_taken_over_when_it_has_the_columns(self):
        self.sql("create table Adopted (id bigint not null primary key, name varchar(20))" if self.kind != "postgresql"
                 else 'create table "Adopted" (id bigint not null primary key, name varchar(20))')
        self.assertRefused(self.host.post(MODELS, entity("Adopted", field("id", "Long", identity=True), field("other"))), "name")
        answer = self.host.post(MODELS, entity("Adopted", field("id", "Long", identity=True), field("name", length=20)))
        self.assertEqual(answer.status, 200, answer.text)
        self.assertEqual(self.add("Adopted", id=7, name="x"), {"id": 7, "name": "x"})

    def test_a_model_is_deleted_with_its_table_and_again_without_an_error(self):
        self.make("Gone", field("a"))
        self.add("Gone", a="x")
        self.assertEqual(self.host.call("DELETE", f"{MODELS}/Gone").status, 204)
        self.assertEqual(self.host.call("DELETE", f"{MODELS}/Gone").status, 204)
        self.assertEqual(self.host.get(records("d", "Gone")).status, 404)
        self.make("Gone", field("b"))
        self.assertEqual(self.rows("Gone"), [])

    def test_a_whole_entity_is_put_and_keeps_its_rows(self):
        self.make("Put", field("a", length=20), field("b", "Int"), indexes=[{"name": "IX_put", "fields": [{"fieldName": "a"}]}])
        self.add("Put", a="x", b=1)
        answer = self.host.call("PUT", f"{MODELS}/Put", entity("Put", ID, field("a", length=40), field("b"), field("c", "Date"),
                                                               comment="changed"))
        self.assertEqual(answer.status, 200, answer.text)
        self.assertEqual(self.rows("Put"), [{"id": 1, "a": "x", "b": "1", "c": None}])
        self.assertEqual(self.model("Put")["indexes"], [])
        self.assertEqual(self.model("Put")["comment"], "changed")
        self.assertSound()

    def test_a_put_that_leaves_out_a_field_with_values_needs_force(self):
        self.make("Left", field("a"), field("b"))
        self.add("Left", a="x", b="y")
        body = entity("Left", ID, field("a"))
        answer = self.host.call("PUT", f"{MODELS}/Left", body)
        self.assertRefused(answer, "fields")
        self.assertIn("id 1", answer.text)
        self.assertEqual(self.rows("Left"), [{"id": 1, "a": "x", "b": "y"}])
        self.assertEqual(self.host.call("PUT", f"{MODELS}/Left", body, query={"force": "true"}).status, 200)
        self.assertEqual(self.rows("Left"), [{"id": 1, "a": "x"}])
        self.assertSound()

    def test_enums_and_native_queries_are_created_put_and_deleted(self):
        for before, after in [({"type": "enum", "name": "Colour", "elements": ["RED"]}, {"elements": ["RED", "BLUE"]}),
                              ({"type": "native_query", "name": "Ask", "statement": "select ${a}"}, {"statement": "select ${b}"})]:
            self.assertEqual(self.host.post(MODELS, {**before, "comment": "c"}).json["comment"], "c")
            answer = self.host.call("PUT", f"{MODELS}/{before['name']}", {**before, **after, "name": "ignored"})
            self.assertEqual(answer.status, 200, answer.text)
            self.assertEqual({k: self.model(before["name"])[k] for k in after}, after)
            self.assertEqual(self.host.call("DELETE", f"{MODELS}/{before['name']}").status, 204)
        self.make("Entity")
        self.assertRefused(self.host.call("PUT", f"{MODELS}/Entity", {"type": "enum", "elements": ["A"]}), "type")

    # ---- fields ----

    def test_a_field_is_added_with_its_default_for_rows_that_exist(self):
        self.make("Grow", field("a"))
        self.add("Grow", a="x")
        added = self.host.post(f"{MODELS}/Grow/fields", field("n", "Int", nullable=False, defaultValue={"type": "fixed", "value": 5}))
        self.assertEqual(added.status, 200, added.text)
        self.assertEqual((added.json["modelName"], added.json["defaultValue"]["value"]), ("Grow", 5))
        self.assertEqual(self.rows("Grow"), [{"id": 1, "a": "x", "n": 5}])
        self.assertRefused(self.host.post(f"{MODELS}/Grow/fields", field("n")), "name")
        self.assertRefused(self.host.post(f"{MODELS}/Grow/fields", field("r", nullable=False)), "fields[3].nullable")
        self.assertSound()

    def test_a_required_field_is_added_to_a_table_without_rows(self):
        self.make("Empty", field("a"))
        self.assertEqual(self.host.post(f"{MODELS}/Empty/fields", field("r", nullable=False)).status, 200)
        self.assertEqual(self.add("Empty", a="x", r="y")["r"], "y")
        self.assertSound()

    def test_a_renamed_field_keeps_its_values_its_key_and_its_indexes(self):
        self.make("Named", field("old", unique=True, length=30), field("b"),
                  indexes=[{"name": "IX_old", "fields": [{"fieldName": "old"}, {"fieldName": "b", "direction": "DESC"}]}])
        self.add("Named", old="x", b="y")
        answer = self.put_field("Named", "old", {"name": "new"})
        self.assertEqual(answer.status, 200, answer.text)
        self.assertEqual((answer.json["name"], answer.json["length"], answer.json["unique"]), ("new", 30, True))
        self.assertEqual(self.rows("Named"), [{"id": 1, "new": "x", "b": "y"}])
        self.assertEqual([f["name"] for f in self.model("Named")["fields"]], ["id", "new", "b"])
        self.assertEqual(self.model("Named")["indexes"][0]["fields"][0]["fieldName"], "new")
        self.assertRefused(self.host.post(records("d", "Named"), {"new": "x"}), "new", code=1002)
        self.assertRefused(self.put_field("Named", "new", {"name": "b"}), "name")
        self.assertSound()

    def test_relations_follow_a_renamed_field(self):
        self.make("Parent", field("code", unique=True), field("kids", "Relation", **{"from": "Child"}, multiple=True, localField="code", foreignField="pcode"))
        self.make("Child", field("pcode"), field("parent", "Relation", **{"from": "Parent"}, localField="pcode", foreignField="code"))
        self.add("Parent", code="x", kids=[{}, {}])
        for model, old, new in (("Parent", "code", "code2"), ("Child", "pcode", "pc2")):
            self.assertEqual(self.put_field(model, old, {"name": new}).status, 200)
        relation = lambda model, name: [(f["localField"], f["foreignField"]) for f in self.model(model)["fields"] if f["name"] == name]
        self.assertEqual((relation("Parent", "kids"), relation("Child", "parent")), ([("code2", "pc2")], [("pc2", "code2")]))
        found = self.host.get(records("d", "Parent"), query={"nestedQuery": "kids.parent"}).json["list"]
        self.assertEqual([k["parent"]["code2"] for k in found[0]["kids"]], ["x", "x"])
        self.add("Parent", code2="y", kids=[{}])
        self.assertSound()

    def test_a_field_is_widened_and_its_values_go_with_it(self):
        self.make("Wide", field("i", "Int"), field("b", "Boolean"), field("s", length=5))
        self.add("Wide", i=7, b=True, s="abc")
        for name, body in [("i", {"type": "Long"}), ("i", {"type": "Float", "precision": 10, "scale": 2}), ("i", {"type": "String"}),
                           ("b", {"type": "String"}), ("s", {"type": "Text"})]:
            answer = self.put_field("Wide", name, body)
            self.assertEqual(answer.status, 200, answer.text)
        row = self.rows("Wide")[0]
        self.assertEqual((float(row["i"]), row["b"], row["s"]), (7, "true", "abc"))
        self.assertSound()

    def test_a_field_that_would_lose_values_is_refused_and_names_the_rows(self):
        self.make("Lose", field("s", length=20), field("f", "Float", precision=10, scale=3), field("t"))
        for s, f in [("short", 1), ("much too long", 1.125), ("long as well", 2)]:
            self.add("Lose", s=s, f=f, t="text")
        answer = self.put_field("Lose", "s", {"length": 6})
        self.assertRefused(answer, "fields[1].length")
        self.assertIn("id 2, 3", answer.text)
        self.assertRefused(self.put_field("Lose", "f", {"scale": 1}), "fields[2].precision")
        self.assertRefused(self.put_field("Lose", "t", {"type": "Int"}), "fields[3].type")
        self.assertEqual([r["s"] for r in self.rows("Lose")], ["short", "much too long", "long as well"])
        self.assertSound()

    def test_force_cuts_and_drops_what_does_not_fit(self):
        self.make("Force", field("s", length=20), field("t"), field("f", "Float", precision=10, scale=3))
        self.add("Force", s="much too long", t="text", f=1.125)
        for name, body in [("s", {"length": 4}), ("t", {"type": "Int"}), ("f", {"scale": 1})]:
            answer = self.put_field("Force", name, body, force="true")
            self.assertEqual(answer.status, 200, answer.text)
        row = self.rows("Force")[0]
        self.assertEqual((row["s"], row["t"]), ("much", None))
        self.assertAlmostEqual(row["f"], 1.1, delta=0.03)
        self.assertEqual(self.host.post(records("d", "Force"), {"t": 7}).json["t"], 7)
        self.assertSound()

    def test_force_rounds_numbers_and_drops_only_those_that_are_none_of_the_new_type(self):
        self.make("Numbers", field("f", "Float", precision=14, scale=3), field("g", "Float", precision=14, scale=3), field("l", "Long"))
        for f, l in ((5, 7), (99.5, -2**31), (-1.255, 2**31), (9999999999, None), (None, 2**62)):
            self.add("Numbers", f=f, g=f, l=l)
        refused = lambda name, body: self.put_field("Numbers", name, {"name": name, **body}).fields
        self.assertEqual(refused("f", {"type": "Int"}), ["fields[1].type"])
        self.assertEqual(refused("g", {"type": "Float", "precision": 6, "scale": 1}), ["fields[2].precision"])
        self.assertEqual(refused("l", {"type": "Int"}), ["fields[3].type"])
        self.assertEqual(self.put_field("Numbers", "f", {"type": "Int"}, force="true").status, 200)
        self.assertEqual(self.put_field("Numbers", "g", {"type": "Float", "precision": 6, "scale": 1}, force="true").status, 200)
        self.assertEqual(self.put_field("Numbers", "l", {"type": "Int"}, force="true").status, 200)
        self.assertEqual([(r["f"], r["g"], r["l"]) for r in self.rows("Numbers")], [(5, 5, 7), (100, 99.5, -2**31), (-1, -1.3, None), (None, None, None), (None, None, None)])
        self.assertSound()

    def test_force_fills_what_it_dropped_with_the_default(self):
        self.make("Fill", field("s"))
        for text in ("7", "x", None):
            self.add("Fill", s=text)
        answer = self.put_field("Fill", "s", {"type": "Int", "nullable": False, "defaultValue": {"type": "fixed", "value": 5}}, force="true")
        self.assertEqual(answer.status, 200, answer.text)
        self.assertEqual([r["s"] for r in self.rows("Fill")], [7, 5, 5])
        self.assertSound()

    def test_a_forced_change_that_fails_leaves_every_value(self):
        self.make("Whole", field("s", length=20), field("n"), field("b"), field("r"))
        rows = [("abcd1", "007", "true", None), ("abcd2", "x", "maybe", "r"), (None, None, None, None)]
        for s, n, b, r in rows:
            self.add("Whole", s=s, n=n, b=b, r=r)
        before = self.rows("Whole")
        filled = field("r", nullable=False, defaultValue={"type": "fixed", "value": "-"})
        for unique in (True, False):  # what is cut is unique no more
            keys = [] if unique else [{"name": "UX_s", "unique": True, "fields": [{"fieldName": "s"}]}]
            body = entity("Whole", ID, field("s", length=4, unique=unique), field("n", "Int"), field("b", "Boolean"), filled, indexes=keys)
            refused = self.host.call("PUT", f"{MODELS}/Whole", body, query={"force": "true"})
            self.assertRefused(refused, "model")
            self.assertEqual(self.rows("Whole"), before)
            self.assertSound()
        body["indexes"] = []
        self.assertEqual(self.host.call("PUT", f"{MODELS}/Whole", body, query={"force": "true"}).status, 200)
        self.assertEqual([(r["s"], r["n"], r["b"], r["r"]) for r in self.rows("Whole")], [("abcd", 7, True, "-"), ("abcd", None, None, "r"), (None, None, None, "-")])
        self.assertSound()

    def test_a_column_that_others_defined_anew_is_read_as_it_is_now(self):
        self.make("Others", field("n", "Int"), field("s", length=5))
        self.add("Others", n=7, s="short")
        for _ in range(3):  # prepared by now
            self.assertEqual(self.rows("Others")[0]["s"], "short")
        table, n, s = map(self.quoted, ("Others", "n", "s"))
        long = "much longer than it was"
        change = {"sqlite": "", "mariadb": f"alter table {table} modify {n} bigint, modify {s} varchar(100);",
                  "postgresql": f"alter table {table} alter {n} type bigint, alter {s} type varchar(100);"}[self.kind]
        self.sql(f"{change} update {table} set {n} = {2**40}, {s} = '{long}';")
        for _ in range(3):
            self.assertEqual([(r["n"], r["s"]) for r in self.rows("Others")], [(2**40, long)])
        self.host.call("DELETE", f"{MODELS}/Others")

    def test_a_refused_change_touches_no_row_however_it_is_counted(self):
        self.make("Zero", field("s", length=20))
        for id, s in ((0, "abcd0"), (1, "x"), (5, "abcd2")):
            self.add("Zero", id=id, s=s)
        before = self.rows("Zero")
        self.assertEqual([r["id"] for r in before], [0, 1, 5])
        self.assertRefused(self.put_field("Zero", "s", {"length": 4, "unique": True}, force="true"), "model")
        self.assertEqual(self.rows("Zero"), before)
        self.assertSound()

    def test_an_identity_is_not_cut(self):
        keyed = entity("Keyed", field("id", length=20, identity=True, nullable=False), field("s"))
        self.assertEqual(self.host.post(MODELS, keyed).status, 200)
        self.add("Keyed", id="abcdefg", s="x")
        for query in ({}, {"force": "true"}):
            answer = self.put_field("Keyed", "id", {"length": 4}, **query)
            self.assertRefused(answer, "fields[0].length")
            self.assertIn("id abcdefg", answer.text)
        self.assertEqual(self.rows("Keyed"), [{"id": "abcdefg", "s": "x"}])
        self.assertEqual(self.put_field("Keyed", "id", {"length": 7}).status, 200)
        self.assertSound()

    def test_a_default_that_the_old_type_cannot_hold_asks_for_two_steps(self):
        cases = [("i", "Int", {"type": "String", "length": 20}, "007"), ("j", "Int", {"type": "Long"}, 2**40), ("b", "Boolean", {"type": "String", "length": 20}, "no"),
                 ("d", "Date", {"type": "Int"}, 5), ("f", "Float", {"type": "Float", "precision": 10, "scale": 3}, 1.125), ("s", "String", {"type": "String", "length": 20}, "unknown")]
        fields = [field(n, t, **({"length": 3} if t == "String" else {"precision": 10, "scale": 1} if t == "Float" else {})) for n, t, _, _ in cases]
        self.make("Steps", *fields)
        self.make("StepsOfNone", *fields)
        self.add("Steps")
        for i, (name, _, type, value) in enumerate(cases):
            with self.subTest(name):
                body = {**type, "nullable": False, "defaultValue": {"type": "fixed", "value": value}}
                self.assertEqual(self.put_field("StepsOfNone", name, body).status, 200)
                for query in ({}, {"force": "true"}):
                    answer = self.put_field("Steps", name, body, **query)
                    self.assertRefused(answer, f"fields[{i + 1}].nullable")
                    self.assertIn("change the type first", answer.text)
                self.assertEqual(self.put_field("Steps", name, type).status, 200)
                self.assertEqual(self.put_field("Steps", name, body).status, 200)
        self.assertEqual({k: v for k, v in self.rows("Steps")[0].items() if k != "id"}, {n: v for n, _, _, v in cases})
        self.assertSound()

    def test_force_has_nothing_to_drop_where_nothing_may_be_missing(self):
        self.make("Must", field("s", nullable=False), field("n", "Float", nullable=False, precision=10, scale=1))
        self.add("Must", s="x", n=123456789.5)
        for name, body, path in (("s", {"type": "Int"}, "fields[1].type"), ("n", {"precision": 3, "scale": 1}, "fields[2].precision")):
            self.assertRefused(self.put_field("Must", name, body, force="true"), path)
        self.assertEqual(self.put_field("Must", "s", {"type": "Int", "defaultValue": {"type": "fixed", "value": 5}}, force="true").status, 200)
        self.assertEqual(self.rows("Must"), [{"id": 1, "s": 5, "n": 123456789.5}])
        self.assertSound()

    def test_whole_numbers_that_a_decimal_has_no_room_for_are_named(self):
        self.make("Room", field("l", "Long"), field("i", "Int"))
        for l, i in ((2**53 + 1, 2**31 - 1), (12, 999), (None, None)):
            self.add("Room", l=l, i=i)
        for name, body in (("l", {"type": "Float", "precision": 10, "scale": 2}), ("i", {"type": "Float", "precision": 3, "scale": 0})):
            answer = self.put_field("Room", name, body)
            self.assertRefused(answer, f"fields[{1 if name == 'l' else 2}].precision")
            self.assertIn("id 1", answer.text)
            self.assertEqual(self.put_field("Room", name, body, force="true").status, 200)
        self.assertEqual([(r["l"], r["i"]) for r in self.rows("Room")], [(None, None), (12, 999), (None, None)])
        self.assertSound()

    def test_rows_that_come_while_a_change_begins_lose_nothing(self):
        """A transaction that is open while the rows are looked at, and commits before the table changes."""
        self.make("Race", field("s", length=20))
        self.add("Race", s="a")
        table, s = self.quoted("Race"), self.quoted("s")
        insert = f"insert into {table} ({s}) values ('much too long')"
        if self.kind == "sqlite":
            db = sqlite3.connect(self.databases.path("d"), isolation_level=None, check_same_thread=False)
            self.addCleanup(db.close)
            db.execute("begin immediate")
            db.execute(insert)
            writer = threading.Timer(1, db.execute, args=("commit",))
            writer.start()
        else:
            begin, sleep = ("start transaction", "do sleep(2)") if self.kind == "mariadb" else ("begin", "select pg_sleep(2)")
            writer = threading.Thread(target=self.sql, args=(f"{begin}; {insert}; {sleep}; commit;",))
            writer.start()
            running = {"mariadb": "select count(*) as n from information_schema.processlist where info like 'do sleep%'",
                       "postgresql": "select count(*) as n from pg_stat_activity where query like '%pg_sleep(2)%' and pid <> pg_backend_pid()"}[self.kind]
            while self.host.post("/api/f/datasources/d/native-query", {"statement": running}).json["result"] == [{"n": 0}]:
                pass
        answer = self.put_field("Race", "s", {"length": 4})
        writer.join()
        self.assertRefused(answer, "fields[1].length")
        self.assertEqual([r["s"] for r in self.rows("Race")], ["a", "much too long"])
        self.assertSound()

    def test_a_record_that_waits_for_a_change_is_made_for_the_new_model(self):
        """Numbers with a fraction, written while the field becomes one of whole numbers: refused, never rounded."""
        for turn in range(15):
            self.make("Waits", field("f", "Float", precision=10, scale=2))
            answers = []
            write = lambda: answers.append(self.host.post(records("d", "Waits"), {"f": 1.25}))
            writers = [threading.Thread(target=write) for _ in range(4)]
            for w in writers:
                w.start()
            changed = self.put_field("Waits", "f", {"type": "Int"})
            for w in writers:
                w.join()
            self.assertIn(changed.status, (200, 400), changed.text)
            written = [a.json["f"] for a in answers if a.status == 200]
            self.assertEqual(set(written) - {1.25}, set(), f"turn {turn}")
            self.assertEqual([r["f"] for r in self.rows("Waits")], written)
            self.assertEqual({a.status for a in answers} - {200, 400}, set(), [a.text for a in answers])
            self.assertEqual(self.host.call("DELETE", f"{MODELS}/Waits").status, 204)

    def test_a_table_that_a_view_shows(self):
        self.make("Base", field("n", length=20), field("m", length=20))
        self.add("Base", n="a", m="b")
        base, view, n = self.quoted("Base"), self.quoted("Shown"), self.quoted("n")
        self.sql(f"create view {view} as select {n} from {base};")
        self.addCleanup(lambda: self.sql(f"drop view {view};"))
        answer = self.put_field("Base", "n", {"length": 30})
        self.assertEqual(answer.status, 400 if self.kind == "postgresql" else 200, answer.text)
        self.assertEqual(self.put_field("Base", "m", {"length": 30, "nullable": False}).status, 200)
        self.assertEqual(self.rows("Base"), [{"id": 1, "n": "a", "m": "b"}])
        self.assertSound()

    def test_a_column_of_a_constraint_of_the_table_can_be_dropped(self):
        kinds = {"sqlite": "id integer primary key", "mariadb": "id bigint primary key auto_increment", "postgresql": "id bigserial primary key"}
        self.sql(f"create table {self.quoted('Constrained')} ({kinds[self.kind]}, a varchar(20), b varchar(20), constraint keyed unique (a));")
        self.assertEqual(self.host.post("/api/f/datasources/d/sync", ["Constrained"]).status, 200)
        answer = self.host.call("DELETE", f"{MODELS}/Constrained/fields/a")
        self.assertEqual(answer.status, 204, answer.text)
        self.assertSound()

    def test_a_column_takes_the_keys_that_hold_it_with_it_and_leaves_the_others(self):
        table = self.quoted("Pair")
        self.sql(f"create table {table} (id integer primary key, a integer not null, b integer, c integer, unique (a, b), unique (c));"
                 f"insert into {table} values (1, 1, 1, 1);")
        self.assertEqual(self.host.post(f"{DATASOURCES}/d/sync", ["Pair"]).status, 200)
        self.assertSound()
        self.assertEqual([i["name"] for i in self.model("Pair")["indexes"] if i["name"].startswith("sqlite_")], [])
        answer = self.host.call("DELETE", f"{MODELS}/Pair/fields/a")
        self.assertEqual(answer.status, 204, answer.text)
        self.assertSound()
        self.assertEqual([[f["fieldName"] for f in i["fields"]] for i in self.model("Pair")["indexes"]], [["c"]])
        self.assertEqual(self.host.post(records("d", "Pair"), {"id": 2, "b": 1, "c": 1}).status, 400)
        self.add("Pair", id=2, b=1, c=2)
        renamed = self.put_field("Pair", "c", {"name": "code"})
        self.assertEqual(renamed.status, 200, renamed.text)
        self.assertSound()
        self.assertEqual(self.host.post(records("d", "Pair"), {"id": 3, "code": 2}).status, 400)
        key = self.model("Pair")["indexes"][0]["name"]
        answer = self.host.call("DELETE", f"{MODELS}/Pair/indexes/{key}")
        self.assertEqual(answer.status, 204, answer.text)
        self.assertSound()
        self.add("Pair", id=3, b=1, code=2)
        self.assertEqual(self.rows("Pair"), [{"id": 1, "b": 1, "code": 1}, {"id": 2, "b": 1, "code": 2}, {"id": 3, "b": 1, "code": 2}])
        self.assertEqual(self.host.call("DELETE", f"{MODELS}/Pair").status, 204)

    def test_what_else_needs_a_column_is_named_and_keeps_it(self):
        if self.kind != "sqlite":
            self.skipTest("servers name it, or let it go")
        self.sql("""create table Holder (id integer primary key, code integer unique);
                 create table Needed (id integer primary key, a integer, b integer, c integer, d integer, parent integer references Holder(code),
                                      constraint positive check (a > 0), unique (d));
                 create index lowered on Needed (lower(b)); create view Seen as select d from Needed;
                 insert into Holder values (1, 7); insert into Needed values (1, 2, 3, 4, 5, 7);""")
        self.addCleanup(lambda: self.sql("drop view Seen;"))
        self.assertEqual(self.host.post(f"{DATASOURCES}/d/sync", ["Holder", "Needed"]).status, 200)
        for model, name, needs in (("Needed", "a", "constraint positive check (a > 0)"), ("Needed", "b", "index lowered"),
                                   ("Needed", "d", "view Seen"), ("Holder", "code", "Needed.parent")):
            with self.subTest(name):
                answer = self.host.call("DELETE", f"{MODELS}/{model}/fields/{name}")
                self.assertRefused(answer, "model")
                self.assertIn(needs, answer.text)
                self.assertSound()
        self.assertEqual([{k: r[k] for k in "abcd"} for r in self.rows("Needed")], [{"a": 2, "b": 3, "c": 4, "d": 5}])
        self.assertEqual(self.host.post(records("d", "Needed"), {"id": 2, "d": 5}).status, 400)
        renamed = self.put_field("Holder", "code", {"name": "number"})
        self.assertEqual(renamed.status, 200, renamed.text)
        self.assertSound()
        self.add("Needed", id=2, d=6, parent=7)
        self.assertEqual(self.host.call("DELETE", f"{MODELS}/Needed/fields/c").status, 204)
        for model in ("Needed", "Holder"):
            self.assertEqual(self.host.call("DELETE", f"{MODELS}/{model}").status, 204)

    def test_a_change_that_a_trigger_or_a_check_refuses_leaves_everything_and_the_next_one_goes_on(self):
        table, b = self.quoted("Shut"), self.quoted("b")
        self.make("Shut", field("b", length=10))
        self.add("Shut", b="true")
        make, drop = {
            "sqlite": ("create trigger shut before update on Shut begin select raise(abort, 'it is shut'); end;", "drop trigger shut;"),
            "mariadb": (f"\ndelimiter //\ncreate trigger shut before update on {table} for each row begin signal sqlstate '45000' "
                        "set message_text = 'it is shut', mysql_errno = 31001; end//\ndelimiter ;\n", "drop trigger shut;"),
            "postgresql": ("create function shut() returns trigger language plpgsql as $$ begin raise exception 'it is shut' using errcode = 'TN001'; end $$;"
                           f"create trigger shut before update on {table} for each row execute function shut();", f"drop trigger shut on {table}; drop function shut();")}[self.kind]
        self.sql(make)
        written = self.host.call("PATCH", f"{records('d', 'Shut')}/1", {"b": "false"})
        self.assertEqual((written.status, written.json["code"], written.json["message"]), (400, 1003, "it is shut"))
        changed = self.put_field("Shut", "b", {"type": "Boolean"})
        self.assertRefused(changed, "model")
        self.assertIn("it is shut", changed.text)
        self.assertEqual(self.rows("Shut"), [{"id": 1, "b": "true"}])
        self.assertSound()
        added = self.host.post(f"{MODELS}/Shut/fields", field("n", "Int"))
        self.assertEqual(added.status, 200, added.text)
        self.sql(drop)
        if self.kind != "sqlite":  # which adds no constraint to a table
            self.sql(f"alter table {table} add constraint spelled check ({b} in ('true', 'false'));")
            changed = self.put_field("Shut", "b", {"type": "Boolean"})
            self.assertEqual(changed.status, 400, changed.text)
            self.assertEqual([r["b"] for r in self.rows("Shut")], ["true"])
            self.assertSound()
        self.assertEqual(self.host.call("DELETE", f"{MODELS}/Shut").status, 204)

    def test_names_that_no_table_can_have(self):
        bytes64 = "m" * 64
        answer = self.host.post(MODELS, entity(bytes64, ID, field("n" * 64)))
        if self.kind == "postgresql":
            self.assertRefused(answer, "name", "fields[1].name")
        else:
            self.assertEqual(answer.status, 200, answer.text)
            self.host.call("DELETE", f"{MODELS}/{bytes64}")
        self.assertRefused(self.host.post(MODELS, entity("tenon_own_idempotency", ID)), "name")
        if self.kind == "postgresql":
            self.assertRefused(self.host.post(MODELS, entity("pg_class", ID)), "name")
        wide = self.host.post(MODELS, entity("中" * 64, ID))
        self.assertIn(wide.status, (200, 400), wide.text)
        self.host.call("DELETE", f"{MODELS}/{quote(chr(0x4e2d) * 64)}")
        self.assertSound()

    def test_elements_that_records_hold_are_not_taken_from_them(self):
        for name, elements in (("Mood", ["GOOD", "BAD", "A_B"]), ("Other", ["GOOD"])):
            answer = self.host.post(MODELS, {"type": "enum", "name": name, "elements": elements})
            self.assertEqual(answer.status, 200, answer.text)
            self.addCleanup(lambda name=name: self.host.call("DELETE", f"{MODELS}/{name}"))
        self.make("Moody", field("one", "EnumRef", **{"from": "Mood"}), field("many", "EnumRef", **{"from": "Mood"}, multiple=True), field("s"))
        self.addCleanup(lambda: self.host.call("DELETE", f"{MODELS}/Moody"))
        for one, many, s in (("GOOD", ["GOOD", "A_B"], "BAD"), (None, [], "none"), ("BAD", ["GOOD"], None)):
            self.add("Moody", one=one, many=many, s=s)
        put = lambda elements, **query: self.host.call("PUT", f"{MODELS}/Mood", {"type": "enum", "name": "Mood", "elements": elements}, query=query)
        refused = put(["BAD", "A_B", "NEW"])
        self.assertRefused(refused, "elements", "elements")
        self.assertIn("id 1, 3", refused.text)
        self.assertRefused(put(["GOOD", "BAD", "AXB"]), "elements")
        self.assertEqual(put(["GOOD", "BAD", "A_B", "NEW"]).status, 200)
        self.assertRefused(self.put_field("Moody", "one", {"from": "Other"}), "fields[1].from")
        self.assertRefused(self.put_field("Moody", "many", {"multiple": False}), "fields[2].multiple")
        self.assertRefused(self.put_field("Moody", "s", {"type": "EnumRef", "from": "Mood"}), "fields[3].from")
        self.assertEqual(self.put_field("Moody", "one", {"multiple": True}).status, 200)
        self.assertEqual(put(["GOOD"], force="true").status, 200)
        self.assertEqual([(r["one"], r["s"]) for r in self.rows("Moody")], [(["GOOD"], "BAD"), ([], "none"), (["BAD"], None)])
        self.assertSound()

    def test_verify_tells_of_a_lost_key_and_a_new_default_and_passes_over_what_is_no_field(self):
        kinds = {"sqlite": "id integer primary key, n varchar(20), raw blob", "mariadb": "id bigint primary key auto_increment, n varchar(20), raw blob",
                 "postgresql": "id bigserial primary key, n varchar(20), raw bytea"}
        table = self.quoted("Bound")
        self.sql(f"create table {table} ({kinds[self.kind]});")
        self.assertEqual(self.host.post("/api/f/datasources/d/sync", ["Bound"]).status, 200)
        self.addCleanup(lambda: self.host.call("DELETE", f"{MODELS}/Bound"))
        self.assertSound()
        if self.kind == "sqlite":
            self.sql(f"drop table {table}; create table {table} (id bigint not null, n varchar(20) default 'x', raw blob);")
        else:
            drop = "drop constraint \"Bound_pkey\"" if self.kind == "postgresql" else "modify id bigint not null, drop primary key"
            self.sql(f"alter table {table} {drop}; alter table {table} alter n set default 'x';")
        found = {d["field"] for d in self.host.get(MODELS, query={"verify": "true"}).json[0]["differences"]}
        self.assertEqual(found, {"id", "n"})

    def test_texts_that_are_true_or_false_become_truth_values(self):
        self.make("Truth", field("s"), field("t", "Text"))
        for text in ("true", "FALSE", "1", "0", None, "yes", ""):
            self.add("Truth", s=text, t=text)
        for name in "st":
            answer = self.put_field("Truth", name, {"type": "Boolean"})
            self.assertRefused(answer, f"fields[{1 if name == 's' else 2}].type")
            self.assertIn("2 rows hold texts that are neither true nor false: id 6, 7", answer.text)
        self.assertEqual(self.put_field("Truth", "s", {"type": "Boolean"}, force="true").status, 200)
        required = {"type": "Boolean", "nullable": False, "defaultValue": {"type": "fixed", "value": True}}
        self.assertEqual(self.put_field("Truth", "t", required, force="true").status, 200)
        self.assertEqual([r["s"] for r in self.rows("Truth")], [True, False, True, False, None, None, None])
        self.assertEqual([r["t"] for r in self.rows("Truth")], [True, False, True, False, True, True, True])
        self.assertEqual(self.host.get(records("d", "Truth"), query={"filter": '{"t":false}'}).json["total"], 2)
        self.assertSound()

    def test_what_becomes_a_text_must_fit_with_force_too(self):
        self.make("Spelled", field("b", "Boolean"), field("i", "Int"))
        self.add("Spelled", b=True, i=12345)
        self.assertEqual(self.put_field("Spelled", "b", {"type": "String", "length": 4}).status, 200)
        self.assertEqual(self.put_field("Spelled", "b", {"type": "Boolean"}).status, 200)
        self.add("Spelled", b=False)
        for query in ({}, {"force": "true"}):
            self.assertRefused(self.put_field("Spelled", "b", {"type": "String", "length": 4}, **query), "fields[1].length")
            self.assertRefused(self.put_field("Spelled", "i", {"type": "String", "length": 4}, **query), "fields[2].length")
        self.assertEqual(self.put_field("Spelled", "b", {"type": "String", "length": 5}).status, 200)
        self.assertEqual([(r["b"], r["i"]) for r in self.rows("Spelled")], [("true", 12345), ("false", None)])
        self.assertSound()

    def test_a_column_keeps_what_models_have_no_word_for(self):
        """A renamed or commented field of a synced table has its old type, digits and default."""
        kinds = {"sqlite": "id integer primary key, r real, seen datetime default (datetime('now')), n varchar(20) check (n <> 'bad')",
                 "mariadb": "id bigint primary key auto_increment, r double, seen datetime(6) default now(6) on update now(6), n varchar(20) collate utf8mb4_bin check (n <> 'bad')",
                 "postgresql": "id bigserial primary key, r double precision, seen timestamp(6) default now(), n varchar(20) check (n <> 'bad')"}
        self.sql(f"create table {self.quoted('Foreign')} ({kinds[self.kind]}); insert into {self.quoted('Foreign')} (r, n) values (0.1234567, 'a')")
        self.assertEqual(self.host.post("/api/f/datasources/d/sync", ["Foreign"]).status, 200)
        before = self.rows("Foreign")[0]
        self.assertEqual(self.put_field("Foreign", "r", {"name": "share"}).status, 200)
        self.assertEqual(self.put_field("Foreign", "share", {"comment": "of the whole"}).status, 200)
        self.assertEqual(self.put_field("Foreign", "seen", {"comment": "when"}).status, 200)
        self.assertEqual(self.put_field("Foreign", "n", {"comment": "kept"}).status, 200)
        self.assertEqual(self.host.post(records("d", "Foreign"), {"n": "bad"}).status, 400)
        if self.kind == "mariadb":  # letters of another case are other letters still, and a moment follows changes
            self.add("Foreign", n="A")
            self.assertEqual(self.host.get(records("d", "Foreign"), query={"filter": '{"n":"A"}'}).json["total"], 1)
            self.assertEqual(self.host.call("PATCH", f"{records('d', 'Foreign')}/2", {"n": "C"}).status, 200)
            self.assertEqual(self.host.call("DELETE", f"{records('d', 'Foreign')}/2").status, 204)
        self.assertEqual(self.put_field("Foreign", "n", {"length": 30}).status, 200)
        self.assertEqual(self.host.post(records("d", "Foreign"), {"n": "bad"}).status, 400)
        if self.kind == "mariadb":
            column = "select collation_name as c from information_schema.columns where table_schema = database() and table_name = 'Foreign' and column_name = 'n'"
            self.assertEqual(self.host.post("/api/f/datasources/d/native-query", {"statement": column}).json["result"], [{"c": "utf8mb4_bin"}])
        self.assertRefused(self.put_field("Foreign", "share", {"precision": 6, "scale": 2}), "fields[1].precision")
        after = self.rows("Foreign")[0]
        self.assertEqual((after["share"], after["seen"]), (0.1234567, before["seen"]))
        self.assertIsNotNone(self.add("Foreign", n="b")["seen"])
        self.assertEqual(self.put_field("Foreign", "seen", {"nullable": False}).status, 200)
        self.assertIsNotNone(self.add("Foreign", n="c")["seen"])
        self.assertEqual(self.put_field("Foreign", "share", {"precision": 6, "scale": 2}, force="true").status, 200)
        self.assertEqual(self.rows("Foreign")[0]["share"], 0.12)
        self.host.call("DELETE", f"{MODELS}/Foreign")

    def test_texts_that_are_numbers_become_them(self):
        bounds = {"Int": ("2147483647", "-2147483647", "2147483648"), "Long": ("9223372036854775807", "-9223372036854775807", "9223372036854775808")}
        for kind, (most, least, beyond) in bounds.items():
            with self.subTest(kind):
                self.make(f"Read{kind}", field("s"), field("t", "Text"))
                for text in ("0", "007", most, least, None):
                    self.add(f"Read{kind}", s=text, t=text)
                self.add(f"Read{kind}", s=beyond, t="1.5")
                for name in "st":
                    answer = self.put_field(f"Read{kind}", name, {"type": kind})
                    self.assertRefused(answer, f"fields[{1 if name == 's' else 2}].type")
                    self.assertIn("1 row hold", answer.text)
                    self.assertEqual(self.put_field(f"Read{kind}", name, {"type": kind}, force="true").status, 200)
                    self.assertEqual([r[name] for r in self.rows(f"Read{kind}")], [0, 7, int(most), int(least), None, None])
        self.make("ReadFloat", field("s"), field("z", "Text"))
        for text in ("-12.5", "0012.50", "999.99", "3", "0.000"):
            self.add("ReadFloat", s=text, z="0.10")
        self.assertEqual(self.put_field("ReadFloat", "s", {"type": "Float", "precision": 5, "scale": 2}).status, 200)
        self.assertEqual(self.put_field("ReadFloat", "z", {"type": "Float", "precision": 1, "scale": 1}).status, 200)
        self.assertEqual([(r["s"], r["z"]) for r in self.rows("ReadFloat")], [(-12.5, 0.1), (12.5, 0.1), (999.99, 0.1), (3, 0.1), (0, 0.1)])
        self.make("ReadNone", field("s"))
        for text in ("", " 1", "1e3", "1000", "1.234", "NaN", "\u0661", "1\n", "- 1", "+1", ".5", "5."):
            self.add("ReadNone", s=text)
        answer = self.put_field("ReadNone", "s", {"type": "Float", "precision": 5, "scale": 2})
        self.assertRefused(answer, "fields[1].type")
        self.assertIn("12 rows hold", answer.text)
        self.assertSound()

    def test_numbers_that_fit_a_narrower_type_need_no_force(self):
        self.make("Fit", field("f", "Float", precision=14, scale=3), field("l", "Long"))
        self.add("Fit", f=5, l=2**31 - 1)
        for name in ("f", "l"):
            answer = self.put_field("Fit", name, {"type": "Int"})
            self.assertEqual(answer.status, 200, answer.text)
        self.assertEqual(self.rows("Fit"), [{"id": 1, "f": 5, "l": 2**31 - 1}])
        self.assertSound()

    def test_required_and_unique_are_refused_while_rows_break_them(self):
        self.make("Strict", field("a"), field("b"))
        for a in ("x", None, "x"):
            self.add("Strict", a=a)
        self.assertRefused(self.put_field("Strict", "a", {"nullable": False}), "fields[1].nullable")
        answer = self.put_field("Strict", "a", {"unique": True})
        self.assertRefused(answer, "fields[1].unique")
        self.assertIn("id 1, 3", answer.text)
        self.assertEqual(self.put_field("Strict", "a", {"nullable": False, "defaultValue": {"type": "fixed", "value": "d"}}).status, 200)
        self.assertEqual([r["a"] for r in self.rows("Strict")], ["x", "d", "x"])
        self.assertEqual(self.put_field("Strict", "b", {"unique": True}).status, 200)
        self.add("Strict", a="y", b="1")
        self.assertRefused(self.host.post(records("d", "Strict"), {"a": "y", "b": "1"}), "b", code=1002)
        self.assertEqual(self.put_field("Strict", "b", {"unique": False}).status, 200)
        self.add("Strict", a="y", b="1")
        self.assertSound()

    def test_a_dropped_field_takes_its_key_and_its_indexes_with_it(self):
        self.make("Drop", field("a", unique=True), field("b"),
                  indexes=[{"name": "IX_ab", "fields": [{"fieldName": "a"}, {"fieldName": "b"}]}, {"name": "IX_b", "fields": [{"fieldName": "b"}]}])
        self.add("Drop", a="x", b="y")
        self.assertEqual(self.host.call("DELETE", f"{MODELS}/Drop/fields/a").status, 204)
        self.assertEqual(self.rows("Drop"), [{"id": 1, "b": "y"}])
        self.assertEqual([i["name"] for i in self.model("Drop")["indexes"]], ["IX_b"])
        self.assertRefused(self.host.call("DELETE", f"{MODELS}/Drop/fields/id"), "fieldName")
        self.assertEqual(self.host.call("DELETE", f"{MODELS}/Drop/fields/a").status, 404)
        self.assertSound()

    def test_a_relation_is_a_matter_of_the_registry_alone(self):
        self.make("Class", field("name"))
        self.make("Pupil", field("classId", "Long"))
        self.add("Class", name="1a")
        self.add("Pupil", classId=1)
        relation = field("class", "Relation", **{"from": "Class"}, localField="classId", foreignField="id")
        self.assertEqual(self.host.post(f"{MODELS}/Pupil/fields", relation).status, 200)
        listed = self.host.get(records("d", "Pupil"), query={"nestedQuery": "true"}).json["list"]
        self.assertEqual(listed[0]["class"]["name"], "1a")
        self.assertEqual(self.put_field("Pupil", "class", {"comment": "its class"}).json["from"], "Class")
        self.assertEqual(self.host.call("DELETE", f"{MODELS}/Pupil/fields/class").status, 204)
        self.assertSound()

    # ---- indexes ----

    def test_indexes_are_added_put_and_dropped(self):
        self.make("Idx", field("a"), field("b"))
        indexes = f"{MODELS}/Idx/indexes"
        made = self.host.post(indexes, {"name": "IX_1", "fields": [{"fieldName": "a", "direction": "desc"}]})
        self.assertEqual((made.status, made.json["fields"][0]["direction"]), (200, "DESC"))
        unnamed = self.host.post(indexes, {"fields": [{"fieldName": "a"}], "unique": True})
        self.assertTrue(unnamed.json["name"].startswith("IDX_"), unnamed.text)
        self.assertRefused(self.host.post(indexes, {"name": "IX_1", "fields": [{"fieldName": "a"}]}), "name")
        self.assertRefused(self.host.post(indexes, {"name": "IX_2", "fields": [{"fieldName": "zz"}]}), "fields[0].fieldName")
        self.assertSound()
        put = self.host.call("PUT", f"{indexes}/IX_1", {"fields": [{"fieldName": "b"}, {"fieldName": "a"}], "name": "other"})
        self.assertEqual((put.status, put.json["name"], len(put.json["fields"])), (200, "IX_1", 2), put.text)
        self.assertSound()
        self.assertEqual(self.host.call("DELETE", f"{indexes}/IX_1").status, 204)
        self.assertEqual(self.host.call("DELETE", f"{indexes}/IX_1").status, 404)
        self.assertSound()

    def test_an_index_serves_the_sort_of_its_nullable_field(self):
        self.make("Sorted", field("a", nullable=True), indexes=[{"name": "IX_up", "fields": [{"fieldName": "a"}]}, {"name": "IX_down", "fields": [{"fieldName": "a", "direction": "desc"}]}])
        self.host.post(records("d", "Sorted"), [{"a": f"{i % 7}" if i % 5 else None} for i in range(500)])
        for sort, order in (("a", "asc nulls first"), ("-a", "desc nulls last")):
            found = [r["a"] or "" for r in self.host.get(records("d", "Sorted"), query={"size": 500, "sort": sort}).json["list"]]
            self.assertEqual(found, sorted(found, reverse=sort == "-a"))
            if self.kind == "mariadb":
                plan = self.sql(f'explain select a from "Sorted" order by a {order.split()[0]};')
            elif self.kind == "postgresql":
                plan = self.sql(f'set enable_seqscan = off; set enable_sort = off; explain select a from "Sorted" order by a {order};')
            else:
                with sqlite3.connect(self.databases.path("d")) as db:
                    plan = str(db.execute(f'explain query plan select a from "Sorted" order by a {order}').fetchall())
            self.assertIn("IX_", plan)
            self.assertNotRegex(plan, "filesort|TEMP B-TREE|Sort ")
        self.assertSound()

    def test_a_table_changed_behind_the_models_back_is_told(self):
        self.make("Back", field("a"), field("b"))
        self.sql(f"alter table {self.quoted('Back')} drop column b")
        found = self.host.get(MODELS, query={"verify": "true"}).json
        self.assertEqual([(m["model"], [d["field"] for d in m["differences"]]) for m in found], [("Back", ["b"])])
        self.assertEqual(self.host.call("DELETE", f"{MODELS}/Back").status, 204)

    def test_every_kind_of_change_behind_the_models_back_is_told_and_sync_takes_it_over(self):
        """Each statement is run on the table by hand; what verify tells of it is gone after a sync."""
        told = {"wider": "n", "longer": "s", "finer": "f", "free": "d", "loose": "u", "tight": "extra_key", "uncounted": "id"}
        for name, member in told.items():
            with self.subTest(name):
                self.make(name, field("n", "Int"), field("s", length=40), field("f", "Float", precision=12, scale=2),
                          field("d", defaultValue={"type": "fixed", "value": "x"}), field("u", "Int", unique=True))
                self.assertSound()
                self.change_by_hand(name)
                found = self.host.get(MODELS, query={"verify": "true"}).json
                self.assertEqual([(m["model"], [x["field"] for x in m["differences"]]) for m in found], [(name, [member])])
                if name not in ("free", "uncounted"):  # a model's own default stays, whether the table has it or not
                    self.assertEqual(self.host.post("/api/f/datasources/d/sync", [name]).status, 200)
                    self.assertSound()
                    self.assertEqual([i["name"] for i in self.model(name)["indexes"]], ["extra_key"] if name == "tight" else [])
                self.assertEqual(self.host.call("DELETE", f"{MODELS}/{name}").status, 204)

    def change_by_hand(self, name):
        """What the name of the table says."""
        table = self.quoted(name)
        if name == "tight":
            return self.sql(f"create unique index extra_key on {table} (s)")
        if name == "loose":
            if self.kind == "sqlite":
                with sqlite3.connect(self.databases.path("d")) as db:
                    found = str(db.execute("select name from sqlite_schema where tbl_name = 'loose'").fetchall())
            else:
                found = self.sql("select index_name from information_schema.statistics where table_name = 'loose'" if self.kind == "mariadb"
                                 else "select indexname from pg_indexes where tablename = 'loose'")
            key = re.search(r"UK_\w+", found)[0]
            return self.sql(f"drop index {self.quoted(key)}" + (f" on {table}" if self.kind == "mariadb" else ""))
        if self.kind == "sqlite":  # which cannot change a column: its definition is written over
            before, after = {"wider": ('"n" int', '"n" bigint'), "longer": ("(40)", "(50)"), "finer": ("(12,2)", "(9,3)"),
                             "free": ("default 'x'", ""), "uncounted": ('"id" integer', '"id" bigint')}[name]
            with sqlite3.connect(self.databases.path("d"), isolation_level=None) as db:
                version = db.execute("pragma schema_version").fetchone()[0]
                db.execute("pragma writable_schema = on")
                changed = db.execute("update sqlite_schema set sql = replace(sql, ?, ?) where name = ? and instr(sql, ?)", (before, after, name, before))
                self.assertEqual(changed.rowcount, 1)
                db.execute(f"pragma schema_version = {version + 1}")
            return None
        modify = ("modify column {} {}" if self.kind == "mariadb" else "alter column {} type {}").format
        return self.sql(f"alter table {table} " + {
            "wider": modify("n", "bigint"), "longer": modify("s", "varchar(50)"), "finer": modify("f", "decimal(9,3)"),
            "free": "alter column d drop default",
            "uncounted": "modify column id bigint not null" if self.kind == "mariadb" else "alter column id drop default"}[name])

    def test_a_change_of_a_column_that_is_gone_says_so(self):
        self.make("Lost", field("a"), field("b"))
        self.add("Lost", a="x", b="y")
        self.sql(f"alter table {self.quoted('Lost')} drop column b")
        for body in (field("b", length=20), field("b", "Int"), field("c"), field("b", nullable=False), field("b", unique=True)):
            answer = self.put_field("Lost", "b", body)
            self.assertEqual((answer.status, answer.json["code"]), (409, 1003), answer.text)
        self.assertEqual(self.host.post("/api/f/datasources/d/sync", ["Lost"]).status, 200)
        self.assertSound()
        self.host.call("DELETE", f"{MODELS}/Lost")

    def test_a_unique_index_names_the_rows_that_stand_in_its_way(self):
        self.make("Twice", field("a"), field("b", "Int"))
        for a, b in (("x", 1), ("y", 1), ("x", 1), ("x", None), ("x", None)):
            self.add("Twice", a=a, b=b)
        answer = self.host.post(f"{MODELS}/Twice/indexes", {"name": "UX", "unique": True, "fields": [{"fieldName": "a"}, {"fieldName": "b"}]})
        self.assertRefused(answer, "indexes[0].unique")
        self.assertIn("id 1, 3", answer.text)
        self.assertEqual(self.model("Twice")["indexes"], [])
        self.host.call("DELETE", f"{records('d', 'Twice')}/3")
        answer = self.host.post(f"{MODELS}/Twice/indexes", {"name": "UX", "unique": True, "fields": [{"fieldName": "a"}, {"fieldName": "b"}]})
        self.assertEqual(answer.status, 200, answer.text)
        self.assertSound()

    def test_records_are_read_and_written_while_another_field_changes(self):
        self.make("Busy", field("a"), field("b0"))
        self.add("Busy", a="x")
        wrong, stop = [], threading.Event()

        def use():
            while not stop.is_set():
                for answer in (self.host.get(records("d", "Busy"), query={"filter": {"a": "x"}}), self.host.get(f"{records('d', 'Busy')}/1"),
                               self.host.call("PUT", f"{records('d', 'Busy')}/1", {"a": "x"}), self.host.post(records("d", "Busy"), {"a": "y"})):
                    if answer.status not in (200, 503):  # a lock may take its time
                        wrong.append(answer.text)
        users = [threading.Thread(target=use) for _ in range(3)]
        for user in users:
            user.start()
        try:
            for i in range(8):
                self.assertEqual(self.put_field("Busy", f"b{i}", field(f"b{i + 1}")).status, 200)
            self.assertEqual(self.host.post(f"{MODELS}/Busy/fields", field("c", "Int", nullable=False, defaultValue={"type": "fixed", "value": 3})).status, 200)
            self.assertEqual(self.host.call("DELETE", f"{MODELS}/Busy/fields/b8").status, 204)
        finally:
            stop.set()
            for user in users:
                user.join()
        self.assertEqual(wrong, [])
        self.assertSound()

    def test_the_wait_for_the_lock_of_somebody_else_has_an_end(self):
        if self.kind == "sqlite":
            self.skipTest("a database has one lock, and its driver says how long it is waited for")
        datasource = f"{DATASOURCES}/hurried"
        made = self.host.post(DATASOURCES, {"name": "hurried", "config": {**self.databases.config("hurried"), "pool": {"lock_wait_ms": 1000}}})
        self.assertEqual(made.status, 200, made.text)
        held = f"{datasource}/models/Held"
        made = self.host.post(f"{datasource}/models", entity("Held", ID, field("s", length=20)))
        self.assertEqual(made.status, 200, made.text)
        changes = (("PUT", "fields/s", field("s", length=10)), ("POST", "fields", field("n", "Int")),
                   ("POST", "indexes", {"name": "IX_held", "unique": False, "fields": [{"fieldName": "s"}]}))
        with self.databases.holding("hurried", f"insert into {self.quoted('Held')} ({self.quoted('s')}) values ('a')"):
            for method, path, body in changes:
                with self.subTest(path):
                    answer = self.host.call(method, f"{held}/{path}", body)
                    self.assertEqual(answer.status, 503, answer.text)
                    self.assertGreater(int(answer.headers["Retry-After"]), 0)
                    self.assertEqual(self.host.get(held).json, made.json)
                    self.assertEqual(self.host.get(f"{datasource}/models", query={"verify": "true"}).json, [])
        for method, path, body in changes:
            answer = self.host.call(method, f"{held}/{path}", body)
            self.assertEqual(answer.status, 200, answer.text)

    # ---- idl ----

    def test_idl_is_executed_whole_or_not_at_all(self):
        idl = """model Order { id: Long @id @default(autoIncrement()), code: String @length(20) @unique, state: OrderState @default(NEW),
                 lines?: OrderLine[] @relation(localField: "id", foreignField: "orderId", cascadeDelete: true) }
                 model OrderLine { id: Long @id @default(autoIncrement()), orderId: Long, qty?: Int @comment("how many"), @index(fields: [orderId]) }
                 enum OrderState { NEW, DONE }"""
        answer = self.host.post(f"{MODELS}/idl/execute", {"idl": idl})
        self.assertEqual(answer.status, 200, answer.text)
        self.assertEqual([(m["type"], m["name"]) for m in answer.json], [("entity", "Order"), ("entity", "OrderLine"), ("enum", "OrderState")])
        self.assertEqual(self.add("Order", code="1")["state"], "NEW")
        self.assertSound()
        again = self.host.post(f"{MODELS}/idl/execute", {"idl": "model Fresh { id: Long @id } " + idl})
        self.assertEqual(again.fields, ["idl"] * 3)
        self.assertEqual(self.host.get(f"{MODELS}/Fresh").status, 404)

    def test_idl_that_is_wrong_is_refused_with_its_place(self):
        answer = self.host.post(f"{MODELS}/idl/execute", {"idl": "model A { a: Int,, b: Int }"})
        self.assertRefused(answer, "idl")
        self.assertEqual(answer.json["errors"][0]["message"], 'line 1, column 18: expected field, "@" or "}" but found ","')

    # ---- names ----

    def test_hostile_names_are_names_or_refused(self):
        if self.kind == "mariadb":  # its names have no characters beyond the basic plane
            self.assertRefused(self.host.post(MODELS, entity("😀", ID)), "model")
        for name in ("select", "Order By", "drop table x; --", "ünï 中", "MiXeD", "a b-c", "x" * 60,
                     *(["😀"] if self.kind != "mariadb" else [])):
            with self.subTest(name):
                made = self.host.post(MODELS, entity(name, ID, field("group", defaultValue={"type": "fixed", "value": "it's \\' \"x\" -- ;"})))
                self.assertEqual(made.status, 200, made.text)
                path = records("d", quote(name, safe=""))
                self.assertEqual(self.host.post(path, {}).json["group"], "it's \\' \"x\" -- ;")
                self.assertEqual(self.host.get(path, query={"filter": {"group": {"_contains": "\\'"}}}).json["total"], 1)
        for name in ("", " ", "a\"b", "a`b", "a'b", "a.b", "a\u0000b", "a\nb", " a", "x" * 101, "é" * 200):
            with self.subTest(name):
                self.assertEqual(self.host.post(MODELS, entity(name, ID)).status, 400)
        self.assertSound()


on_each_database(globals(), Models)

if __name__ == "__main__":
    unittest.main()
