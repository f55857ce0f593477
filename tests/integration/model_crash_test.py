# SPDX-License-Identifier: Apache-2.0
"""The process is killed before every single statement of a change of models, one after the other: what the next start
finds is the old state or the new one, in the registry and in the tables alike, and no row is lost."""
import contextlib
import http.client
import json
import signal
import sqlite3
import unittest

from databases import PLUGINS, OnEachDatabase, on_each_database
from harness import DATASOURCES, Host, records
from models_test import ID, MODELS, entity, field

CRASH_FILE = "crash"


class ModelCrash(OnEachDatabase):
    def setUp(self):
        self.points = 0

    def call(self, method, path, body, query):
        return self.host.call(method, path, body, query=query)

    def survives(self, reset, change, states):
        """states: what records may look like afterwards, the old one first and the new one last."""
        seen = set()
        for point in range(400):
            reset()
            crash_file = self.host.folder / CRASH_FILE
            self.host.login()
            crash_file.write_text(str(point))
            try:
                answer = self.call(*change)
                crash_file.unlink()
                self.assertLess(answer.status, 300, answer.text)
                finished = True
            except (http.client.HTTPException, ConnectionError):
                self.host.process.wait(timeout=30)
                self.assertEqual(self.host.process.returncode, -signal.SIGKILL)
                crash_file.unlink()
                self.host.stop()
                self.host.start()
                finished = False
            verified = self.host.get(MODELS, query={"verify": "true"})
            self.assertEqual(verified.json, [], f"killed at point {point}: {verified.text}")
            self.assertEqual(self.kept_tables(), [], f"killed at point {point}")
            state = self.state()
            self.assertIn(state, states, f"killed at point {point}")
            seen.add(states.index(state))
            if finished:
                self.assertEqual(state, states[-1])
                self.assertGreater(point, 5, "the change has hardly any statements")
                self.assertEqual(seen, {0, len(states) - 1}, "old and new were not both seen")
                return
        self.fail("the change never got through")

    def state(self):
        """Every entity with its fields and its rows."""
        out = {}
        for m in self.host.get(MODELS).json:
            rows = self.host.get(records("d", m["name"]), query={"size": 100, "sort": "id"}) if m["type"] == "entity" else None
            out[m["name"]] = ([f["name"] for f in m.get("fields", [])], [i["name"] for i in m.get("indexes", [])],
                              rows.json["list"] if rows else None)
        return out

    def start_from(self, *models, rows=()):
        for m in self.host.get(MODELS).json:
            self.assertEqual(self.host.call("DELETE", f"{MODELS}/{m['name']}").status, 204)
        for m in models:
            answer = self.host.post(MODELS, m)
            self.assertEqual(answer.status, 200, answer.text)
        for model, row in rows:
            self.assertEqual(self.host.post(records("d", model), row).status, 200)

    @classmethod
    def setUpClass(cls):
        cls.host_options = {"environment": lambda host: {"TENON_CRASH_FILE": str(host.folder / CRASH_FILE)}}
        super().setUpClass()

    def test_a_new_model(self):
        made = entity("New", ID, field("a", unique=True), indexes=[{"name": "IX_new", "fields": [{"fieldName": "a", "direction": "DESC"}]}])
        self.survives(lambda: self.start_from(), ("POST", MODELS, made, None),
                      [{}, {"New": (["id", "a"], ["IX_new"], [])}])

    def test_a_renamed_and_widened_field(self):
        before = entity("Ren", ID, field("a", "Int", unique=True), field("b"), indexes=[{"name": "IX_ren", "fields": [{"fieldName": "a"}]}])
        rows = [("Ren", {"a": 1, "b": "x"}), ("Ren", {"a": 2, "b": None})]
        old = {"Ren": (["id", "a", "b"], ["IX_ren"], [{"id": 1, "a": 1, "b": "x"}, {"id": 2, "a": 2, "b": None}])}
        new = {"Ren": (["id", "n", "b"], ["IX_ren"], [{"id": 1, "n": "1", "b": "x"}, {"id": 2, "n": "2", "b": None}])}
        self.survives(lambda: self.start_from(before, rows=rows),
                      ("PUT", f"{MODELS}/Ren/fields/a", {"name": "n", "type": "String", "length": 20}, None), [old, new])

    def test_a_whole_entity_that_is_put(self):
        before = entity("Put", ID, field("a"), field("gone"), indexes=[{"name": "IX_put", "fields": [{"fieldName": "a"}]}])
        after = entity("Put", ID, field("a", nullable=False, length=100, defaultValue={"type": "fixed", "value": "-"}), field("c", "Int", unique=True))
        rows = [("Put", {"a": "x", "gone": "y"}), ("Put", {"a": None})]
        old = {"Put": (["id", "a", "gone"], ["IX_put"], [{"id": 1, "a": "x", "gone": "y"}, {"id": 2, "a": None, "gone": None}])}
        new = {"Put": (["id", "a", "c"], [], [{"id": 1, "a": "x", "c": None}, {"id": 2, "a": "-", "c": None}])}
        self.survives(lambda: self.start_from(before, rows=rows), ("PUT", f"{MODELS}/Put", after, {"force": "true"}), [old, new])

    def test_a_forced_change_of_values_names_and_types(self):
        before = entity("For", ID, field("a", length=20), field("b", length=20), field("c"), field("t", "Text"))
        after = {"fields": [{"name": "a", "type": "Int"}, {"name": "b", "length": 3, "unique": True}, {"name": "t", "type": "Boolean", "nullable": False, "defaultValue": {"type": "fixed", "value": True}}]}
        rows = [("For", {"a": "007", "b": "abcd", "t": "false"}), ("For", {"a": "x", "b": "ab", "t": None}), ("For", {"a": None, "b": None, "t": "maybe"})]
        old = {"For": (["id", "a", "b", "c", "t"], [], [{"id": i + 1, **r, "c": None} for i, (_, r) in enumerate(rows)])}
        values = [(7, "abc", False), (None, "ab", True), (None, None, True)]
        new = {"For": (["id", "a", "b", "c", "t"], [], [{"id": i + 1, "a": a, "b": b, "c": None, "t": t} for i, (a, b, t) in enumerate(values)])}
        self.survives(lambda: self.start_from(before, rows=rows), ("PUT", f"{MODELS}/For", {**before, "fields": [ID, *after["fields"][:2], field("c"), after["fields"][2]]}, {"force": "true"}), [old, new])

    def test_a_forced_change_under_another_name(self):
        before = entity("Nam", ID, field("a", length=20), field("b"))
        rows = [("Nam", {"a": "12", "b": "x"}), ("Nam", {"a": "none", "b": None})]
        old = {"Nam": (["id", "a", "b"], [], [{"id": 1, "a": "12", "b": "x"}, {"id": 2, "a": "none", "b": None}])}
        new = {"Nam": (["id", "n", "b"], [], [{"id": 1, "n": 12, "b": "x"}, {"id": 2, "n": None, "b": None}])}
        self.survives(lambda: self.start_from(before, rows=rows), ("PUT", f"{MODELS}/Nam/fields/a", {"name": "n", "type": "Int"}, {"force": "true"}), [old, new])

    def test_a_document_of_several_models(self):
        idl = "model A { id: Long @id @default(autoIncrement()), x: String @unique } model B { id: Long @id @default(autoIncrement()), y: Int, @index(name: \"IX_y\", fields: [y]) } enum E { P }"
        new = {"A": (["id", "x"], [], []), "B": (["id", "y"], ["IX_y"], []), "E": ([], [], None)}
        self.survives(lambda: self.start_from(), ("POST", f"{MODELS}/idl/execute", {"idl": idl}, None), [{}, new])

    def test_an_import_of_models_and_rows(self):
        before = entity("Old", ID, field("a", length=10))
        script = {"objects": [entity("Old", ID, field("a", length=20), field("b", "Int")), entity("New", ID, field("c"))],
                  "data": [{"modelName": "Old", "values": [{"id": 1, "b": 5}, {"id": 2, "a": "y"}]}, {"modelName": "New", "values": [{"id": 7, "c": "z"}]}]}
        old = {"Old": (["id", "a"], [], [{"id": 1, "a": "x"}])}
        new = {"Old": (["id", "a", "b"], [], [{"id": 1, "a": "x", "b": 5}, {"id": 2, "a": "y", "b": None}]), "New": (["id", "c"], [], [{"id": 7, "c": "z"}])}
        self.survives(lambda: self.start_from(before, rows=[("Old", {"a": "x"})]),
                      ("POST", "/api/f/datasources/d/import", {"script": json.dumps(script)}, None), [old, new])

    def test_a_deleted_model(self):
        self.survives(lambda: self.start_from(entity("Del", ID, field("a")), rows=[("Del", {"a": "x"})]),
                      ("DELETE", f"{MODELS}/Del", None, None), [{"Del": (["id", "a"], [], [{"id": 1, "a": "x"}])}, {}])


on_each_database(globals(), ModelCrash)


class OpenChange(unittest.TestCase):
    """A change that was cut off and cannot be finished yet, because its database is locked."""

    def setUp(self):
        self.host = Host(plugins=PLUGINS, samples=False, kind="sqlite", environment=lambda host: {"TENON_CRASH_FILE": str(host.folder / CRASH_FILE)}).start()
        self.addCleanup(self.host.__exit__)
        self.assertEqual(self.host.post(DATASOURCES, self.config("d")).status, 200)
        self.assertEqual(self.host.post(MODELS, entity("Cut", ID, field("a", length=10))).status, 200)

    def config(self, name):
        return {"name": "d", "config": {**self.host.databases.config(name), "busy_timeout_ms": 50}}

    def killed_when(self, system_query, *change):
        """Kills the host at the first statement of a change at which the query on `system` answers 1. It is not running then."""
        crash_file = self.host.folder / CRASH_FILE
        for point in range(100):
            self.host.login()
            crash_file.write_text(str(point))
            with self.assertRaises((http.client.HTTPException, ConnectionError)):
                self.host.post(*change)
            self.host.process.wait(timeout=30)
            crash_file.unlink()
            self.host.stop()
            with contextlib.closing(sqlite3.connect(self.host.home / "databases/system.db")) as db:
                if db.execute(system_query).fetchone()[0] == 1:
                    return
            self.host.start()

    @contextlib.contextmanager
    def locked(self):
        with contextlib.closing(sqlite3.connect(self.host.databases.path("d"), isolation_level=None)) as db:
            db.execute("begin exclusive")
            yield
            db.execute("rollback")

    def fields(self, model):
        return [f["name"] for f in self.host.get(f"{MODELS}/{model}").json["fields"]]

    def test_keeps_the_datasource_at_its_tables(self):
        self.killed_when("select count(*) from f_model_change", f"{MODELS}/Cut/fields", field("b"))
        put = lambda name: self.host.call("PUT", f"{DATASOURCES}/d", self.config(name))
        with self.locked():
            self.host.start()
            moved = put("elsewhere")
            self.assertEqual((moved.status, moved.fields), (400, ["config.url"]), moved.text)
            self.assertEqual(put("d").status, 200)
            self.assertEqual(self.fields("Cut"), ["id", "a"])
        self.assertEqual(put("elsewhere").status, 200)
        self.assertEqual(self.fields("Cut"), ["id", "a", "b"])
        self.assertEqual(put("d").status, 200)
        self.assertEqual(self.host.get(MODELS, query={"verify": "true"}).json, [])

    def test_of_an_import_takes_no_records_away_that_others_wrote(self):
        script = {"objects": [entity("Cut", ID, field("a", length=30)), entity("New", ID, field("n", "Int"))], "data": [{"modelName": "New", "values": [{"n": 1}]}]}
        for written in (False, True):
            with self.subTest(written=written):
                self.killed_when("select count(*) from f_model_registry where model_name = 'New'", "/api/f/datasources/d/import", {"script": json.dumps(script)})
                with self.locked():
                    self.host.start()
                if written:
                    self.assertEqual(self.host.post(records("d", "Cut"), {"a": "much longer than ten"}).status, 200)
                self.assertEqual(self.host.post(MODELS, {"type": "enum", "name": f"E{written}", "elements": ["A"]}).status, 200)
                names = {m["name"] for m in self.host.get(MODELS).json}
                self.assertEqual("New" in names, written)
                rows = self.host.get(records("d", "Cut")).json["list"]
                self.assertEqual([r["a"] for r in rows], ["much longer than ten"] if written else [])
                self.assertEqual(self.host.get(MODELS, query={"verify": "true"}).json, [])


if __name__ == "__main__":
    unittest.main()
