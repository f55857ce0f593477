# SPDX-License-Identifier: Apache-2.0
"""Who listens hears of every record that was changed, after the commit, with what it was and what it is."""
import os
import pathlib
import unittest

from databases import OnEachDatabase, PLUGINS, on_each_database
from harness import BINARY, records
from models_test import ID, MODELS, entity, field

OWN = pathlib.Path(BINARY).parents[1] / "lib/tenon/plugins"


class ChangeEvents(OnEachDatabase):
    @classmethod
    def setUpClass(cls):
        cls.host_options = {"host": {"plugins": {"paths": [str(OWN), os.environ["TENON_FIXTURES"]]}},
                            "plugins": (*PLUGINS, "listener")}
        super().setUpClass()
        for model in (entity("Parent", ID, field("name", unique=True),
                             field("kids", "Relation", **{"from": "Kid"}, multiple=True, localField="id", foreignField="parentId", cascadeDelete=True)),
                      entity("Kid", ID, field("name"), field("parentId", "Long"))):
            answer = cls.host.post(MODELS, model)
            assert answer.status == 200, answer.text

    def setUp(self):
        self.heard()

    def heard(self):
        return self.told()["record.changed"]

    def told(self):
        """What was published since this was asked last, by type."""
        told = {"record.changed": [], "models.changed": [], "records.written": []}
        for e in self.host.get("/listener", token=None).json:
            told[e["type"]].append(e["event"])
        return told

    def short(self):
        return [(e["operation"], e["model"], e["old"] and e["old"]["name"], e["new"] and e["new"]["name"]) for e in self.heard()]

    def test_a_change_of_models_is_told_before_it_is_answered(self):
        self.assertEqual(self.host.post(MODELS, entity("Brief", ID)).status, 200)
        self.assertEqual(self.told(), {"record.changed": [], "models.changed": [{"datasource": "d"}], "records.written": []})
        self.assertEqual(self.host.call("DELETE", f"{MODELS}/Brief").status, 204)
        self.assertEqual(self.told()["models.changed"], [{"datasource": "d"}])

    def test_each_write_is_told_with_the_old_record_and_the_new(self):
        made = self.host.post(records("d", "Parent"), {"name": "a"}).json
        path = f"{records('d', 'Parent')}/{made['id']}"
        self.host.call("PUT", path, {"name": "b"})
        self.host.call("DELETE", path)
        events = self.heard()
        self.assertEqual([(e["operation"], e["old"], e["new"]) for e in events],
                         [("create", None, made), ("update", made, {**made, "name": "b"}), ("delete", {**made, "name": "b"}, None)])
        self.assertEqual({(e["datasource"], e["model"], e["id"], e["tenantId"]) for e in events}, {("d", "Parent", made["id"], "default")})
        self.assertTrue(events[0]["userId"])

    def test_related_records_and_cascades_are_told_each(self):
        made = self.host.post(records("d", "Parent"), {"name": "p", "kids": [{"name": "x"}, {"name": "y"}]}).json
        self.assertEqual(self.short(), [("create", "Parent", None, "p"), ("create", "Kid", None, "x"), ("create", "Kid", None, "y")])
        self.host.call("DELETE", f"{records('d', 'Parent')}/{made['id']}")
        self.assertEqual(self.short(), [("delete", "Kid", "x", None), ("delete", "Kid", "y", None), ("delete", "Parent", "p", None)])

    def test_many_records_are_told_one_by_one(self):
        self.host.post(records("d", "Kid"), [{"name": f"k{i}"} for i in range(5)])
        self.assertEqual(self.short(), [("create", "Kid", None, f"k{i}") for i in range(5)])

    def test_a_deletion_of_thousands_is_within_the_bound(self):
        made = self.host.post(records("d", "Parent"), {"name": "many"}).json
        ten = " union all ".join(["select 1 as one"] * 10)
        kid, name, key = map(self.quoted, ("Kid", "name", "parentId"))
        self.sql(f"insert into {kid} ({name}, {key}) select 'k', {made['id']} from ({ten}) a, ({ten}) b, ({ten}) c, (select 1 as one union all select 2 union all select 3 union all select 4 union all select 5 union all select 6 union all select 7) d;")
        deleted = self.host.call("DELETE", f"{records('d', 'Parent')}/{made['id']}")
        self.assertEqual(deleted.status, 204, deleted.text)
        left = self.host.get(records("d", "Kid"), query={"filter": f'{{"parentId":{made["id"]}}}'}).json["total"]
        self.assertEqual(left, 0)

    def test_what_was_not_committed_is_not_told(self):
        self.host.post(records("d", "Parent"), {"name": "dry"}, query={"dryRun": "true"})
        self.host.post(records("d", "Parent"), {"name": "wrong", "kids": [{"name": "x"}, {"name": "x" * 256}]})
        self.host.post("/api/f/datasources/d/batch", {"operations": [{"op": "create", "model": "Parent", "data": {"name": "t"}}] * 2})
        self.host.call("DELETE", f"{records('d', 'Parent')}/999999")
        self.assertEqual(self.told(), {"record.changed": [], "models.changed": [], "records.written": []})

    def test_each_commit_is_told_once_with_all_models_that_it_wrote(self):
        def written():
            return [(e["datasource"], e["models"]) for e in self.told()["records.written"]]
        self.host.post(records("d", "Kid"), [{"name": f"k{i}"} for i in range(5)])
        self.assertEqual(written(), [("d", ["Kid"])])
        made = self.host.post(records("d", "Parent"), {"name": "both", "kids": [{"name": "x"}, {"name": "y"}]}).json
        self.assertEqual(written(), [("d", ["Kid", "Parent"])])
        self.host.call("PUT", f"{records('d', 'Parent')}/{made['id']}", {"name": "renamed"})
        self.assertEqual(written(), [("d", ["Parent"])])
        self.host.call("DELETE", f"{records('d', 'Parent')}/{made['id']}")
        self.assertEqual(written(), [("d", ["Kid", "Parent"])])


on_each_database(globals(), ChangeEvents)

if __name__ == "__main__":
    unittest.main()
