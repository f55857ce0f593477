# SPDX-License-Identifier: Apache-2.0
"""Imports of models and rows, all or nothing, on each database."""
import json
import unittest

from databases import OnEachDatabase, on_each_database
from harness import records
from models_test import ID, MODELS, entity, field

IMPORT = "/api/f/datasources/d/import"


class Import(OnEachDatabase):
    def setUp(self):
        for m in self.host.get(MODELS).json:
            self.assertEqual(self.host.call("DELETE", f"{MODELS}/{m['name']}").status, 204)

    def run_import(self, script, type=None):
        body = {"script": script if isinstance(script, str) else json.dumps(script)}
        return self.host.post(IMPORT, {**body, **({"type": type} if type else {})})

    def imported(self, script, type=None):
        answer = self.run_import(script, type)
        self.assertEqual((answer.status, answer.text), (204, ""), answer.text)

    def names(self):
        return sorted(m["name"] for m in self.host.get(MODELS).json)

    def rows(self, model):
        return self.host.get(records("d", model), query={"size": 100, "sort": "id"}).json["list"]

    def assertSound(self):
        self.assertEqual(self.host.get(MODELS, query={"verify": "true"}).json, [])
        self.assertEqual(self.kept_tables(), [])

    OBJECTS = [entity("Order", ID, field("code", unique=True), field("state", "EnumRef", **{"from": "State"}),
                      field("lines", "Relation", **{"from": "Line"}, multiple=True, localField="id", foreignField="orderId")),
               entity("Line", ID, field("orderId", "Long"), field("qty", "Int"), indexes=[{"name": "IX_line", "fields": [{"fieldName": "orderId"}]}]),
               {"type": "enum", "name": "State", "elements": ["NEW", "DONE"]},
               {"type": "native_query", "name": "Sum", "statement": "select 1"}]

    def test_json_makes_models_and_rows_and_again_changes_nothing(self):
        script = {"schemaName": "ignored", "objects": self.OBJECTS,
                  "data": [{"modelName": "Order", "values": [{"id": 1, "code": "A", "state": "NEW", "lines": [{"id": 1, "qty": 2}, {"id": 2, "qty": 3}]}]}]}
        for _ in range(2):
            self.imported(script)
            self.assertEqual(self.names(), ["Line", "Order", "State", "Sum"])
            self.assertEqual([(r["orderId"], r["qty"]) for r in self.rows("Line")], [(1, 2), (1, 3)])
        self.assertSound()

    def test_a_refused_import_leaves_a_table_that_was_there(self):
        self.sql(f"create table {self.quoted('Old')} (id integer primary key, qty integer); insert into {self.quoted('Old')} values (1, 5);")
        old = entity("Old", field("id", "Int", identity=True, nullable=False), field("qty", "Int"))
        refused = self.run_import({"objects": [old], "data": [{"modelName": "Old", "values": [{"id": 2, "qty": "many"}]}]})
        self.assertEqual((refused.status, refused.fields, self.names()), (400, ["data[0].values[0].qty"], []))
        self.imported({"objects": [old], "data": [{"modelName": "Old", "values": [{"id": 2, "qty": 7}]}]})
        self.assertEqual([(r["id"], r["qty"]) for r in self.rows("Old")], [(1, 5), (2, 7)])

    def test_a_refused_import_turns_changes_of_type_back_with_their_values(self):
        self.imported({"objects": [entity("Item", ID, field("n", "Int"), field("active", "Boolean"))], "data": [{"modelName": "Item", "values": [{"n": 12, "active": True}]}]})
        bad = [{"modelName": "Item", "values": [{"n": "x" * 300}]}]
        refused = self.run_import({"objects": [entity("Item", ID, field("n", length=40))], "data": bad})
        self.assertEqual(refused.status, 400, refused.text)
        self.assertEqual([(r["n"], r["active"]) for r in self.rows("Item")], [(12, True)])
        refused = self.run_import({"objects": [entity("Item", ID, field("active", "Text"))], "data": bad})
        self.assertEqual(refused.status, 400, refused.text)
        self.assertEqual([(r["n"], r["active"]) for r in self.rows("Item")], [(12, True)])
        self.assertSound()

    def test_changes_that_would_not_turn_back_exactly_do_not_come_with_rows(self):
        self.imported({"objects": [entity("Item", ID, field("n"), field("at", "DateTime"), field("b"))], "data": [{"modelName": "Item", "values": [{"n": "007", "at": "2024-02-29T10:00:00", "b": "1"}]}]})
        before = self.rows("Item")
        data = [{"modelName": "Item", "values": [{}]}]
        for changed in (field("n", "Int"), field("at", "Text"), field("b", "Boolean"), field("b", nullable=False, defaultValue={"type": "fixed", "value": "-"})):
            refused = self.run_import({"objects": [entity("Item", ID, changed)], "data": data})
            self.assertEqual((refused.status, refused.fields), (400, ["script"]), refused.text)
        self.assertEqual(self.rows("Item"), before)
        self.assertSound()

    def test_a_script_may_say_only_what_is_new(self):
        stored = field("k", length=40, unique=True, nullable=False, comment="the key", defaultValue={"type": "fixed", "value": "-"})
        self.imported({"objects": [entity("P", ID, stored, field("n", "Int"))]})
        self.imported({"objects": [{"type": "entity", "name": "P", "fields": [], "indexes": [{"name": "IX_n", "unique": True, "fields": [{"fieldName": "n"}]}]}]})
        self.imported({"objects": [{"type": "entity", "name": "P", "fields": [{"name": "k", "type": "String"}, {"name": "m", "type": "Int"}]}]})
        model = self.host.get(f"{MODELS}/P").json
        kept = next(f for f in model["fields"] if f["name"] == "k")
        self.assertEqual((kept["length"], kept["unique"], kept["nullable"], kept["comment"], kept["defaultValue"]["value"]), (40, True, False, "the key", "-"))
        self.assertEqual(([f["name"] for f in model["fields"]], [i["name"] for i in model["indexes"]]), (["id", "k", "n", "m"], ["IX_n"]))
        refused = self.run_import({"objects": [{"type": "entity", "name": "P", "fields": [{"name": "x", "type": "Nothing"}]}]})
        self.assertEqual((refused.status, refused.fields), (400, ["objects[0].fields[0].type"]), refused.text)
        refused = self.run_import({"objects": [{"type": "entity", "name": "P", "fields": [{"name": "N", "type": "Int"}]}]})
        self.assertEqual(refused.status, 400, refused.text)
        self.assertSound()

    def test_one_table_that_is_refused_leaves_the_values_of_the_others(self):
        self.imported({"objects": [entity("Item", ID, field("n"), field("b"), field("r"), field("t", "Boolean"))],
                       "data": [{"modelName": "Item", "values": [{"n": "007", "b": "1", "t": True}, {"n": "12", "b": "FALSE", "r": "x", "t": False}]}]})
        before = self.rows("Item")
        self.sql(f"create view {self.quoted('Seen')} as select 1 as one")
        changed = [field("n", "Int"), field("b", "Boolean"), field("r", nullable=False, defaultValue={"type": "fixed", "value": "-"}), field("t", "Text")]
        refused = self.run_import({"objects": [entity("Item", ID, *changed), entity("Seen", ID, field("one"))]})
        self.assertEqual(refused.status, 400, refused.text)
        self.assertEqual((self.rows("Item"), self.names()), (before, ["Item"]))
        self.sql(f"drop view {self.quoted('Seen')}")
        self.imported({"objects": [entity("Item", ID, *changed)]})
        self.assertEqual([(r["n"], r["b"], r["r"], r["t"]) for r in self.rows("Item")], [(7, True, "-", "true"), (12, False, "x", "false")])
        self.assertSound()

    def test_an_export_of_the_older_form_is_read(self):
        self.imported({"schema": self.OBJECTS[1:3]})
        self.assertEqual(self.names(), ["Line", "State"])

    def test_idl_makes_models(self):
        self.imported('model A { id: Long @id @default(autoIncrement()), name: String @unique, @index(name: "IX_a", fields: [name: (sort: "desc")]) } enum E { P, Q }', "IDL")
        self.assertEqual(self.names(), ["A", "E"])
        self.assertSound()

    def test_what_is_there_is_extended_and_nothing_dropped(self):
        self.imported({"objects": [entity("A", ID, field("kept"), field("wide", length=10), indexes=[{"name": "IX_1", "fields": [{"fieldName": "kept"}]}])]})
        self.host.post(records("d", "A"), {"kept": "x", "wide": "y"})
        self.imported({"objects": [entity("A", ID, field("wide", length=20), field("new", "Int"), indexes=[{"name": "IX_2", "fields": [{"fieldName": "new"}]}])]})
        model = self.host.get(f"{MODELS}/A").json
        self.assertEqual([(f["name"], f.get("length")) for f in model["fields"]], [("id", None), ("kept", 255), ("wide", 20), ("new", None)])
        self.assertEqual([i["name"] for i in model["indexes"]], ["IX_1", "IX_2"])
        self.assertEqual(self.rows("A"), [{"id": 1, "kept": "x", "wide": "y", "new": None}])
        self.assertSound()

    def test_a_row_that_is_refused_undoes_models_and_rows(self):
        self.imported({"objects": [entity("Old", ID, field("a"))], "data": [{"modelName": "Old", "values": [{"id": 1, "a": "x"}]}]})
        answer = self.run_import({"objects": [entity("Old", ID, field("a"), field("b", "Int")), *self.OBJECTS],
                                  "data": [{"modelName": "Old", "values": [{"id": 1, "a": "y"}]},
                                           {"modelName": "Line", "values": [{"qty": 1}, {"qty": "many"}]}]})
        self.assertEqual((answer.status, answer.fields), (400, ["data[1].values[1].qty"]), answer.text)
        self.assertEqual(self.names(), ["Old"])
        self.assertEqual(self.rows("Old"), [{"id": 1, "a": "x"}])
        self.assertSound()

    def test_every_problem_of_a_script_is_told_and_nothing_is_made(self):
        answer = self.run_import({"objects": [entity("A", ID), entity("B", field("x", "Nothing")), {"type": "enum", "name": "E"}, 5, entity("A", ID)],
                                  "data": [{"modelName": "A"}]})
        self.assertEqual(answer.status, 400)
        self.assertLessEqual({"objects[1].fields[0].type", "objects[2].elements", "objects[4].name", "data[0]"}, set(answer.fields))
        self.assertEqual(self.names(), [])
        for body, place in [({"script": " "}, "script"), ({"script": "{"}, "script"), ({"script": "{}", "type": "XML"}, "type"),
                            ({"script": "model A {", "type": "IDL"}, "script"), ({}, "script"),
                            ({"script": json.dumps({"data": [{"modelName": "No", "values": []}]})}, "data[0].values")]:
            self.assertEqual(self.host.post(IMPORT, body).fields, [place], body)

    def test_an_index_of_a_field_that_is_not_there_is_left_out(self):
        self.imported({"objects": [entity("A", ID, field("a"), indexes=[{"name": "IX_t", "fields": [{"fieldName": "tenant"}]}, {"name": "IX_a", "fields": [{"fieldName": "a"}]}])]})
        self.assertEqual([i["name"] for i in self.host.get(f"{MODELS}/A").json["indexes"]], ["IX_a"])
        self.imported('model B { id: Long @id @default(autoIncrement()), b?: Int, @index(name: "IX_t", fields: [tenant]), @index(name: "IX_b", fields: [b]) }', type="IDL")
        self.assertEqual([i["name"] for i in self.host.get(f"{MODELS}/B").json["indexes"]], ["IX_b"])

    def test_rows_that_a_change_would_lose_stop_the_import(self):
        self.imported({"objects": [entity("A", ID, field("a", length=10))], "data": [{"modelName": "A", "values": [{"a": "123456"}]}]})
        answer = self.run_import({"objects": [entity("B", ID), entity("A", ID, field("a", length=3))]})
        self.assertEqual((answer.status, answer.fields), (400, ["A.fields[1].length"]), answer.text)
        self.assertEqual(self.names(), ["A"])


on_each_database(globals(), Import)

if __name__ == "__main__":
    unittest.main()
