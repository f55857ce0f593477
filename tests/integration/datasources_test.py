# SPDX-License-Identifier: Apache-2.0
"""Datasources and models: list, create, change, delete, validate, table names, sync."""
import unittest

from backends import only_on
from harness import DATASOURCES as ALL
from harness import Host, records



class Datasources(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.host = Host().start()

    @classmethod
    def tearDownClass(cls):
        cls.host.__exit__()

    def test_names_are_kept_to_the_letter(self):
        config = self.host.databases.config("letters")
        for name in ("Letters", "letters"):
            self.assertEqual(self.host.post(ALL, {"name": name, "config": config}).status, 200, name)
        self.assertLessEqual({"Letters", "letters"}, {d["name"] for d in self.host.get(ALL).json})
        for name in ("Letters", "letters"):
            self.assertEqual(self.host.call("DELETE", f"{ALL}/{name}").status, 204, name)

    def test_the_list_has_system_first_and_the_tenant_s_own(self):
        names = [d["name"] for d in self.host.get(ALL).json]
        self.assertEqual(names[0], "system")
        self.assertIn("chinook", names)
        self.assertEqual(self.host.get(ALL, headers={"X-Tenant-Id": "other"}).json, [])

    def test_create_use_change_delete(self):
        self.host.load("shop", "create table item (id integer primary key, label varchar(20) not null, made datetime)")
        secret = self.host.databases.config("shop").get("password", "hush")
        created = self.host.post(ALL, {"name": "shop", "config": {**self.host.databases.config("shop"), "password": secret}})
        self.assertEqual(created.status, 200, created.text)
        shop = created.json
        self.assertEqual((shop["name"], shop["type"], shop["tenantId"], shop["createdBy"]), ("shop", "USER", "default", "admin"))
        self.assertEqual(shop["config"]["password"], "******")
        self.assertNotIn(secret, [d["config"].get("password") for d in self.host.get(ALL).json])
        self.assertEqual(self.host.post(f"{ALL}/shop/sync", ["item"]).json[0]["name"], "item")
        self.assertEqual(self.host.post(records("shop", "item"), {"label": "a", "made": "2024-02-29 10:00:00"}).json["made"], "2024-02-29T10:00:00")
        changed = self.host.call("PUT", f"{ALL}/shop", {"name": "ignored", "config": shop["config"]})
        self.assertEqual((changed.status, changed.json["name"]), (200, "shop"))
        self.assertEqual(self.host.databases.number("shop", "select count(*) from item"), 1)
        self.assertEqual(self.host.get(records("shop", "item")).json["total"], 1)
        self.assertEqual(self.host.call("DELETE", f"{ALL}/shop").status, 204)
        self.assertEqual(self.host.get(records("shop", "item")).status, 404)
        self.assertEqual(self.host.call("DELETE", f"{ALL}/shop").status, 404)

    def assertBad(self, cases):
        for body, fields in cases:
            answer = self.host.post(ALL, body)
            self.assertEqual((answer.status, answer.json["code"], answer.fields), (400, 1001, fields), body)

    def test_bad_definitions_are_named(self):
        good = self.host.databases.config("unused")
        self.assertBad([
            ({}, ["config"]), ({"name": "x"}, ["config"]), ({"name": "x", "config": {}}, ["config.dbKind", "config.url"]),
            ({"name": "", "config": good}, ["name"]), ({"name": "a b", "config": good}, ["name"]),
            ({"name": "chinook", "config": good}, ["name"]), ({"name": "system", "config": good}, ["name"]),
            ({"name": "x", "config": {"dbKind": "nosuch", "url": "x"}}, ["config.dbKind"]),
            ({"name": "x", "config": {**good, "url": "jdbc:other://h/db"}}, ["config.url"]),
            ({"name": "x", "config": {**good, "trusted": True, "colour": "red"}}, ["config.colour"]),
            ({"name": "x", "config": {**good, "pool": {"size": 0}}}, ["config.pool.size"]),
        ])

    @only_on("sqlite", why="a database is a file, and a tenant's files are in its folder")
    def test_files_elsewhere_and_the_platform_s_own_cannot_be_opened(self):
        for url in ("jdbc:sqlite:/etc/passwd", "jdbc:sqlite:../home/x.db", "jdbc:sqlite:system.db"):
            self.assertBad([({"name": "x", "config": {"dbKind": "sqlite", "url": url}}, ["config.url"])])

    def test_the_built_in_datasource_stays(self):
        self.assertEqual(self.host.call("DELETE", f"{ALL}/system").status, 400)
        self.assertEqual(self.host.call("PUT", f"{ALL}/system", {"config": self.host.databases.config("unused")}).status, 400)
        self.assertEqual(self.host.post(f"{ALL}/system/sync").status, 400)

    def absent(self):
        config = self.host.databases.config("chinook")
        return {**config, "url": config["url"].replace("chinook", "absent")}

    def test_validate_is_always_200(self):
        good = self.host.post(f"{ALL}/validate", {"config": self.host.databases.config("chinook")})
        self.assertEqual((good.status, good.json["success"], good.json["errorMsg"]), (200, True, "ok"))
        self.assertIsInstance(good.json["time"], int)
        for bad in (self.absent(), {"dbKind": "x", "url": "y"}, {}):
            answer = self.host.post(f"{ALL}/validate", {"config": bad})
            self.assertEqual((answer.status, answer.json["success"]), (200, False), bad)
        self.assertFalse((self.host.home / "databases/absent.sqlite").exists(), "looking makes no file")

    def test_physical_names(self):
        answer = self.host.post(f"{ALL}/physics/names", {"config": self.host.databases.config("chinook")})
        self.assertEqual(len(answer.json), 11)
        self.assertIn("Track", answer.json)
        self.assertEqual(self.host.post(f"{ALL}/physics/names", {"config": self.absent()}).status, 400)

    def test_models_have_relations_in_both_directions(self):
        models = {m["name"]: m for m in self.host.get(f"{ALL}/chinook/models").json}
        self.assertEqual(len(models), 11)
        relations = {(m, f["name"]): f["concreteType"] for m in models for f in models[m]["fields"] if f["type"] == "Relation"}
        for expected in ((("Artist", "albums"), "Album[]"), (("Album", "artist"), "Artist"), (("Album", "tracks"), "Track[]"),
                         (("Track", "album"), "Album"), (("Track", "genre"), "Genre"), (("Genre", "tracks"), "Track[]"),
                         (("Customer", "supportRep"), "Employee"), (("Employee", "customers"), "Customer[]"),
                         (("Employee", "reportsToEmployee"), "Employee"), (("Employee", "employees"), "Employee[]"),
                         (("Invoice", "invoiceLines"), "InvoiceLine[]"), (("Playlist", "playlistTracks"), "PlaylistTrack[]")):
            self.assertEqual(relations.get(expected[0]), expected[1], expected[0])
        self.assertEqual([f["name"] for f in models["PlaylistTrack"]["fields"] if f["identity"]], [])
        one = self.host.get(f"{ALL}/chinook/models/Track")
        self.assertEqual(one.json, models["Track"])
        self.assertEqual(self.host.get(f"{ALL}/chinook/models/Nowhere").status, 404)

    def test_a_model_without_identity_is_listed_and_nothing_by_id(self):
        path = records("chinook", "PlaylistTrack")
        self.assertEqual(self.host.get(path).json["total"], 8715)
        self.assertEqual(self.host.get(path + "/1").status, 400)

    def test_sync_refreshes_adds_and_unregisters_what_was_named(self):
        self.host.load("grow", """create table a (id integer primary key);
            create table b (id integer primary key, "aId" integer references a(id))""")
        self.assertEqual(self.host.post(ALL, {"name": "grow", "config": self.host.databases.config("grow")}).status, 200)
        sync = f"{ALL}/grow/sync"
        self.assertEqual(self.host.post(sync, []).json, [])
        self.assertEqual([m["name"] for m in self.host.post(sync, ["b"]).json], ["b"])
        self.assertEqual([f["name"] for f in self.host.get(f"{ALL}/grow/models/b").json["fields"]], ["id", "aId"])
        self.assertEqual(len(self.host.post(sync).json), 2)
        self.assertEqual([f["name"] for f in self.host.get(f"{ALL}/grow/models/b").json["fields"]], ["id", "aId", "a"])
        self.host.databases.sql("grow", "alter table a add column label varchar(20); drop table b;")
        self.assertEqual([f["name"] for f in self.host.post(sync, ["a"]).json[0]["fields"]], ["id", "label", "bs"])
        self.assertEqual(self.host.post(sync, ["b"]).json, [])
        self.assertEqual(self.host.get(f"{ALL}/grow/models/b").status, 404)
        unknown = self.host.post(sync, ["a", "nope"])
        self.assertEqual((unknown.status, unknown.fields), (400, ["[1]"]))
        for body in ('{"a":1}', "[1]", "x"):
            self.assertEqual(self.host.post(sync, body).status, 400, body)

    def test_a_disabled_datasource_is_kept_and_can_be_enabled(self):
        off = {"name": "off", "enabled": False, "config": self.host.databases.config("off")}
        self.assertEqual(self.host.post(ALL, off).json["enabled"], False)
        self.assertNotIn("off", [d["name"] for d in self.host.get(ALL).json])
        self.assertEqual(self.host.get(f"{ALL}/off/models").status, 404)
        self.assertEqual(self.host.call("PUT", f"{ALL}/off", {**off, "enabled": True}).status, 200)
        self.assertEqual(self.host.get(f"{ALL}/off/models").json, [])
        self.assertEqual(self.host.call("DELETE", f"{ALL}/off").status, 204)

    def test_wrong_configurations_are_named(self):
        good = self.host.databases.config("wrong")
        for config, field in (({"pool": 5}, "config.pool"), ({"pool": {"sizes": 5}}, "config.pool.sizes"), ({"pool": {"wait_ms": 600000}}, "config.pool.wait_ms"),
                              ({"password": 7}, "config.password"), ({"url": good["url"] + "${HOME}"}, "config.url")):
            body = {"name": "wrong", "config": {**good, **config}}
            self.assertEqual(self.host.post(ALL, body).fields, [field], config)
        self.assertEqual(self.host.post(ALL, {"name": "wrong", "enabled": "no", "config": good}).fields, ["enabled"])
        self.assertEqual(self.host.post(f"{ALL}/physics/names", {"name": "x", "config": {**good, "password": []}}).status, 400)
        for body in ("", "{", "[]", "null", "5"):
            self.assertEqual((self.host.post(f"{ALL}/validate", body).status, self.host.post(f"{ALL}/validate", body).json["success"]), (200, False), body)

    @only_on("sqlite", why="a database is a file")
    def test_files_beside_a_database_are_none(self):
        body = {"name": "wrong", "config": {"dbKind": "sqlite", "url": "a.sqlite-wal"}}
        self.assertEqual(self.host.post(ALL, body).fields, ["config.url"])

    def test_malformed_json_is_told_in_the_callers_language(self):
        for language, text in (("en", "malformed JSON at byte 2"), ("zh-CN", "第 2 字节处的 JSON 格式有误")):
            answer = self.host.post(ALL, "{", headers={"Accept-Language": language})
            self.assertEqual((answer.status, answer.json["errors"]), (400, [{"field": "body", "message": text}]))

    def test_what_a_sync_takes_is_a_model_still_after_a_restart(self):
        """A column that counts beside the key, and names that no model may have."""
        counted = {"sqlite": "id integer primary key, seq integer", "mariadb": "id varchar(36) primary key, seq bigint not null auto_increment unique",
                   "postgresql": "id varchar(36) primary key, seq bigserial"}[self.host.databases.kind]
        named = "`a.b`" if self.host.databases.kind == "mariadb" else '"a.b"'
        self.host.load("odd", "create table plain (id integer primary key)")
        self.host.databases.sql("odd", f"drop table plain; create table counted ({counted}); create table {named} (id integer primary key);")
        self.assertEqual(self.host.post(ALL, {"name": "odd", "config": self.host.databases.config("odd")}).status, 200)
        self.assertEqual([m["name"] for m in self.host.post(f"{ALL}/odd/sync").json], ["counted"])
        named = self.host.post(f"{ALL}/odd/sync", ["a.b"])
        self.assertEqual((named.status, named.fields), (400, ["[0]"]), named.text)
        self.assertEqual(self.host.call("PUT", f"{ALL}/odd/models/counted/fields/id", {"comment": "key"}).status, 200)
        self.host.stop()
        self.host.start()
        self.assertEqual([m["name"] for m in self.host.get(f"{ALL}/odd/models").json], ["counted"])
        key = 1 if self.host.databases.kind == "sqlite" else "k"
        made = self.host.post(records("odd", "counted"), {"id": key})
        self.assertEqual((made.status, made.json["seq"]), (200, None if self.host.databases.kind == "sqlite" else 1), made.text)
        self.assertEqual(self.host.post(f"{ALL}/odd/sync").status, 200)

    def test_a_field_that_something_else_needs_is_not_dropped(self):
        kind = self.host.databases.kind
        script = {"sqlite": "create index lowered on needed (lower(name));", "postgresql": "", "mariadb": ""}[kind]
        self.host.datasource("uses", "create table needed (id integer primary key, name varchar(20), other integer)")
        view = "create view seen as select name from needed;" if kind == "postgresql" else "alter table needed add constraint c check (char_length(name) + other > 0);" if kind == "mariadb" else ""
        self.host.databases.sql("uses", script + view)
        refused = self.host.call("DELETE", f"{ALL}/uses/models/needed/fields/name")
        self.assertEqual((refused.status, refused.fields), (400, ["model"]), refused.text)
        self.assertIn("name", refused.text)
        self.assertEqual(self.host.post(records("uses", "needed"), {"id": 1, "name": "a", "other": 1}).status, 200)
        self.assertEqual(self.host.call("DELETE", f"{ALL}/uses/models/needed/fields/other").status, 400 if kind == "mariadb" else 204)

    def test_the_text_of_a_synced_model_makes_the_same_one_elsewhere(self):
        self.host.datasource("grown", "create table pair (id integer primary key, a integer not null, b integer not null, c integer not null, unique (a, b), unique (c))")
        self.host.datasource("copy", "create table other (id integer primary key)")
        pair = self.host.get(f"{ALL}/grown/models/pair").json
        made = self.host.post(f"{ALL}/copy/models/idl/execute", {"idl": pair["idl"]})
        self.assertEqual(made.status, 200, made.text)
        row = {"id": 1, "a": 1, "b": 2, "c": 3}
        for datasource in ("grown", "copy"):
            self.assertEqual(self.host.post(records(datasource, "pair"), row).status, 200)
            for twin in ({**row, "id": 2, "c": 4}, {**row, "id": 2, "a": 4}):
                self.assertEqual(self.host.post(records(datasource, "pair"), twin).status, 400, twin)
            self.assertEqual(self.host.post(records(datasource, "pair"), {**row, "id": 3, "b": 3, "c": 5}).status, 200)

    def test_everything_survives_a_restart(self):
        with Host() as host:
            self.assertEqual(host.post(ALL, {"name": "kept", "config": host.databases.config("kept")}).status, 200)
            before = host.get(ALL).text
            models = host.get(f"{ALL}/chinook/models").text
            self.assertEqual(host.stop(), 0)
            host.start()
            self.assertEqual(host.get(ALL).text, before)
            self.assertEqual(host.get(f"{ALL}/chinook/models").text, models)


if __name__ == "__main__":
    unittest.main()
