# SPDX-License-Identifier: Apache-2.0
"""Databases that grew elsewhere: odd schemas, odd values."""
import time
import unittest

from backends import KIND, only_on
from harness import DATASOURCES, Host, records

JUNK = "a column holds what its type says, everywhere else"


class OddData(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.host = Host().start()
        cls.made = 0

    @classmethod
    def tearDownClass(cls):
        cls.host.__exit__()

    def database(self, script):
        """Makes a database of a script and a synced datasource of it; answers (name, models)."""
        OddData.made += 1
        name = f"odd{self.made}"
        return name, self.host.datasource(name, script)

    def sync(self, name):
        answer = self.host.post(f"{DATASOURCES}/{name}/sync")
        self.assertEqual(answer.status, 200, answer.text)
        return {m["name"]: m for m in answer.json}

    def ids(self, datasource, model, filter):
        answer = self.host.get(records(datasource, model), query={"filter": filter, "size": "100"})
        self.assertEqual(answer.status, 200, answer.text)
        return [r["id"] for r in answer.json["list"]]

    # ---- values

    def test_moments_compare_as_they_are_shown_however_they_are_stored(self):
        name, _ = self.database("""create table t (id integer primary key, at datetime, day date, yes boolean);
            insert into t values (1, '2009-01-01 00:00:00', '2009-01-01 10:00:00', 'true'),
              (2, '2009-01-01T00:00:00', '2009-01-01', 1), (3, '2009-01-03T00:00:00.500', '2009-01-03', 'FALSE')""")
        for filter, ids in (({"at": "2009-01-01T00:00:00"}, [1, 2]), ({"at": {"_ne": "2009-01-01 00:00"}}, [3]),
                            ({"at": {"_gte": "2009-01-01T00:00:00"}}, [1, 2, 3]), ({"at": {"_lt": "2009-01-01T00:00:00"}}, []),
                            ({"at": {"_between": ["2009-01-01", "2009-01-03T00:00:00.5"]}}, [1, 2, 3]),
                            ({"at": {"_in": ["2009-01-01", "2009-01-03T00:00:00.500"]}}, [1, 2, 3]),
                            ({"day": "2009-01-01"}, [1, 2]), ({"yes": True}, [1, 2]), ({"yes": False}, [3])):
            self.assertEqual(self.ids(name, "t", filter), ids, filter)

    def in_shanghai(self, rows):
        """The moments of a table of these rows, and of one that a client gives in another zone."""
        with Host(environment=lambda _: {"TZ": "Asia/Shanghai"}) as east:
            east.datasource("zone", f"create table t (id integer primary key, at datetime); insert into t values {rows}")
            east.post(records("zone", "t"), {"at": "2024-01-01T02:00:00Z"})
            return {r["at"] for r in east.get(records("zone", "t")).json["list"]}

    def test_moments_are_the_servers(self):
        self.assertEqual(self.in_shanghai("(1, '2024-01-01T10:00:00')"), {"2024-01-01T10:00:00"})

    @only_on("sqlite", why="it keeps moments as texts with an offset, and as numbers")
    def test_stored_offsets_and_numbers_are_moments_of_the_servers_zone(self):
        self.assertEqual(self.in_shanghai("(1, '2024-01-01T10:00:00+08:00'), (2, 1704074400)"), {"2024-01-01T10:00:00"})

    def test_times_are_shown_to_the_millisecond_and_empty_texts_are_none(self):
        name, _ = self.database("create table t (id integer primary key, at datetime, day date)")
        made = self.host.post(records(name, "t"), {"at": "2024-01-01T10:00:00.123456", "day": ""}).json
        self.assertEqual((made["at"], made["day"]), ("2024-01-01T10:00:00.123", None))

    def test_moments_out_of_range_are_refused(self):
        name, _ = self.database("create table t (id integer primary key, at datetime)")
        for value in ("9999-12-31T23:59:59-12:00", "0000-01-01T00:00:00+14:00"):
            answer = self.host.post(records(name, "t"), {"at": value})
            self.assertEqual((answer.status, answer.fields), (400, ["at"]), value)
        self.assertEqual(self.host.get(records(name, "t")).json["total"], 0)

    @only_on("sqlite", why=JUNK)
    def test_a_value_that_is_none_of_its_type_spoils_nothing(self):
        name, _ = self.database("""create table t (id integer primary key, n int, d date, b boolean, r real, s text);
            insert into t values (1, 5, '2024-01-01', 1, 1.5, 'a'), (2, 'junk', '2024/01/02', 'yes', 'abc', x'6869')""")
        listed = self.host.get(records(name, "t"))
        self.assertEqual(listed.status, 200, listed.text)
        first, second = listed.json["list"]
        self.assertEqual((first["n"], first["d"], first["r"]), (5, "2024-01-01", 1.5))
        self.assertEqual(second, {"id": 2, "n": "junk", "d": "2024/01/02", "b": "yes", "r": "abc", "s": "hi"})
        self.assertEqual(self.host.get(records(name, "t") + "/2").json, second)
        self.assertEqual(self.host.call("PATCH", records(name, "t") + "/2", {"s": "new"}).json["s"], "new")

    @only_on("sqlite", why=JUNK)
    def test_json_that_is_none_is_a_text(self):
        name, _ = self.database("create table t (id integer primary key, j json); insert into t values (1, char(65279) || '{}')")
        self.assertEqual([r["j"] for r in self.host.get(records(name, "t")).json["list"]], ["\ufeff{}"])

    def test_json_is_found_by_its_value_and_by_its_text(self):
        name, _ = self.database("create table t (id integer primary key, j json); insert into t values (1, '{\"a\":1}')")
        for value in ("str", [1, 2], 5, True):
            self.assertEqual(self.host.post(records(name, "t"), {"j": value}).json["j"], value)
        for filter, ids in (({"j": "str"}, [2]), ({"j": {"_eq": [1, 2]}}, [3]), ({"j": {"a": 1}}, [1]), ({"j": {"_ne": {"a": 1}}}, [2, 3, 4, 5]),
                            ({"j": {"_in": ["str", 5]}}, [2, 4]), ({"j": {"_contains": "str"}}, [2]), ({"j": {"_starts_with": "{"}}, [1]),
                            ({"j": {"_not_contains": "t"}}, [1, 3, 4]), ({"j": {"_regex": "^[0-9]$"}}, [4])):
            self.assertEqual(self.ids(name, "t", filter), ids, filter)

    def test_floating_point_columns_take_every_number(self):
        name, _ = self.database("create table t (id integer primary key, r real, p numeric(10,2))")
        made = self.host.post(records(name, "t"), {"r": 1e300, "p": 1.239})
        self.assertEqual((made.json["r"], made.json["p"]), (1e300, 1.24), made.text)
        self.assertEqual(self.host.post(records(name, "t"), {"p": 123456789}).fields, ["p"])

    def test_texts_may_be_anything_and_identities_must_be_addressable(self):
        name, _ = self.database("create table t (id varchar(20) primary key, s text)")
        self.assertEqual(self.host.post(records(name, "t"), {"id": "x", "s": {"a": [1]}}).json["s"], '{"a":[1]}')
        for value in ("", ".", ".."):
            self.assertEqual(self.host.post(records(name, "t"), {"id": value}).fields, ["id"])

    # ---- filters

    def test_conditions_on_a_relation_hold_for_one_row(self):
        name, _ = self.database("""create table par (id integer primary key); create table kid (id integer primary key,
            par_id int references par(id), x int, y int); insert into par values (1), (2);
            insert into kid (par_id, x, y) values (1, 1, 2), (1, 2, 1), (2, 1, 1)""")
        for filter, ids in (({"kids": {"x": 1, "y": 1}}, [2]), ({"kids": {"_and": [{"x": 1}, {"y": 1}]}}, [2]),
                            ({"kids": {"_or": [{"x": 2}, {"y": 2}]}}, [1]), ({"kids": {"_ne": None, "x": 2}}, [1]),
                            ({"kids": {"_or": [{"_eq": None}, {"x": 2}]}}, [1]), ({"kids": {"_not": {"x": 1}}}, [1])):
            self.assertEqual(self.ids(name, "par", filter), ids, filter)

    def test_patterns(self):
        name, _ = self.database("""create table t (id integer primary key, s text); insert into t values (1, 'Anna'), (2, 'bob'), (3, null)""")
        for filter, ids in (({"s": {"_regex": "^A.n"}}, [1]), ({"s": {"_nregex": "n"}}, [2]), ({"s": {"_ilike": "ANNA"}}, [1]), ({"s": {"_nilike": "B%"}}, [1])):
            self.assertEqual(self.ids(name, "t", filter), ids, filter)
        bad = self.host.get(records(name, "t"), query={"filter": {"s": {"_regex": "("}}})
        self.assertEqual(bad.status, 400, bad.text)
        begun = time.monotonic()
        self.host.get(records(name, "t"), query={"filter": {"s": {"_regex": "(a*)*(b*)*(c*)*$" * 20}}})
        self.assertLess(time.monotonic() - begun, 2)
        many = self.host.get(records(name, "t"), query={"filter": {"s": {"_contains": ["x"] * 101}}})
        self.assertEqual((many.status, many.fields), (400, ["filter.s._contains"]))

    def test_a_filter_over_too_many_relations_is_refused(self):
        name, _ = self.database("create table g (id integer primary key); create table m (id integer primary key, g_id int references g(id), v text)")
        filter = {"ms": {"v": "z"}}
        for _ in range(6):
            filter = {"ms": {"g": filter}}
        answer = self.host.get(records(name, "g"), query={"filter": filter})
        self.assertEqual((answer.status, answer.json["code"]), (400, 1001), answer.text)

    # ---- relations

    @only_on("sqlite", "mariadb", why="keys that differ by letter case are different ones in PostgreSQL")
    def test_keys_meet_as_the_database_compares_them(self):
        name, _ = self.database("""create table pn (id integer primary key, code text collate nocase unique); create table cn (id integer primary key,
            code text collate nocase references pn(code)); insert into pn values (1, 'A'), (2, 'b'); insert into cn values (1, 'A'), (2, 'a'), (3, 'A'), (4, 'B')""")
        parents = self.host.get(records(name, "pn"), query={"nestedQuery": "true"}).json["list"]
        self.assertEqual([[c["id"] for c in p["cns"]] for p in parents], [[1, 2, 3], [4]])

    def test_keys_that_are_dates_meet(self):
        dated, _ = self.database("""create table pd (d date primary key); create table cd (id integer primary key, d date references pd(d));
            insert into pd values ('2024-01-01'); insert into cd values (1, '2024-01-01')""")
        child = self.host.get(records(dated, "cd"), query={"nestedQuery": "1"}).json["list"][0]
        self.assertEqual(child["dPd"]["d"], "2024-01-01")

    @only_on("sqlite", why="a reference names its table in any letter case, and an index may be of expressions")
    def test_references_are_found_in_any_letter_case_and_to_many_stays_to_many(self):
        _, models = self.database("""create table Parent (Id integer primary key); create table c (id integer primary key, pid int references PARENT (ID));
            create unique index u on c (pid, lower(id))""")
        relation = [f for f in models["Parent"]["fields"] if f["type"] == "Relation"]
        self.assertEqual([(f["name"], f["multiple"]) for f in relation], [("cs", True)])

    def test_a_new_column_takes_the_name_of_a_relation(self):
        name, models = self.database("create table a (id integer primary key); create table b (id integer primary key, a_id int references a(id))")
        self.assertIn("a", [f["name"] for f in models["b"]["fields"]])
        self.host.databases.sql(name, "alter table b add column a varchar(9);")
        names = [f["name"] for f in self.sync(name)["b"]["fields"]]
        self.assertEqual(len(names), len(set(names)), names)
        self.assertEqual(self.host.post(records(name, "b"), {"a": "x"}).json["a"], "x")

    # ---- schemas

    def test_what_is_broken_does_not_stop_a_sync(self):
        name, _ = self.database("create table gone (a int); create table sound (id integer primary key); create table blobs (b blob)")
        # PostgreSQL lets no view lose its table.
        self.host.databases.sql(name, "drop table gone;" if KIND == "postgresql" else "create view stale as select a from gone; drop table gone;")
        self.host.post(f"{DATASOURCES}/{name}/sync", ["gone"])
        self.assertEqual(list(self.sync(name)), ["sound"])
        self.assertEqual(self.host.post(f"{DATASOURCES}/{name}/sync", ["blobs"]).fields, ["[0]"])

    def test_computed_columns_and_defaults_of_the_database(self):
        name, _ = self.database("create table t (id integer primary key, a int, made datetime not null default current_timestamp)")
        self.host.databases.sql(name, {
            "sqlite": "alter table t add column b int not null as (a * 2) virtual;",
            "mariadb": "alter table t add column b int as (a * 2) stored;",
            "postgresql": "alter table t add column b int not null generated always as (a * 2) stored;"}[KIND])
        self.sync(name)
        made = self.host.post(records(name, "t"), {"a": 2, "b": 9})
        self.assertEqual((made.status, made.json["b"]), (200, 4), made.text)
        self.assertIsNotNone(made.json["made"])
        again = self.host.call("PUT", records(name, "t") + "/1", {**made.json, "a": 3})
        self.assertEqual((again.status, again.json["b"]), (200, 6), again.text)

    def test_a_record_is_answered_as_triggers_left_it(self):
        name, _ = self.database("create table t (id integer primary key, s text, slug text)")
        self.host.databases.sql(name, {
            "sqlite": """create trigger i after insert on t begin update t set slug = 's-' || new.s where id = new.id; end;
                create trigger u after update of s on t begin update t set slug = 's-' || new.s where id = new.id; end;""",
            "mariadb": """create trigger i before insert on t for each row set new.slug = concat('s-', new.s);
                create trigger u before update on t for each row set new.slug = concat('s-', new.s);""",
            "postgresql": """create function slug() returns trigger language plpgsql as $$ begin
                update t set slug = 's-' || new.s where id = new.id; return null; end $$;
                create trigger i after insert or update of s on t for each row execute function slug();"""}[KIND])
        self.assertEqual(self.host.post(records(name, "t"), {"s": "a"}).json["slug"], "s-a")
        self.assertEqual(self.host.call("PATCH", records(name, "t") + "/1", {"s": "b"}).json["slug"], "s-b")

    def test_a_table_that_changed_behind_the_model_is_told(self):
        name, _ = self.database("create table t (id integer primary key, a int)")
        self.host.databases.sql(name, "alter table t rename column a to b;")
        answer = self.host.get(records(name, "t"))
        self.assertEqual((answer.status, answer.json["code"]), (409, 1003), answer.text)
        self.sync(name)
        self.assertEqual(self.host.get(records(name, "t")).status, 200)

    def test_a_key_that_the_database_does_not_count_is_required(self):
        name, models = self.database("create table w (id int primary key not null)")
        self.assertIsNone(models["w"]["fields"][0]["defaultValue"])
        self.assertEqual(self.host.post(records(name, "w"), {}).fields, ["id"])


if __name__ == "__main__":
    unittest.main()
