# SPDX-License-Identifier: Apache-2.0
"""What tenants cannot reach: each other's databases, what the operator alone may say, each other's rows."""
import unittest

from backends import only_on
from harness import DATASOURCES, Host, records


class Tenants(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.host = Host(configs={"modeling": {"placeholders": {"NAME": "allowed"}}}).start()

    @classmethod
    def tearDownClass(cls):
        cls.host.__exit__()

    def other(self, method, path, body=None, **more):
        return self.host.call(method, path, body, headers={"X-Tenant-Id": "other"}, **more)

    @only_on("sqlite", why="a database is a file in its tenant's folder")
    def test_no_tenant_reaches_anothers_file(self):
        spy = {"name": "spy", "config": {"dbKind": "sqlite", "url": "jdbc:sqlite:chinook.sqlite"}}
        self.assertEqual(self.other("POST", DATASOURCES, spy).status, 200)
        self.assertEqual(self.other("POST", f"{DATASOURCES}/spy/sync").json, [], "a new file in the tenant's own folder")
        self.assertTrue((self.host.home / "tenants/other/databases/chinook.sqlite").exists())
        for url in ("../../../databases/chinook.sqlite", str(self.host.home / "databases/chinook.sqlite")):
            self.assertEqual(self.other("POST", DATASOURCES, {"name": "spy2", "config": {"dbKind": "sqlite", "url": url}}).status, 400)

    def test_placeholders_are_those_of_the_operator(self):
        self.host.load("allowed", "create table seen (id integer primary key)")
        config = self.host.databases.config("allowed")
        config["url"] = config["url"].replace("allowed", "${NAME}")
        made = self.host.post(DATASOURCES, {"name": "held", "config": config})
        self.assertEqual((made.status, made.json["config"]["url"]), (200, config["url"]), made.text)
        self.assertEqual([m["name"] for m in self.host.post(f"{DATASOURCES}/held/sync").json], ["seen"])

    def test_rows_of_other_tenants_do_not_exist(self):
        self.host.datasource("owned", """create table ts (id integer primary key, tenant_id text, secret text, created_by text, created_at datetime,
            updated_at datetime); create table pub (id integer primary key, ts_id int references ts(id));
            insert into ts values (1, 'other', 'TOP', null, null, null); insert into pub values (1, 1)""")
        for filter in ({"ts": {"secret": {"_starts_with": "TOP"}}}, {"ts": {"_ne": None}}):
            self.assertEqual(self.host.get(records("owned", "pub"), query={"filter": filter}).json["total"], 0, filter)
        self.assertEqual(self.host.get(records("owned", "pub"), query={"filter": {"ts": None}}).json["total"], 1)
        self.assertEqual(self.host.get(records("owned", "pub"), query={"sort": "-ts.secret", "nestedQuery": "true"}).json["list"], [{"id": 1, "ts_id": 1, "ts": None}])
        made = self.host.post(records("owned", "ts"), {"secret": "mine"}).json
        self.assertEqual((made["tenant_id"], made["created_by"]), ("default", "admin"))
        self.assertIsNotNone(made["created_at"])
        self.assertIsNotNone(made["updated_at"])
        path = f"{records('owned', 'ts')}/{made['id']}"
        self.assertEqual(self.host.get(path).json, made)
        for call in (lambda: self.host.call("PATCH", path, {"tenant_id": "other"}), lambda: self.host.post(records("owned", "ts"), {"tenant_id": "other"})):
            self.assertEqual(call().fields, ["tenant_id"])
        self.assertEqual(self.host.get(f"{records('owned', 'ts')}/1").status, 404)


if __name__ == "__main__":
    unittest.main()
