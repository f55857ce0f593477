# SPDX-License-Identifier: Apache-2.0
"""Records with related records in them, batches, preconditions and dry runs, on each database."""
import threading
import unittest

from databases import OnEachDatabase, on_each_database
from harness import records
from models_test import ID, MODELS, entity, field

BATCH = "/api/f/datasources/d/batch"


def relation(name, model, local, foreign, **more):
    return field(name, "Relation", **{"from": model}, localField=local, foreignField=foreign, **more)


class NestedWrites(OnEachDatabase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for model in (
            entity("Class", ID, field("name", unique=True), relation("students", "Student", "id", "classId", multiple=True, cascadeDelete=True)),
            entity("Student", ID, field("name", nullable=False, length=20), field("classId", "Long"),
                   relation("class", "Class", "classId", "id"),
                   relation("detail", "Detail", "id", "studentId", cascadeDelete=True)),
            entity("Detail", field("id", identity=True, nullable=False, length=36, defaultValue={"type": "generated", "name": "uuid"}),
                   field("studentId", "Long"), field("address"),
                   field("changed", "DateTime", defaultValue={"type": "generated", "name": "now"}, additionalProperties={"onUpdate": True})),
        ):
            answer = cls.host.post(MODELS, model)
            assert answer.status == 200, answer.text

    def setUp(self):
        for model in ("Detail", "Student", "Class"):
            for row in self.list(model):
                self.assertEqual(self.host.call("DELETE", f"{records('d', model)}/{row['id']}").status, 204)

    def list(self, model, **query):
        answer = self.host.get(records("d", model), query={"size": 1000, "sort": "id", **query})
        self.assertEqual(answer.status, 200, answer.text)
        return answer.json["list"]

    def created(self, model, body):
        answer = self.host.post(records("d", model), body)
        self.assertEqual(answer.status, 200, answer.text)
        return answer.json

    def assertRefused(self, answer, *fields, code=1001):
        self.assertEqual((answer.status, answer.json.get("code"), answer.fields), (400, code, list(fields)), answer.text)

    # ---- create ----

    def test_children_are_inserted_with_their_parents_key(self):
        made = self.created("Class", {"name": "1a", "students": [{"name": "Ann", "detail": {"address": "here"}}, {"name": "Ben"}]})
        whole = self.host.get(f"{records('d', 'Class')}/{made['id']}", query={"nestedQuery": "students.detail"}).json
        self.assertEqual([(s["name"], s["classId"], s["detail"] and s["detail"]["address"]) for s in whole["students"]],
                         [("Ann", made["id"], "here"), ("Ben", made["id"], None)])

    def test_a_deletion_goes_round_and_down_as_far_as_there_are_rows(self):
        for model in (entity("Node", ID, field("up", "Long"), relation("below", "Node", "id", "up", multiple=True, cascadeDelete=True)),
                      entity("Left", ID, field("rightId", "Long"), relation("rights", "Right", "id", "leftId", multiple=True, cascadeDelete=True)),
                      entity("Right", ID, field("leftId", "Long"), relation("lefts", "Left", "id", "rightId", multiple=True, cascadeDelete=True))):
            answer = self.host.post(MODELS, model)
            self.assertEqual(answer.status, 200, answer.text)
            self.addCleanup(lambda name=model["name"]: self.host.call("DELETE", f"{MODELS}/{name}"))
        chain = [{"id": i, "up": i - 1 if i > 1 else None} for i in range(1, 1001)] + [{"id": 2000, "up": None}]
        self.assertEqual(self.host.post(records("d", "Node"), chain).status, 200)
        self.assertEqual(self.host.call("DELETE", f"{records('d', 'Node')}/1").status, 204)
        self.assertEqual([r["id"] for r in self.list("Node")], [2000])
        self.created("Left", {"id": 1, "rightId": 2})
        self.created("Right", {"id": 1, "leftId": 1})
        self.created("Left", {"id": 2, "rightId": 1})
        self.created("Right", {"id": 2, "leftId": 2})
        self.created("Left", {"id": 3})
        self.assertEqual(self.host.call("DELETE", f"{records('d', 'Left')}/1").status, 204)
        self.assertEqual(([r["id"] for r in self.list("Left")], self.list("Right")), ([3], []))

    def test_identities_go_on_behind_those_that_were_given(self):
        made = self.created("Class", {"id": 7, "name": "given"})
        self.assertEqual(made["id"], 7)
        self.assertGreater(self.created("Class", {"name": "next"})["id"], 7)
        self.assertEqual(self.host.post(records("d", "Class"), [{"id": 20, "name": "20"}, {"name": "21"}, {"id": 40, "name": "40"}]).status, 200)
        self.assertEqual(self.host.post(records("d", "Class"), [{"id": 60, "name": "60"}], query={"upsert": "true"}).status, 200)
        ids = [self.created("Class", {"name": f"after {i}"})["id"] for i in range(3)]
        self.assertTrue(all(i > 60 for i in ids), ids)

    def test_related_rows_beyond_the_bound_are_refused(self):
        made = self.created("Class", {"name": "1a"})
        ten = " union all ".join(["select 1 as one"] * 10)
        student, name, key = map(self.quoted, ("Student", "name", "classId"))
        self.sql(f"insert into {student} ({name}, {key}) select 'x', {made['id']} from ({ten}) a, ({ten}) b, ({ten}) c, ({ten}) d;")
        read = lambda: self.host.get(f"{records('d', 'Class')}/{made['id']}", query={"nestedQuery": "students"})
        self.assertEqual(len(read().json["students"]), 10000)
        self.created("Student", {"name": "one more", "classId": made["id"]})
        self.assertRefused(read(), "nestedQuery")
        self.sql(f"delete from {student};")

    def test_a_parent_that_holds_the_key_comes_after_its_child(self):
        made = self.created("Student", {"name": "Ann", "class": {"name": "1a"}})
        [school] = self.list("Class")
        self.assertEqual((made["classId"], school["name"]), (school["id"], "1a"))
        again = self.created("Student", {"name": "Ben", "class": {"id": school["id"], "name": "1b"}})
        self.assertEqual((again["classId"], [c["name"] for c in self.list("Class")]), (school["id"], ["1b"]))

    def test_a_child_that_is_wrong_undoes_everything_and_is_named(self):
        answer = self.host.post(records("d", "Class"), {"name": "1a", "students": [{"name": "Ann"}, {"name": "x" * 21}]})
        self.assertRefused(answer, "students[1].name")
        self.assertRefused(self.host.post(records("d", "Class"), {"name": "1a", "students": {"name": "Ann"}}), "students")
        self.assertRefused(self.host.post(records("d", "Class"), {"name": "1a", "students": [7]}), "students[0]")
        self.created("Class", {"name": "taken"})
        answer = self.host.post(records("d", "Student"), {"name": "Ann", "class": {"name": "taken"}})
        self.assertRefused(answer, "class.name", code=1002)
        self.assertEqual((len(self.list("Class")), self.list("Student")), (1, []))

    # ---- update ----

    def test_children_with_an_identity_are_updated_and_others_left_alone(self):
        made = self.created("Class", {"name": "1a", "students": [{"name": "Ann"}, {"name": "Ben"}]})
        ann, ben = self.list("Student")
        answer = self.host.call("PUT", f"{records('d', 'Class')}/{made['id']}",
                                {"students": [{"id": ann["id"], "name": "Anna"}, {"name": "Cid"}]})
        self.assertEqual(answer.status, 200, answer.text)
        self.assertEqual([(s["name"], s["classId"]) for s in self.list("Student")],
                         [("Anna", made["id"]), ("Ben", made["id"]), ("Cid", made["id"])])

    def test_a_time_of_the_last_change_is_refreshed(self):
        detail = self.created("Detail", {"address": "here", "changed": "2001-01-01T00:00:00"})
        self.assertEqual(detail["changed"], "2001-01-01T00:00:00")
        answer = self.host.call("PATCH", f"{records('d', 'Detail')}/{detail['id']}", {"address": "there"})
        self.assertGreater(answer.json["changed"], "2020")

    def test_a_deletion_cascades_to_what_hangs_below(self):
        made = self.created("Class", {"name": "1a", "students": [{"name": "Ann", "detail": {"address": "here"}}]})
        other = self.created("Class", {"name": "1b", "students": [{"name": "Ben"}]})
        self.assertEqual(self.host.call("DELETE", f"{records('d', 'Class')}/{made['id']}").status, 204)
        self.assertEqual(([c["id"] for c in self.list("Class")], [s["name"] for s in self.list("Student")], self.list("Detail")),
                         ([other["id"]], ["Ben"], []))

    # ---- batch ----

    def test_a_batch_is_one_transaction_whose_items_refer_to_each_other(self):
        old = self.created("Class", {"name": "old"})
        answer = self.host.post(BATCH, {"operations": [
            {"op": "create", "model": "Class", "as": "c", "data": {"name": "1a"}},
            {"op": "create", "model": "Student", "data": {"name": "Ann", "classId": {"$ref": "c.id"}}},
            {"op": "update", "model": "Student", "id": {"$ref": "1.id"}, "data": {"name": "Anna"}},
            {"op": "upsert", "model": "Class", "data": {"id": old["id"], "name": "older"}},
            {"op": "upsert", "model": "Class", "data": {"name": "new"}},
            {"op": "delete", "model": "Class", "id": old["id"]}]})
        self.assertEqual(answer.status, 200, answer.text)
        results = answer.json["results"]
        self.assertEqual((results[1]["classId"], results[2]["name"], results[3]["name"], results[5]), (results[0]["id"], "Anna", "older", None))
        self.assertEqual(sorted(c["name"] for c in self.list("Class")), ["1a", "new"])

    def test_a_batch_that_fails_leaves_nothing_and_names_its_item(self):
        operations = [{"op": "create", "model": "Class", "data": {"name": "1a"}}, {"op": "create", "model": "Class", "data": {"name": "1a"}}]
        self.assertRefused(self.host.post(BATCH, {"operations": operations}), "operations[1].data.name", code=1002)
        for last, place in [({"op": "create", "model": "Student", "data": {}}, "data.name"),
                            ({"op": "update", "model": "Student", "id": 999999, "data": {"name": "x"}}, "id"),
                            ({"op": "create", "model": "Student", "data": {"name": "x", "classId": {"$ref": "1.id"}}}, "data.classId"),
                            ({"op": "create", "model": "Student", "data": {"name": "x", "classId": {"$ref": "0.nothing"}}}, "data.classId"),
                            ({"op": "delete", "model": "Student", "id": [1]}, "id")]:
            with self.subTest(last):
                self.assertRefused(self.host.post(BATCH, {"operations": [operations[0], last]}), f"operations[1].{place}")
        self.assertEqual(self.list("Class"), [])

    def test_a_batch_of_the_wrong_shape_is_told_whole(self):
        answer = self.host.post(BATCH, {"operations": [{"op": "erase", "model": "Nothing"}, {"op": "create", "model": "Class"}, 7]})
        self.assertRefused(answer, "operations[0].op", "operations[0].model", "operations[0].data", "operations[1].data", "operations[2]")
        for body in ({}, [], {"operations": []}, {"operations": [{}] * 1001}):
            self.assertRefused(self.host.post(BATCH, body), "operations")

    # ---- many records ----

    def test_many_records_are_written_at_once(self):
        rows = [{"name": f"s{i}", **({"classId": i} if i % 3 else {}), **({"detail": {"address": "x"}} if i == 700 else {})} for i in range(3000)]
        answer = self.host.post(records("d", "Student"), rows)
        self.assertEqual((answer.status, answer.json), (200, {"affected": 3000}), answer.text)
        self.assertEqual([(r["name"], r["classId"]) for r in self.list("Student", sort="id")], [(r["name"], r.get("classId")) for r in rows[:1000]])
        total = self.host.get(records("d", "Student"), query={"filter": {"detail": {"address": "x"}}}).json
        self.assertEqual([r["name"] for r in total["list"]], ["s700"])
        while self.host.get(records("d", "Student")).json["total"]:
            self.setUp()

    def test_many_records_are_written_all_or_not_at_all(self):
        rows = [{"name": "a"}, {"name": "x" * 21}, {"classId": 1}, 7]
        self.assertRefused(self.host.post(records("d", "Student"), rows), "[1].name", "[2].name", "[3]")
        self.assertRefused(self.host.post(records("d", "Class"), [{"name": "a"}, {"name": "b"}, {"name": "a"}]), "[].name", code=1002)
        self.assertEqual((self.list("Student"), self.list("Class")), ([], []))
        self.assertEqual(self.host.post(records("d", "Class"), []).json, {"affected": 0})

    def test_an_upsert_updates_what_is_given_of_those_that_exist(self):
        made = self.created("Student", {"name": "Ann", "classId": 5})
        rows = [{"id": made["id"], "name": "Anna"}, {"id": made["id"] + 50, "name": "Ben"}, {"name": "Cid"}]
        answer = self.host.post(records("d", "Student"), rows, query={"upsert": "true"})
        self.assertEqual((answer.status, answer.json), (200, {"affected": 3}), answer.text)
        self.assertEqual(sorted((r["name"], r["classId"]) for r in self.list("Student")), [("Anna", 5), ("Ben", None), ("Cid", None)])

    def test_of_upserts_of_one_record_the_last_counts(self):
        rows = [{"id": i % 300 + 1, "name": f"s{i}", "classId": i} for i in range(600)]
        self.assertEqual(self.host.post(records("d", "Student"), rows, query={"upsert": "true"}).json, {"affected": 600})
        self.assertEqual([(r["id"], r["name"]) for r in self.list("Student", sort="id")], [(i + 1, f"s{i + 300}") for i in range(300)])

    def test_an_upsert_touches_no_row_that_only_shares_another_unique_value(self):
        for name in ("a", "b"):
            self.created("Class", {"name": name})
        before = self.list("Class", sort="id")
        for rows in ([{"name": "a"}], [{"id": 77, "name": "b"}], [{"id": 78, "name": "c"}, {"id": 79, "name": "a"}]):
            answer = self.host.post(records("d", "Class"), rows, query={"upsert": "true"})
            self.assertEqual((answer.status, answer.json["code"]), (400, 1002), answer.text)
            self.assertEqual(self.list("Class", sort="id"), before)

    def test_an_upsert_of_many_is_many_upserts(self):
        """A record that is there may be given in part, and what an update refreshes is refreshed."""
        self.host.post(records("d", "Student"), [{"id": 1, "name": "Ann"}, {"id": 2, "name": "Bob"}])
        answer = self.host.post(records("d", "Student"), [{"id": 1, "classId": 7}, {"id": 2, "name": "Rob"}, {"id": 3, "name": "New"}], query={"upsert": "true"})
        self.assertEqual((answer.status, answer.json), (200, {"affected": 3}), answer.text)
        self.assertEqual([(s["id"], s["name"], s["classId"]) for s in self.list("Student")], [(1, "Ann", 7), (2, "Rob", None), (3, "New", None)])
        answer = self.host.post(records("d", "Student"), [{"id": 4, "classId": 7}], query={"upsert": "true"})
        self.assertEqual((answer.status, answer.fields), (400, ["[0].name"]), answer.text)
        old = self.created("Detail", {"address": "here", "changed": "2001-01-01T00:00:00"})
        self.host.post(records("d", "Detail"), [{"id": old["id"], "address": "there"}], query={"upsert": "true"})
        self.assertGreater(self.list("Detail")[0]["changed"], "2020")

    # ---- what becomes too much, and options that do not fit ----

    def test_few_rows_do_not_make_an_endless_reply(self):
        rows = [{"name": "x" * 20, "classId": 1} for _ in range(400)]
        one = self.created("Class", {"name": "1a"})["id"]
        self.host.post(records("d", "Student"), [{**r, "classId": one} for r in rows])
        answer = self.host.get(records("d", "Student"), query={"size": 400, "nestedQuery": "class.students.class.students"})
        self.assertEqual((answer.status, answer.fields), (400, ["nestedQuery"]), answer.text[:200])
        self.assertEqual(self.host.get(records("d", "Student"), query={"size": 400, "nestedQuery": "class.students"}).status, 200)

    def test_references_do_not_multiply_what_they_refer_to(self):
        detail = {"op": "create", "model": "Detail", "data": {"address": "x" * 200}}
        many = {"op": "create", "model": "Detail", "data": {"address": "y", "unknown": [{"$ref": "0.address"}] * 100000}}
        answer = self.host.post(BATCH, {"operations": [detail, many]})
        self.assertEqual(answer.status, 400, answer.text[:200])
        self.assertIn("too large", answer.text)
        self.assertEqual(self.list("Detail"), [])

    def test_options_that_do_not_go_with_a_request_are_refused(self):
        one, many = records("d", "Class"), {"operations": [{"op": "create", "model": "Class", "data": {"name": "z"}}]}
        made = f"{one}/{self.created('Class', {'name': 'q'})['id']}"
        for method, path, body, query, headers, told in (
                ("POST", one, {"name": "z"}, {}, {"If-Match": "*"}, "If-Match"), ("POST", one, [{"name": "z"}], {}, {"If-Match": "*"}, "If-Match"),
                ("POST", BATCH, many, {}, {"If-Match": "*"}, "If-Match"), ("POST", BATCH, many, {"upsert": "true"}, {}, "upsert"),
                ("POST", one, {"name": "z"}, {"upsert": "true"}, {}, "upsert"), ("PUT", made, {"name": "z"}, {"upsert": "true"}, {}, "upsert"),
                ("DELETE", made, None, {"upsert": "true"}, {}, "upsert"),
                ("DELETE", "/api/f/datasources/d", None, {"dryRun": "true"}, {}, "dryRun"), ("POST", "/api/f/datasources/d/sync", [], {"dryRun": "true"}, {}, "dryRun"),
                ("PUT", "/api/f/datasources/d", {}, {}, {"Idempotency-Key": "k"}, "Idempotency-Key")):
            answer = self.host.call(method, path, body, query=query, headers=headers)
            self.assertEqual((answer.status, answer.fields), (400, [told]), (method, path, answer.text))
        self.assertEqual([r["name"] for r in self.list("Class")], ["q"])

    # ---- preconditions and dry runs ----

    def test_a_record_is_changed_only_as_the_one_that_was_seen(self):
        made = self.created("Class", {"name": "1a"})
        path = f"{records('d', 'Class')}/{made['id']}"
        tag = self.host.get(path).headers["ETag"]
        self.assertEqual(self.host.get(path, headers={"If-None-Match": tag}).status, 304)
        first = self.host.call("PUT", path, {"name": "1b"}, headers={"If-Match": tag})
        self.assertEqual(first.status, 200, first.text)
        self.assertEqual(first.headers["ETag"], self.host.get(path).headers["ETag"])
        late = self.host.call("PUT", path, {"name": "1c"}, headers={"If-Match": tag})
        self.assertEqual((late.status, late.json["code"]), (412, 1005))
        self.assertEqual(self.host.call("DELETE", path, headers={"If-Match": tag}).status, 412)
        self.assertEqual(self.host.get(path).json["name"], "1b")
        nested = self.host.get(path, query={"nestedQuery": "true"}).headers["ETag"]
        self.assertNotEqual(nested, first.headers["ETag"])
        self.assertEqual(self.host.get(path, query={"nestedQuery": "true"}, headers={"If-None-Match": nested}).status, 304)
        self.assertEqual(self.host.call("PUT", path, {"name": "1d"}, headers={"If-Match": "W/" + nested}).status, 412)
        second = self.host.call("PUT", path, {"name": "1d"}, headers={"If-Match": nested})
        self.assertEqual(second.status, 200, second.text)
        self.assertEqual(self.host.call("PUT", path, {"name": "1e"}, headers={"If-Match": nested}).status, 412)
        first = self.host.call("PUT", path, {"name": "1b"}, headers={"If-Match": "W/" + second.headers["ETag"] + ", " + second.headers["ETag"]})
        self.assertEqual(self.host.call("DELETE", path, headers={"If-Match": f'"x", {first.headers["ETag"]}'}).status, 204)
        self.assertEqual(self.host.call("DELETE", path, headers={"If-Match": "*"}).status, 412)

    def test_a_write_under_a_key_happens_once_and_is_answered_alike(self):
        key = {"Idempotency-Key": f"order-{self.kind}"}
        first = self.host.post(records("d", "Class"), {"name": "once"}, headers=key)
        again = self.host.post(records("d", "Class"), {"name": "once"}, headers=key)
        self.assertEqual((first.status, again.status, again.json), (200, 200, first.json))
        self.assertEqual(len(self.list("Class")), 1)
        self.assertRefused(self.host.post(records("d", "Class"), {"name": "other"}, headers=key), "Idempotency-Key")
        failed = {"Idempotency-Key": "failed"}
        self.assertEqual(self.host.post(records("d", "Class"), {"name": "once"}, headers=failed).status, 400)
        self.assertEqual(self.host.call("DELETE", f"{records('d', 'Class')}/{first.json['id']}", headers={"Idempotency-Key": "del"}).status, 204)
        self.assertEqual(self.host.post(records("d", "Class"), {"name": "once"}, headers=failed).status, 200, "a failure claims no key")
        self.assertEqual(self.host.call("DELETE", f"{records('d', 'Class')}/{first.json['id']}", headers={"Idempotency-Key": "del"}).status, 204)
        self.assertRefused(self.host.post(records("d", "Class"), {}, headers={"Idempotency-Key": "a b"}), "Idempotency-Key")
        self.assertEqual(self.host.post("/api/f/datasources/d/sync").json and [m["name"] for m in self.host.get(MODELS).json if m["name"].startswith("tenon")], [])

    def test_writes_under_one_key_at_the_same_time_happen_once(self):
        answers = []
        def write():
            answers.append(self.host.post(records("d", "Class"), {"name": "race"}, headers={"Idempotency-Key": f"race-{self.kind}"}))
        threads = [threading.Thread(target=write) for _ in range(8)]
        self.host.login()
        for t in threads:
            t.start()
        for t in threads:
            t.join()
        self.assertEqual({(a.status, a.text) for a in answers}, {(200, answers[0].text)}, [a.text for a in answers])
        self.assertEqual(len(self.list("Class")), 1)

    def test_a_dry_run_answers_and_changes_nothing(self):
        made = self.created("Class", {"name": "1a"})
        path = f"{records('d', 'Class')}/{made['id']}"
        dry = {"dryRun": "true"}
        self.assertEqual(self.host.post(records("d", "Class"), {"name": "1b"}, query=dry).json["name"], "1b")
        self.assertEqual(self.host.call("PUT", path, {"name": "1c"}, query=dry).json["name"], "1c")
        self.assertEqual(self.host.call("DELETE", path, query=dry).status, 204)
        self.assertEqual(self.host.post(BATCH, {"operations": [{"op": "delete", "model": "Class", "id": made["id"]}]}, query=dry).status, 200)
        self.assertRefused(self.host.post(records("d", "Class"), {"name": "1a"}, query=dry), "name", code=1002)
        self.assertRefused(self.host.post(records("d", "Class"), {"name": "x"}, query={"dryRun": "yes"}), "dryRun")
        self.assertEqual(self.list("Class"), [made])


on_each_database(globals(), NestedWrites)

if __name__ == "__main__":
    unittest.main()
