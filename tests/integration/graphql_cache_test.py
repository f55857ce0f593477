# SPDX-License-Identifier: Apache-2.0
"""Answers to queries that say @cached: kept until their time is up or what they were read from is written."""
import unittest

from databases import PLUGINS, OnEachDatabase, on_each_database
from graphql_limits_test import PATH, school, send
from harness import DATASOURCES, records

LIST = "{ l: school_list_Student(order_by: {id: asc}) { studentName studentClass { className } } }"
CACHED = f"query @cached {LIST}"


class Cached(OnEachDatabase):
    """A school in the datasource "school", whose tables are also written behind the host's back: what does not show then
    was not read again."""
    turned = 0
    host_options = {"plugins": (*PLUGINS, "graphql"), "configs": {"graphql": {"cacheBytes": 1000000}}}

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        school(cls.host, "school", cls.databases.config("school"))

    def setUp(self):
        self.turn(70)  # whatever was kept before is too old

    def turn(self, seconds):
        type(self).turned += seconds
        self.host.turn_clock(self.turned * 1000)

    def rename(self, name):
        self.databases.sql("school", f'update "Student" set "studentName" = \'{name}\' where "id" = 1;')

    def first(self, query=CACHED, **more):
        answer = send(self.host, {"query": query, **more})
        self.assertNotIn("errors", answer.json, answer.text)
        return answer.json["data"]["l"][0]["studentName"]

    def test_an_answer_is_kept_until_its_time_is_up(self):
        self.rename("A")
        self.assertEqual(self.first(), "A")
        self.rename("B")
        self.assertEqual((self.first(), self.first(LIST)), ("A", "B"))
        self.turn(59)
        self.assertEqual(self.first(), "A")
        self.turn(2)
        self.assertEqual(self.first(), "B")

    def test_the_time_and_another_reading_are_said_by_the_operation(self):
        query = f"query($t: Int, $r: Boolean) @cached(ttl: $t, refresh: $r) {LIST}"
        self.rename("A")
        self.assertEqual(self.first(query, variables={"t": 5, "r": False}), "A")
        self.rename("B")
        self.assertEqual(self.first(query, variables={"t": 5, "r": False}), "A")
        self.turn(6)
        self.assertEqual(self.first(query, variables={"t": 5, "r": False}), "B")
        self.assertEqual(self.first(), "B")
        self.rename("C")
        self.assertEqual(self.first(CACHED.replace("@cached", "@cached(refresh: true)")), "C")
        self.assertEqual(self.first(), "C")  # it is what others are answered from now on
        refused = send(self.host, {"query": f"query @cached(ttl: 0) {LIST}"}).json["errors"][0]
        self.assertEqual((refused["message"], refused["extensions"]["code"]),
                         ('"ttl" of @cached must be a whole number from 1 to 86400', "validation-failed"))

    def test_a_write_to_what_was_read_ends_it(self):
        one, detail = records("school", "Classes") + "/1", records("school", "StudentDetail")
        self.rename("A")
        for write in (lambda: self.host.call("PATCH", one, {"className": "Uno"}),
                      lambda: send(self.host, {"query": 'mutation { school_update_Student(where: {id: {_eq: 2}}, _set: {age: 9}) { affected_rows } }'}),
                      lambda: send(self.host, {"query": 'mutation { school_create_Student(data: {studentName: "new"}) { id } }'})):
            self.rename("A")
            self.turn(70)
            self.assertEqual(self.first(), "A")
            self.rename("B")
            self.assertEqual(self.host.post(detail, {"description": "of nobody"}).status, 200)  # not read
            self.assertEqual(self.first(), "A")
            answer = write()
            self.assertEqual(answer.status, 200, answer.text)
            self.assertNotIn("errors", answer.text)
            self.assertEqual(self.first(), "B")

    def test_a_changed_model_ends_it(self):
        self.rename("A")
        self.assertEqual(self.first(), "A")
        self.rename("B")
        self.assertEqual(self.host.post(f"{DATASOURCES}/school/models", {"type": "enum", "name": f"E{self.turned}", "elements": ["X"]}).status, 200)
        self.assertEqual(self.first(), "B")

    def test_clients_are_told_and_need_not_fetch_it_again(self):
        def get(**headers):
            return self.host.get(PATH, query={"query": CACHED}, headers=headers)
        self.rename("A")
        answer = get()
        self.assertEqual((answer.status, answer.headers["Cache-Control"]), (200, "private, max-age=60"))
        self.turn(10)
        again = get()
        self.assertLessEqual(int(again.headers["Cache-Control"].rpartition("=")[2]), 50)
        self.assertEqual((again.text, again.headers["X-Query-Cache-Key"]), (answer.text, answer.headers["X-Query-Cache-Key"]))
        self.assertEqual(len(answer.headers["X-Query-Cache-Key"]), 64)
        known = get(**{"If-None-Match": answer.headers["ETag"]})
        self.assertEqual((known.status, known.text, known.headers["ETag"]), (304, "", answer.headers["ETag"]))
        self.rename("B")
        self.turn(60)
        changed = get(**{"If-None-Match": answer.headers["ETag"]})
        self.assertEqual((changed.status, changed.json["data"]["l"][0]["studentName"]), (200, "B"))
        posted = send(self.host, {"query": CACHED}, **{"If-None-Match": changed.headers["ETag"]})
        self.assertEqual((posted.status, posted.headers["X-Query-Cache-Key"]), (200, changed.headers["X-Query-Cache-Key"]))
        self.assertIsNone(self.host.get(PATH, query={"query": LIST}).headers["Cache-Control"])

    def test_values_tenants_and_errors_are_kept_apart(self):
        query = "query($n: Int) @cached { l: school_list_Student(limit: $n) { id } }"
        counts = [len(send(self.host, {"query": query, "variables": {"n": n}}).json["data"]["l"]) for n in (1, 2, 1)]
        self.assertEqual(counts, [1, 2, 1])
        self.assertIn("errors", send(self.host, {"query": query}, "other").json)
        failing = "query @cached { a: school_list_Classes(size: 1) { students(size: 0) { id } } }"
        answer = send(self.host, {"query": failing})
        self.assertIn("errors", answer.json)
        self.assertIsNone(answer.headers["X-Query-Cache-Key"])

    def test_an_answer_that_is_there_costs_nothing(self):
        costs = [send(self.host, {"query": CACHED, "extensions": {"cost": True}}).json["extensions"]["cost"]["requested"] for _ in range(2)]
        self.assertEqual(costs, [60, 0])

    def test_only_queries_may_say_so(self):
        answer = send(self.host, {"query": "mutation @cached { school_delete_Student(where: {id: {_eq: 77}}) { affected_rows } }"})
        self.assertEqual(answer.json["errors"][0]["message"], 'Directive "@cached" may not be used on MUTATION.')


on_each_database(globals(), Cached)

if __name__ == "__main__":
    unittest.main()
